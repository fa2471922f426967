internal import CLokProto
package import LokBooks

extension Verdicts {
  /// As the journal keeps them, and as the leaf hashes them: empty when everything is accepted.
  package func encoded() -> [UInt8] {
    guard self != .allAccepted else { return [] }
    return Loksync__V1__Verdicts.encode { arena in
      var message = Loksync__V1__Verdicts.empty
      message.whole = arena.message(whole?.message(in: arena))
      arena.fill(&message.n_change, &message.change, changes.map { $0.message(in: arena) })
      fill(&message.has_seen_through, &message.seen_through, seenThrough?.rawValue)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    guard !bytes.isEmpty else {
      self = .allAccepted
      return
    }
    self = try Loksync__V1__Verdicts.decode(bytes) { message throws(WireError) in
      Verdicts(
        whole: try load(message.whole).flatMap { verdict throws(WireError) in try Verdict(verdict) },
        changes: try load(message.n_change, message.change, Verdict.init),
        seenThrough: try present(message.has_seen_through, message.seen_through)
          .flatMap { value throws(WireError) in try seq(value, "seen_through") })
    }
  }
}

extension ChangeSet {
  /// As it was judged, and is applied: with what its verdicts say of how far its writer had seen.
  package init(decoding bytes: [UInt8], under verdicts: [UInt8]) throws(WireError) {
    try self.init(decoding: bytes)
    if let seq = try Verdicts(decoding: verdicts).seenThrough { bound(to: seq) }
  }
}

extension Verdict {
  fileprivate func message(in arena: Arena) -> Loksync__V1__Verdict {
    var message = Loksync__V1__Verdict.empty
    fill(&message.has_index, &message.index, index)
    fillEnum(&message.has_word, &message.word, word.rawValue)
    fillEnum(&message.has_reason, &message.reason, reason?.rawValue)
    fill(&message.has_record, &message.record, record?.rawValue)
    arena.fill(&message.n_argument, &message.argument, arguments)
    return message
  }

  /// A newer server's reason reads as none; its words are a closed list.
  fileprivate init(_ message: Loksync__V1__Verdict) throws(WireError) {
    self.init(
      index: present(message.has_index, message.index),
      try required(message.has_word, message.word, "word"),
      known(message.has_reason, message.reason),
      record: try present(message.has_record, message.record)
        .flatMap { value throws(WireError) in try recordID(value, "record") },
      arguments: load(message.n_argument, message.argument))
  }
}
