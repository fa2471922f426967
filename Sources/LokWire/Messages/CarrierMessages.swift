package import LokBooks

/// What Hello says of a store, in a bundle that somebody carries.
package struct CarryRequest: Hashable, Sendable {
  package var block: BlockCode
  package var device: DeviceNumber
  /// The last number in the bundle; 0 = none was ever written.
  package var outboxLast: DeviceSeq
  /// 32 bytes: the outbox chain at `outboxLast`.
  package var outboxChain: [UInt8]
  /// X25519, 32 bytes: the answer is sealed for it.
  package var replyKey: [UInt8]
  /// SHA-256 of the frames behind it, with their lengths.
  package var contentHash: [UInt8]
  /// 64 bytes.
  package var signature: [UInt8]

  package init(
    block: BlockCode, device: DeviceNumber, outboxLast: DeviceSeq, outboxChain: [UInt8], replyKey: [UInt8],
    contentHash: [UInt8], signature: [UInt8]
  ) {
    self.block = block
    self.device = device
    self.outboxLast = outboxLast
    self.outboxChain = outboxChain
    self.replyKey = replyKey
    self.contentHash = contentHash
    self.signature = signature
  }
}
