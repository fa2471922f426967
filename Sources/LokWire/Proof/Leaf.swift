package import LokBooks

/// A journal row as the shard's tree holds it: nothing in it ever changes.
package enum Leaf {
  /// RFC 9162's leaf hash over the layout "leaf".
  ///
  /// - Parameters:
  ///   - setHash: SHA-256 of the set's bytes; for kinds that are no set, of the encoded command.
  ///   - verdicts: as stored; empty = all accepted.
  package static func hash(
    block: BlockCode, envelope: Envelope, setHash: [UInt8], verdicts: [UInt8]
  ) -> [UInt8] {
    MerkleTree.leaf(bytes(block: block, envelope: envelope, setHash: setHash, verdicts: verdicts))
  }

  static func bytes(
    block: BlockCode, envelope: Envelope, setHash: [UInt8], verdicts: [UInt8]
  ) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKL")
    layout.append(block.rawValue)
    layout.append(envelope.seq.rawValue)
    layout.append(UInt8(truncatingIfNeeded: envelope.kind.rawValue))
    layout.append(envelope.device.rawValue)
    layout.append(envelope.firstDeviceSeq.rawValue)
    layout.append(envelope.count)
    layout.append(envelope.received.milliseconds)
    layout.append(envelope.hlc.rawValue)
    layout.append(envelope.rules.rawValue)
    layout.append(setHash)
    layout.append(Hash.sha256(verdicts))
    return layout.bytes
  }
}
