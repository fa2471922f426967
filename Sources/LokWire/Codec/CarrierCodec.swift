internal import CLokProto
import LokBooks

extension CarryRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__CarryRequest.encode { arena in
      var message = Loksync__V1__CarryRequest.empty
      fillUnlessZero(&message.has_block, &message.block, block.rawValue)
      fillUnlessZero(&message.has_device, &message.device, device.rawValue)
      fillUnlessZero(&message.has_outbox_last_seq, &message.outbox_last_seq, outboxLast.rawValue)
      arena.fill(&message.has_outbox_chain, &message.outbox_chain, outboxChain)
      arena.fill(&message.has_reply_key, &message.reply_key, replyKey)
      arena.fill(&message.has_content_hash, &message.content_hash, contentHash)
      arena.fill(&message.has_signature, &message.signature, signature)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__CarryRequest.decode(bytes) { message throws(WireError) in
      CarryRequest(
        block: BlockCode(message.block), device: try LokWire.device(message.device),
        outboxLast: try deviceSeq(message.outbox_last_seq, "outbox_last_seq"),
        outboxChain: try requiredFixed(message.has_outbox_chain, message.outbox_chain, 32, "outbox_chain"),
        replyKey: try requiredFixed(message.has_reply_key, message.reply_key, 32, "reply_key"),
        contentHash: try requiredFixed(message.has_content_hash, message.content_hash, 32, "content_hash"),
        signature: try requiredFixed(message.has_signature, message.signature, 64, "signature"))
    }
  }
}

/// Frames as they stand on a connection, in bytes that are kept: each behind its length, 4 bytes big-endian.
package enum FrameSequence {
  package static func encoded(_ frames: [[UInt8]]) -> [UInt8] {
    frames.flatMap { bigEndianBytes(UInt32(clamping: $0.count)) + $0 }
  }

  /// - Throws: `.undecodable` where the last one is cut short, `.overLimit` for one that no side would take.
  package static func decode(_ bytes: some Collection<UInt8>) throws(WireError) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= 4 else { throw .undecodable }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard length <= WireLimits.frameBytesMaximum else {
        throw .overLimit(actual: length, limit: WireLimits.frameBytesMaximum)
      }
      rest = rest.dropFirst(4)
      guard rest.count >= length else { throw .undecodable }
      frames.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return frames
  }
}
