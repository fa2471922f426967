import LokBooks
import LokShard
package import LokTransport
package import LokWire

/// A call for which the session could not give an answer.
package struct CallError: Error, Hashable, Sendable {
  package var outcome: SyncOutcome
}

extension DeviceAgent {
  /// Sessions until all is done, with growing waits between them.
  ///
  /// - Returns: the sum of all; its outcome is the last one's. Connections that fail count as `.brokenOff`.
  package func syncUntilDone(
    attempts: Int, deadline: Duration = .seconds(120), backoff: Backoff = Backoff(), history: Bool = false,
    budget: UInt32? = nil, comparing: Bool = false, asksForFiles: Bool = false
  ) async throws -> SyncReport {
    var backoff = backoff
    var total = SyncReport()
    for attempt in 1...max(1, attempts) {
      do {
        total.add(
          try await sync(
            deadline: deadline, budget: total.left(of: budget), comparing: comparing,
            asksForFiles: asksForFiles))
        if history, total.outcome == .done {
          total.add(try await fetchHistory(deadline: deadline, budget: total.left(of: budget)))
        }
      } catch let error as TransportError {
        guard attempt < attempts, error.mayPass else { throw error }
        total.outcome = .brokenOff
      }
      var retryAfter: UInt32?
      switch total.outcome {
      case .brokenOff: break
      case .later(let milliseconds, _): retryAfter = milliseconds
      default: return total
      }
      guard attempt < attempts else { break }
      var chance = surroundings.random
      try await Task.sleep(for: backoff.wait(retryAfterMilliseconds: retryAfter, using: &chance))
    }
    return total
  }

  /// Fetches the older sets of groups that came as snapshots; with the last one of a group its books are made
  /// anew from its first set. What came before a break stays.
  ///
  /// - Throws: as `sync`.
  package func fetchHistory(
    deadline: Duration = .seconds(600), budget: UInt32? = nil
  ) async throws -> SyncReport {
    try await exclusively {
      let missing = try store().missingHistory()
      guard !missing.isEmpty else {
        var report = SyncReport()
        report.outcome = .done
        return report
      }
      return try await session(.history(missing), deadline: deadline, budget: budget)
    }
  }

  /// Own digests of every CBO held beside the server's; for all of them to be comparable, sync first.
  ///
  /// - Throws: `CallError`, `WireError`, and what a sync throws.
  package func digests(deadline: Duration = .seconds(120)) async throws -> [DigestComparison] {
    let own = try store().shard.heldCBOs()
    var compared: [DigestComparison] = []
    for start in stride(from: 0, to: own.count, by: WireLimits.digestsPerCall) {
      let part = own[start..<min(start + WireLimits.digestsPerCall, own.count)]
      let answer = try await ask(.digest, CboDigest.encodeRequest(part.map(\.cbo)), deadline: deadline)
      compared += try store().compared(try CboDigest.decodeReply(answer), of: part.map(\.cbo))
    }
    return compared
  }

  /// The shard's head, signed by the server that this device was registered with.
  ///
  /// - Throws: `ReceiptError.signatureDiffers`; `CallError`, `WireError`, and what a sync throws.
  package func fetchHead(deadline: Duration = .seconds(120)) async throws -> SignedHead {
    let head = try SignedHead(decoding: try await ask(.head, [], deadline: deadline))
    let signed = SignedBytes.head(
      block: head.block, epoch: head.epoch, size: head.size, root: head.root, time: head.time)
    let key = PublicKey(type: .ed25519, bytes: try store().identity().serverKey)
    guard head.block == block, key.verifies(signature: head.signature, over: signed) else {
      throw ReceiptError.signatureDiffers
    }
    return head
  }

  private func ask(_ method: Method, _ payload: [UInt8], deadline: Duration) async throws -> [UInt8] {
    let report = try await session(.ask(method, payload), deadline: deadline)
    guard case .answered(let answer) = report.outcome else { throw CallError(outcome: report.outcome) }
    return answer
  }
}

extension RandomBytes: RandomNumberGenerator {
  package mutating func next() -> UInt64 { number() }
}

extension TransportError {
  /// The other side did not answer, or stopped: a path that swallows packets looks so.
  var isStall: Bool {
    switch self {
    case .connectTimeout, .frameTooLate, .frameTooSlow, .peerNotReading: true
    default: false
    }
  }

  /// Trying again may help: the network's fault, not the address's or the server's identity.
  package var mayPass: Bool {
    switch self {
    case .refused, .connectTimeout, .closedByPeer, .closedByUs, .io, .frameTooLate, .frameTooSlow,
      .peerNotReading:
      true
    default: false
    }
  }
}
