package import LokBooks

/// On what a session goes on after Hello: what the reply says, and what it leaves to the request.
package struct SessionTerms: Hashable, Sendable {
  package var maximumFrameBytes: UInt32
  /// The next number that the server expects; stored ones count.
  package var nextDeviceSeq: DeviceSeq
  /// 32 bytes: the outbox chain before `nextDeviceSeq`.
  package var chain: [UInt8]
  /// 16 bytes: for the next session.
  package var nonce: [UInt8]
  package var epoch: Epoch
  package var head: Seq
  package var scopeVersion: UInt32
  package var serverTime: Timestamp
  package var backedUp: Seq
  package var setsInFlight: UInt32
  /// What the device holds is not what the server has at its cursor.
  package var booksDiffer: Bool
  /// Where the epoch of the device's cursor ended; nil where it goes on, or never was this shard's.
  package var fork: Seq?

  package init(
    maximumFrameBytes: UInt32, nextDeviceSeq: DeviceSeq, chain: [UInt8], nonce: [UInt8], epoch: Epoch,
    head: Seq, scopeVersion: UInt32, serverTime: Timestamp, backedUp: Seq = .zero,
    setsInFlight: UInt32 = UInt32(WireLimits.setsInFlight), booksDiffer: Bool = false, fork: Seq? = nil
  ) {
    self.maximumFrameBytes = maximumFrameBytes
    self.nextDeviceSeq = nextDeviceSeq
    self.chain = chain
    self.nonce = nonce
    self.epoch = epoch
    self.head = head
    self.scopeVersion = scopeVersion
    self.serverTime = serverTime
    self.backedUp = backedUp
    self.setsInFlight = setsInFlight
    self.booksDiffer = booksDiffer
    self.fork = fork
  }

  /// The shortest reply that says this to the sender of `request`, who signed `nonce` and `chain`.
  package func reply(to request: HelloRequest, signed nonce: [UInt8], _ chain: [UInt8]) -> HelloReply {
    func told<Value: Equatable>(_ value: Value, unless known: Value?) -> Value? {
      value == known ? nil : value
    }
    let isAllStored = nextDeviceSeq == request.outboxLast.advanced(by: 1)
    var reply = HelloReply(serverTime: serverTime, nonce: told(self.nonce, unless: nonce))
    reply.maximumFrameBytes = told(maximumFrameBytes, unless: request.maximumFrameBytes)
    reply.nextDeviceSeq = isAllStored ? nil : nextDeviceSeq
    reply.chain = isAllStored ? told(self.chain, unless: chain) : self.chain
    reply.epoch = told(epoch, unless: request.epoch)
    reply.head = told(head, unless: request.cursor)
    reply.scopeVersion = told(scopeVersion, unless: request.scopeVersion)
    reply.backedUp = backedUp
    reply.setsInFlight = setsInFlight
    reply.booksDiffer = booksDiffer
    reply.fork = fork
    return reply
  }

  /// - Parameters:
  ///   - nonce: the one that was signed.
  ///   - chain: the outbox chain that was signed.
  /// - Returns: nil for a reply that leaves out what the request did not have.
  package init?(_ reply: HelloReply, to request: HelloRequest, signed nonce: [UInt8], _ chain: [UInt8]) {
    guard let epoch = reply.epoch ?? request.epoch else { return nil }
    if reply.nextDeviceSeq != nil, reply.chain == nil { return nil }
    self.init(
      maximumFrameBytes: reply.maximumFrameBytes ?? request.maximumFrameBytes,
      nextDeviceSeq: reply.nextDeviceSeq ?? request.outboxLast.advanced(by: 1),
      chain: reply.chain ?? chain, nonce: reply.nonce ?? nonce, epoch: epoch,
      head: reply.head ?? request.cursor, scopeVersion: reply.scopeVersion ?? request.scopeVersion,
      serverTime: reply.serverTime, backedUp: reply.backedUp, setsInFlight: reply.setsInFlight,
      booksDiffer: reply.booksDiffer, fork: reply.fork)
  }
}
