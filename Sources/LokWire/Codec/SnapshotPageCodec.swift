internal import CLokProto
import LokBooks

extension SnapshotRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__SnapshotRequest.encode { arena in
      var message = Loksync__V1__SnapshotRequest.empty
      arena.fill(&message.n_have, &message.have, have.map(\.rawValue))
      arena.fill(&message.n_only, &message.only, only.map(\.rawValue))
      arena.fill(&message.n_begun, &message.begun, begun.map(\.message))
      fill(&message.has_page_bytes, &message.page_bytes, pageBytes)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__SnapshotRequest.decode(bytes) { message throws(WireError) in
      SnapshotRequest(
        have: try load(message.n_have, message.have).read { cbo throws(WireError) in
          try recordID(cbo, "have")
        },
        only: try load(message.n_only, message.only).read { cbo throws(WireError) in
          try recordID(cbo, "only")
        },
        begun: try load(message.n_begun, message.begun, Begun.init),
        pageBytes: present(message.has_page_bytes, message.page_bytes))
    }
  }
}

extension SnapshotRequest.Begun {
  fileprivate var message: Loksync__V1__BegunSnapshot {
    var message = Loksync__V1__BegunSnapshot.empty
    fillUnlessZero(&message.has_cbo, &message.cbo, cbo.rawValue)
    fillUnlessZero(&message.has_seq, &message.seq, seq.rawValue)
    fillUnlessZero(&message.has_hash, &message.hash, hash)
    fillUnlessZero(&message.has_offset, &message.offset, UInt32(clamping: offset))
    return message
  }

  fileprivate init(_ message: Loksync__V1__BegunSnapshot) throws(WireError) {
    self.init(
      cbo: try recordID(message.cbo, "begun.cbo"), seq: try LokWire.seq(message.seq, "begun.seq"),
      hash: message.hash, offset: Int(message.offset))
  }
}

extension SnapshotPage {
  package func encoded() -> [UInt8] {
    Loksync__V1__SnapshotPage.encode { arena in
      var message = Loksync__V1__SnapshotPage.empty
      fill(&message.has_head_seq, &message.head_seq, head?.rawValue)
      arena.fill(&message.n_part, &message.part, parts.map { $0.message(in: arena) })
      fillIfTrue(&message.has_last, &message.last, isLast)
      fillUnlessZero(&message.has_left, &message.left, left)
      return message
    }
  }

  /// What goes beside it in `Frame.keys`; nil = no keys.
  package func encodedKeys() -> [UInt8]? { DownloadPage.PersonKey.encode(keys) }

  package init(decoding bytes: [UInt8], keys: [UInt8]? = nil) throws(WireError) {
    let keys = try keys.map { bytes throws(WireError) in try DownloadPage.PersonKey.decode(bytes) } ?? []
    self = try Loksync__V1__SnapshotPage.decode(bytes) { message throws(WireError) in
      SnapshotPage(
        head: try present(message.has_head_seq, message.head_seq)
          .flatMap { value throws(WireError) in try seq(value, "head_seq") },
        parts: try load(message.n_part, message.part, SnapshotPart.init), keys: keys,
        isLast: message.last != 0, left: message.left)
    }
  }
}

extension SnapshotPart {
  fileprivate func message(in arena: Arena) -> Loksync__V1__SnapshotPart {
    var message = Loksync__V1__SnapshotPart.empty
    fillUnlessZero(&message.has_cbo, &message.cbo, cbo.rawValue)
    fillUnlessZero(&message.has_seq, &message.seq, seq.rawValue)
    arena.fill(&message.has_hash, &message.hash, file?.hash)
    fill(&message.has_file_bytes, &message.file_bytes, file.map { UInt32(clamping: $0.bytes) })
    fill(
      &message.has_plain_bytes, &message.plain_bytes, file?.plainBytes.map { UInt32(clamping: $0) })
    fill(&message.has_preview_bytes, &message.preview_bytes, file?.preview.map { UInt32(clamping: $0.bytes) })
    fill(
      &message.has_preview_plain_bytes, &message.preview_plain_bytes,
      file?.preview.map { UInt32(clamping: $0.plainBytes) })
    fillUnlessZero(&message.has_offset, &message.offset, UInt32(clamping: offset))
    arena.fillUnlessEmpty(&message.has_bytes, &message.bytes, bytes)
    return message
  }

  fileprivate init(_ message: Loksync__V1__SnapshotPart) throws(WireError) {
    let file: File? =
      message.has_hash == 0
      ? nil
      : File(
        hash: try requiredFixed(message.has_hash, message.hash, Hash.zero.count, "part.hash"),
        bytes: Int(message.file_bytes),
        plainBytes: present(message.has_plain_bytes, message.plain_bytes).map { Int($0) },
        preview: present(message.has_preview_bytes, message.preview_bytes).map {
          .init(bytes: Int($0), plainBytes: Int(message.preview_plain_bytes))
        })
    self.init(
      cbo: try recordID(message.cbo, "part.cbo"), seq: try LokWire.seq(message.seq, "part.seq"), file: file,
      offset: Int(message.offset), bytes: load(message.bytes))
  }
}
