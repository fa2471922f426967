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
    guard let nonce = request.nonce,
      surroundings.isGoodNonce(nonce, request.block, request.device, now.wall)
    else { return challenge(request, call, at: now) }
    calls[call] = Call(deadline: deadline, work: .hello(request))
    return [.lookUpDevice(call: call, request.block, request.device)]
  }

  private mutating func challenge(_ request: HelloRequest, _ call: UInt32, at now: Now) -> [Action] {
    let reply = HelloReply(
      maximumFrameBytes: UInt32(agreedFrameBytes(request)), nextDeviceSeq: DeviceSeq(0), chain: [],
      nonce: surroundings.nonce(request.block, request.device, now.wall), epoch: nil, head: .zero,
      scopeVersion: 0, serverTime: now.wall)
    return refuse(call, Status(.unauthenticated, .challenge, next: .repair), payload: reply.encoded())
  }

  mutating func helloFound(
    _ request: HelloRequest, _ found: DeviceFound?, _ call: UInt32, _ open: Call, at now: Now
  ) -> [Action] {
    guard let found else { return end(call, Status(.notFound, .deviceUnknown, next: .showPerson)) }
    let signed = SignedBytes.session(
      nonce: request.nonce ?? [], block: request.block, device: request.device,
      outboxLast: request.outboxLast, chain: request.outboxChain)
    guard found.state.key.verifies(signature: request.signature, over: signed) else {
      return end(call, Status(.unauthenticated, .badSignature, next: .showPerson)) + close(.badSignature)
    }
    if found.state.status == .suspended {
      return end(
        call,
        Status(
          .failedPrecondition, .deviceSuspended, next: .repair, nextDeviceSeq: found.state.nextDeviceSeq))
    }
    if !Self.fits(request, found.state) {
      let status = Status(
        .failedPrecondition, .reenroll, next: .repair, nextDeviceSeq: found.state.nextDeviceSeq)
      calls[call] = Call(deadline: open.deadline, work: .suspending(status))
      return [.submit(call: call, request.block, .suspend(request.device))]
    }
    return welcome(request, found, call, at: now)
  }

  /// A store that has written less than the server holds of it was rolled back; one that wrote something
  /// else under the same last number is a copy. What a longer outbox holds is compared by the device.
  private static func fits(_ request: HelloRequest, _ state: DeviceState) -> Bool {
    let next = request.outboxLast.advanced(by: 1)
    if next < state.nextDeviceSeq { return false }
    return next > state.nextDeviceSeq || request.outboxChain == state.chain
  }

  private mutating func welcome(
    _ request: HelloRequest, _ found: DeviceFound, _ call: UInt32, at now: Now
  ) -> [Action] {
    let isFirst = state == .greeting
    if isFirst { state = .authenticated }
    identity = Identity(
      block: request.block, device: request.device, epoch: found.epoch,
      commitment: Commitment(last: request.outboxLast, chain: request.outboxChain))
    refusedReads =
      standings[DeviceKey(block: request.block, device: request.device)]
      ?? (found.state.status == .revoked ? .deviceRevoked : nil)
    maximumFrameBytes = agreedFrameBytes(request)
    let reply = HelloReply(
      maximumFrameBytes: UInt32(maximumFrameBytes), nextDeviceSeq: found.state.nextDeviceSeq,
      chain: found.state.chain, nonce: surroundings.nonce(request.block, request.device, now.wall),
      epoch: found.epoch, head: found.head, scopeVersion: found.scopeVersion, serverTime: now.wall)
    return (isFirst ? [.markAuthenticated] : []) + [.setMaximumFrame(maximumFrameBytes)]
      + self.reply(call, reply.encoded())
  }

  /// The smaller of both sides', and never too small for a page with one meeting.
  private func agreedFrameBytes(_ request: HelloRequest) -> Int {
    let wished =
      request.maximumFrameBytes == 0 ? WireLimits.frameBytesDefault : Int(request.maximumFrameBytes)
    return min(max(wished, WireLimits.unauthenticatedBytes), WireLimits.frameBytesMaximum)
  }
}
