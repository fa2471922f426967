package import LokBooks

/// What each signature of the contract is over: see Proto/README.md, "Signed bytes".
package enum SignedBytes {
  /// Bytes of a signature, of either kind of key.
  package static let length = 64

  /// By a device, in Hello: possession of its key, and everything its outbox holds up to `outboxLast`.
  package static func session(
    nonce: [UInt8], block: BlockCode, device: DeviceNumber, outboxLast: DeviceSeq, chain: [UInt8]
  ) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKS")
    layout.append(nonce)
    layout.append(block.rawValue)
    layout.append(device.rawValue)
    layout.append(outboxLast.rawValue)
    layout.append(chain)
    return layout.bytes
  }

  /// By a new device's key. `code` in its canonical form: upper case, with the block; empty with a
  /// predecessor.
  package static func registration(block: BlockCode, code: String, key: PublicKey) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKR")
    layout.append(block.rawValue)
    layout.append(Hash.sha256(Array(code.utf8)))
    layout.append(key)
    return layout.bytes
  }

  /// By the old key of a store that was told REENROLL, for its new one.
  package static func reenrolment(
    block: BlockCode, oldDevice: DeviceNumber, newKey: PublicKey
  ) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKE")
    layout.append(block.rawValue)
    layout.append(oldDevice.rawValue)
    layout.append(newKey)
    return layout.bytes
  }

  /// By a device, in a bundle that is carried to its server: the same as in Hello, for this server, with
  /// what goes with it. Without a nonce: a bundle that comes twice holds the same sets twice.
  package static func bundle(_ request: CarryRequest, serverKey: [UInt8]) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKB")
    layout.append(serverKey)
    layout.append(request.block.rawValue)
    layout.append(request.device.rawValue)
    layout.append(request.outboxLast.rawValue)
    layout.append(request.outboxChain)
    layout.append(request.replyKey)
    layout.append(request.contentHash)
    return layout.bytes
  }

  /// By the server: the frames of its answer to a bundle, with their lengths.
  package static func answer(block: BlockCode, device: DeviceNumber, content: [UInt8]) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKQ")
    layout.append(block.rawValue)
    layout.append(device.rawValue)
    layout.append(Hash.sha256(content))
    return layout.bytes
  }

  /// By the server: everything acknowledged in one frame, in the frame's order.
  package static func receipt(
    block: BlockCode, epoch: Epoch, leaves: [(seq: Seq, leaf: [UInt8])]
  ) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKA")
    layout.append(block.rawValue)
    layout.append(epoch.bytes)
    layout.append(UInt32(clamping: leaves.count))
    for (seq, leaf) in leaves {
      layout.append(seq.rawValue)
      layout.append(leaf)
    }
    return layout.bytes
  }

  /// By the server: the whole of a shard's history up to `size`.
  package static func head(
    block: BlockCode, epoch: Epoch, size: Seq, root: [UInt8], time: Timestamp
  ) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKH")
    layout.append(block.rawValue)
    layout.append(epoch.bytes)
    layout.append(size.rawValue)
    layout.append(root)
    layout.append(time.milliseconds)
    return layout.bytes
  }
}

extension CanonicalBytes {
  fileprivate mutating func append(_ key: PublicKey) {
    append(UInt8(truncatingIfNeeded: key.type.rawValue))
    append(key.bytes)
  }
}
