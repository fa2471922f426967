import LokBooks
import LokShard
import LokTransport
import LokWire

/// A phone that is not there: somebody has brought what it would have said.
extension Session {
  /// - Throws: the status that ends the call.
  mutating func carry(
    _ request: CarryRequest, _ call: UInt32, _ deadline: Instant
  ) throws(Status) -> [Action] {
    // Under whose name the open calls go on must not change.
    guard calls.isEmpty else { throw Self.badRequest }
    calls[call] = Call(deadline: deadline, work: .carry(request))
    return [.lookUpDevice(call: call, request.block, request.device)]
  }

  /// As Hello, with two differences. There is no nonce: the same bundle may come twice, and its sets are
  /// known by their numbers and bytes. And one that holds less than the server does is an older bundle, no
  /// store that was rolled back: nothing is suspended for it.
  mutating func carriedFound(
    _ request: CarryRequest, _ found: DeviceFound?, _ call: UInt32, at now: Now
  ) -> [Action] {
    guard let found else { return end(call, Status(.notFound, .deviceUnknown, next: .showPerson)) }
    let signed = SignedBytes.bundle(request, serverKey: surroundings.serverKey)
    guard found.state.key.verifies(signature: request.signature, over: signed) else {
      return end(call, Status(.unauthenticated, .badSignature, next: .showPerson))
    }
    if found.state.status == .suspended {
      return end(
        call,
        Status(
          .failedPrecondition, .deviceSuspended, next: .repair, nextDeviceSeq: found.state.nextDeviceSeq))
    }
    identity = Identity(
      block: request.block, device: request.device, epoch: found.epoch,
      commitment: Commitment(last: request.outboxLast, chain: request.outboxChain),
      stored: .init(next: found.state.nextDeviceSeq, chain: found.state.chain))
    refusedReads = whyNotReading(request.block, found.state)
    maximumFrameBytes = WireLimits.frameBytesMaximum
    var reply = HelloReply(serverTime: now.wall)
    reply.nextDeviceSeq = found.state.nextDeviceSeq
    reply.chain = found.state.chain
    reply.epoch = found.epoch
    reply.head = found.head
    reply.scopeVersion = found.scopeVersion
    return [.setMaximumFrame(maximumFrameBytes)] + self.reply(call, reply.encoded())
  }
}
