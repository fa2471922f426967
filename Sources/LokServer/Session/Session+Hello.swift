import LokBooks
import LokShard
import LokTransport
import LokWire

extension Session {
  /// - Throws: the status that ends the call.
  mutating func hello(
    _ request: HelloRequest, _ call: UInt32, _ deadline: Instant, at now: Now
  ) throws(Status) -> [Action] {
    let version = WireLimits.protocolVersion
    guard request.protocolMinimum <= version, request.protocolMaximum >= version else {
      throw Status(.failedPrecondition, .protocolUnsupported, next: .showPerson, arguments: [Int64(version)])
    }
    // Another device's Hello would change under whose name the open calls go on.
    if let identity, identity.block != request.block || identity.device != request.device {
      guard calls.isEmpty else { throw Self.badRequest }
    }
    if let nonce = request.nonce {
      guard surroundings.isGoodNonce(nonce, request.block, request.device, now.wall) else {
        return challenge(request, call, at: now)
      }
    } else if request.signature.isEmpty {
      return challenge(request, call, at: now)
    }
    calls[call] = Call(deadline: deadline, work: .hello(request))
    return [
      .lookUpDevice(
        call: call, request.block, request.device, claiming: request.claim, standingIn: request.epoch)
    ]
  }

  private mutating func challenge(_ request: HelloRequest, _ call: UInt32, at now: Now) -> [Action] {
    let nonce = surroundings.nonce(request.block, request.device, now.wall)
    let reply = HelloReply(serverTime: now.wall, nonce: nonce)
    return end(call, Status(.unauthenticated, .challenge, next: .repair), payload: reply.encoded())
  }

  mutating func helloFound(
    _ request: HelloRequest, _ found: DeviceFound?, _ call: UInt32, _ open: Call, at now: Now
  ) -> [Action] {
    guard let found else { return end(call, Status(.notFound, .deviceUnknown, next: .showPerson)) }
    guard let signed = signedBy(request, found.state, at: now) else {
      // In short it may have signed an older nonce, or a chain that is not the server's.
      if request.nonce == nil { return challenge(request, call, at: now) }
      return end(call, Status(.unauthenticated, .badSignature, next: .showPerson)) + close(.badSignature)
    }
    if found.state.status == .suspended {
      return end(
        call,
        Status(
          .failedPrecondition, .deviceSuspended, next: .repair, nextDeviceSeq: found.state.nextDeviceSeq))
    }
    if !Self.fits(request, signed.chain, found.state) {
      let status = Status(
        .failedPrecondition, .reenroll, next: .repair, nextDeviceSeq: found.state.nextDeviceSeq)
      calls[call] = Call(deadline: open.deadline, work: .suspending(status))
      return [.submit(call: call, request.block, .suspend(request.device))]
    }
    // It stands where this shard has not come yet, and does so by our word: receipts for other sets at the
    // places that it knows would contradict those that it holds.
    if request.epoch == found.epoch, request.cursor > found.head {
      let status = Status(.failedPrecondition, .serverPutBack, next: .showPerson, block: request.block)
      return end(call, status)
    }
    return welcome(request, signed, found, call, at: now)
  }

  /// What a device has proved to have signed.
  private struct Signed {
    var nonce: [UInt8]
    var chain: [UInt8]
  }

  /// Nil = its key did not sign this, with any nonce that is good today.
  private func signedBy(_ request: HelloRequest, _ state: DeviceState, at now: Now) -> Signed? {
    let isAllStored = state.nextDeviceSeq == request.outboxLast.advanced(by: 1)
    guard let chain = request.outboxChain ?? (isAllStored ? state.chain : nil) else { return nil }
    let nonces =
      request.nonce.map { [$0] } ?? surroundings.goodNonces(request.block, request.device, now.wall)
    let nonce = nonces.first { nonce in
      state.key.verifies(
        signature: request.signature,
        over: SignedBytes.session(
          nonce: nonce, block: request.block, device: request.device, outboxLast: request.outboxLast,
          chain: chain))
    }
    return nonce.map { Signed(nonce: $0, chain: chain) }
  }

  /// A store that has written less than the server holds of it was rolled back; one that wrote something
  /// else under the same last number is a copy. What a longer outbox holds is compared by the device.
  private static func fits(_ request: HelloRequest, _ chain: [UInt8], _ state: DeviceState) -> Bool {
    let next = request.outboxLast.advanced(by: 1)
    if next < state.nextDeviceSeq { return false }
    return next > state.nextDeviceSeq || chain == state.chain
  }

  private mutating func welcome(
    _ request: HelloRequest, _ signed: Signed, _ found: DeviceFound, _ call: UInt32, at now: Now
  ) -> [Action] {
    tally.sessions += 1
    let isFirst = state == .greeting
    if isFirst { state = .authenticated }
    identity = Identity(
      block: request.block, device: request.device, epoch: found.epoch,
      commitment: Commitment(
        last: request.outboxLast, chain: signed.chain,
        olderEpoch: request.epoch == found.epoch ? nil : request.epoch),
      stored: .init(next: found.state.nextDeviceSeq, chain: found.state.chain))
    refusedReads = whyNotReading(request.block, found.state)
    maximumFrameBytes = agreedFrameBytes(request)
    budgetLeft = request.byteBudget.map { Int($0) }
    link = request.link
    let terms = SessionTerms(
      maximumFrameBytes: UInt32(maximumFrameBytes), nextDeviceSeq: found.state.nextDeviceSeq,
      chain: found.state.chain, nonce: surroundings.nonce(request.block, request.device, now.wall),
      epoch: found.epoch, head: found.head, scopeVersion: found.scopeVersion, serverTime: now.wall,
      booksDiffer: found.booksDiffer, fork: found.fork)
    let reply = terms.reply(to: request, signed: signed.nonce, signed.chain)
    return (isFirst ? [.markAuthenticated] : []) + [.setMaximumFrame(maximumFrameBytes)]
      + self.reply(call, reply.encoded())
  }

  /// What was heard since the device was named is newer than what was found.
  func whyNotReading(_ block: BlockCode, _ state: DeviceState) -> Reason? {
    standings[DeviceKey(block: block, device: state.number)]
      ?? (state.status == .revoked ? .deviceRevoked : nil)
  }

  /// The smaller of both sides', and never too small for a page with one meeting.
  private func agreedFrameBytes(_ request: HelloRequest) -> Int {
    min(max(Int(request.maximumFrameBytes), WireLimits.unauthenticatedBytes), WireLimits.frameBytesMaximum)
  }
}
