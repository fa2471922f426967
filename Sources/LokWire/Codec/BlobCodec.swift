internal import CLokProto
import LokBooks

extension PutBlobRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__PutBlobRequest.encode { arena in
      var message = Loksync__V1__PutBlobRequest.empty
      switch self {
      case .begin(let head):
        fillUnlessZero(&message.has_cbo, &message.cbo, head.cbo.rawValue)
        arena.fill(&message.has_sha256, &message.sha256, head.hash)
        fill(&message.has_size, &message.size, UInt32(clamping: head.size))
        fillEnum(&message.has_type, &message.type, head.type.rawValue)
      case .bytes(let bytes):
        arena.fill(&message.has_bytes, &message.bytes, bytes)
      }
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__PutBlobRequest.decode(bytes) { message throws(WireError) in
      if message.has_bytes != 0 { return .bytes(load(message.bytes)) }
      return .begin(
        BlobHead(
          cbo: try recordID(message.cbo, "cbo"),
          hash: try requiredFixed(message.has_sha256, message.sha256, Hash.length, "sha256"),
          size: Int(message.size), type: try required(message.has_type, message.type, "type")))
    }
  }
}

extension PutBlobReply {
  package func encoded() -> [UInt8] {
    Loksync__V1__PutBlobReply.encode { _ in
      var message = Loksync__V1__PutBlobReply.empty
      fillUnlessZero(&message.has_have, &message.have, UInt32(clamping: have))
      fillIfTrue(&message.has_stored, &message.stored, isStored)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__PutBlobReply.decode(bytes) { message in
      PutBlobReply(have: Int(message.have), isStored: message.stored != 0)
    }
  }
}

extension GetBlobRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__GetBlobRequest.encode { arena in
      var message = Loksync__V1__GetBlobRequest.empty
      switch source {
      case .record(let record): fill(&message.has_record, &message.record, record.rawValue)
      case .set(let seq): fill(&message.has_seq, &message.seq, seq.rawValue)
      }
      arena.fill(&message.has_sha256, &message.sha256, hash)
      fillUnlessZero(&message.has_offset, &message.offset, UInt32(clamping: offset))
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__GetBlobRequest.decode(bytes) { message throws(WireError) in
      GetBlobRequest(
        message.has_seq == 0
          ? .record(try recordID(message.record, "record")) : .set(try seq(message.seq, "seq")),
        hash: try requiredFixed(message.has_sha256, message.sha256, Hash.length, "sha256"),
        offset: Int(message.offset))
    }
  }
}

extension BlobPiece {
  package func encoded() -> [UInt8] {
    Loksync__V1__BlobPiece.encode { arena in
      var message = Loksync__V1__BlobPiece.empty
      fill(&message.has_size, &message.size, size.map { UInt32(clamping: $0) })
      arena.fillUnlessEmpty(&message.has_bytes, &message.bytes, bytes)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__BlobPiece.decode(bytes) { message in
      BlobPiece(size: present(message.has_size, message.size).map { Int($0) }, bytes: load(message.bytes))
    }
  }
}
