internal import CLokProto
import LokBooks

extension UploadRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__UploadRequest.encode { arena in
      var message = Loksync__V1__UploadRequest.empty
      fillUnlessZero(&message.has_first_device_seq, &message.first_device_seq, firstDeviceSeq.rawValue)
      arena.fill(&message.n_set, &message.set, sets.map { $0.message(in: arena) })
      fillIfTrue(&message.has_with_hello, &message.with_hello, isWithHello)
      return message
    }
  }

  /// What goes beside it in `Frame.keys`; nil = no keys.
  package func encodedKeys() -> [UInt8]? {
    guard sets.contains(where: { !$0.keys.isEmpty }) else { return nil }
    return Loksync__V1__UploadKeys.encode { arena in
      var message = Loksync__V1__UploadKeys.empty
      let keys = sets.indices.flatMap { index in
        sets[index].keys.map { $0.message(ofSet: UInt32(index), in: arena) }
      }
      arena.fill(&message.n_key, &message.key, keys)
      return message
    }
  }

  package init(decoding bytes: [UInt8], keys: [UInt8]? = nil) throws(WireError) {
    self = try Loksync__V1__UploadRequest.decode(bytes) { message throws(WireError) in
      UploadRequest(
        firstDeviceSeq: try deviceSeq(message.first_device_seq, "first_device_seq"),
        sets: try load(message.n_set, message.set, UploadSet.init),
        isWithHello: message.with_hello != 0)
    }
    if let keys { try take(keys) }
  }

  private mutating func take(_ keys: [UInt8]) throws(WireError) {
    let taken = try Loksync__V1__UploadKeys.decode(keys) { message throws(WireError) in
      try load(message.n_key, message.key) { key throws(WireError) in
        (set: Int(key.set), key: try WrappedKey(key))
      }
    }
    for (set, key) in taken {
      guard sets.indices.contains(set) else { throw .outOfRange(field: "key.set") }
      sets[set].keys.append(key)
    }
  }
}

extension UploadSet {
  fileprivate func message(in arena: Arena) -> Loksync__V1__UploadSet {
    var message = Loksync__V1__UploadSet.empty
    fillUnlessZero(&message.has_count, &message.count, count)
    arena.fill(&message.has_set, &message.set, bytes)
    arena.fill(&message.has_sha256, &message.sha256, put)
    return message
  }

  fileprivate init(_ message: Loksync__V1__UploadSet) throws(WireError) {
    self.init(
      count: message.count, bytes: present(message.has_set, message.set).map(load),
      put: try fixed(message.has_sha256, message.sha256, Hash.length, "set.sha256"))
  }
}

extension WrappedKey {
  fileprivate func message(ofSet index: UInt32, in arena: Arena) -> Loksync__V1__WrappedKey {
    var message = Loksync__V1__WrappedKey.empty
    fillUnlessZero(&message.has_set, &message.set, index)
    fillUnlessZero(&message.has_member, &message.member, member.rawValue)
    arena.fill(&message.has_wrapped, &message.wrapped, wrapped)
    return message
  }

  fileprivate init(_ message: Loksync__V1__WrappedKey) throws(WireError) {
    self.init(
      member: try recordID(message.member, "key.member"),
      wrapped: try required(message.has_wrapped, message.wrapped, "key.wrapped"))
  }
}

extension UploadReply {
  package func encoded() -> [UInt8] {
    Loksync__V1__UploadReply.encode { arena in
      var message = Loksync__V1__UploadReply.empty
      fill(&message.has_stored_through, &message.stored_through, storedThrough?.rawValue)
      message.acknowledgement = arena.message(acknowledgement?.message(in: arena))
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__UploadReply.decode(bytes) { message throws(WireError) in
      UploadReply(
        storedThrough: try present(message.has_stored_through, message.stored_through)
          .flatMap { value throws(WireError) in try deviceSeq(value, "stored_through") },
        acknowledgement: try load(message.acknowledgement)
          .flatMap { value throws(WireError) in try Acknowledgement(value) })
    }
  }
}

extension DownloadRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__DownloadRequest.encode { arena in
      var message = Loksync__V1__DownloadRequest.empty
      arena.fill(&message.has_epoch, &message.epoch, epoch?.bytes)
      fillUnlessZero(&message.has_after_seq, &message.after_seq, after.rawValue)
      fillUnlessZero(&message.has_scope_version, &message.scope_version, scopeVersion)
      arena.fill(
        &message.n_have, &message.have,
        have.map { have in
          var message = Loksync__V1__Have.empty
          fillUnlessZero(&message.has_cbo, &message.cbo, have.cbo.rawValue)
          fillUnlessZero(&message.has_through, &message.through, have.through.rawValue)
          return message
        })
      fill(&message.has_page_bytes, &message.page_bytes, pageBytes)
      fillIfTrue(&message.has_follow, &message.follow, follows)
      arena.fill(
        &message.n_history, &message.history,
        history.map { history in
          var message = Loksync__V1__History.empty
          fillUnlessZero(&message.has_cbo, &message.cbo, history.cbo.rawValue)
          fillUnlessZero(&message.has_after, &message.after, history.after.rawValue)
          fillUnlessZero(&message.has_through, &message.through, history.through.rawValue)
          return message
        })
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__DownloadRequest.decode(bytes) { message throws(WireError) in
      DownloadRequest(
        epoch: try LokWire.epoch(message.has_epoch, message.epoch),
        after: try seq(message.after_seq, "after_seq"), scopeVersion: message.scope_version,
        have: try load(message.n_have, message.have) { have throws(WireError) in
          Have(cbo: try recordID(have.cbo, "have.cbo"), through: try seq(have.through, "have.through"))
        },
        pageBytes: present(message.has_page_bytes, message.page_bytes), follows: message.follow != 0,
        history: try load(message.n_history, message.history) { history throws(WireError) in
          History(
            cbo: try recordID(history.cbo, "history.cbo"), after: try seq(history.after, "history.after"),
            through: try seq(history.through, "history.through"))
        })
    }
  }
}
