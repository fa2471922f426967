internal import CLokProto
import LokBooks

extension DownloadPage {
  package func encoded() -> [UInt8] {
    Loksync__V1__DownloadPage.encode { arena in
      var message = Loksync__V1__DownloadPage.empty
      arena.fill(&message.has_epoch, &message.epoch, epoch?.bytes)
      fillUnlessZero(&message.has_prev_seq, &message.prev_seq, previous.rawValue)
      fillUnlessZero(&message.has_last_seq, &message.last_seq, last.rawValue)
      fillUnlessZero(&message.has_count, &message.count, count)
      arena.fill(&message.n_set, &message.set, sets.map { $0.message(in: arena) })
      arena.fill(&message.n_chain, &message.chain, chains.map { $0.message(in: arena) })
      message.scope = arena.message(scope?.message(in: arena))
      fill(&message.has_backfill_cbo, &message.backfill_cbo, backfill?.rawValue)
      fillIfTrue(&message.has_last, &message.last, isLast)
      return message
    }
  }

  /// What goes beside it in `Frame.keys`; nil = no keys.
  package func encodedKeys() -> [UInt8]? { PersonKey.encode(keys) }

  /// `count` is as sent: the reader compares it with the sets that came.
  package init(decoding bytes: [UInt8], keys: [UInt8]? = nil) throws(WireError) {
    let keys = try keys.map { bytes throws(WireError) in try PersonKey.decode(bytes) } ?? []
    self = try Loksync__V1__DownloadPage.decode(bytes) { message throws(WireError) in
      var page = DownloadPage(
        epoch: try LokWire.epoch(message.has_epoch, message.epoch),
        previous: try seq(message.prev_seq, "prev_seq"), last: try seq(message.last_seq, "last_seq"),
        sets: try load(message.n_set, message.set, StoredSet.init),
        chains: try load(message.n_chain, message.chain, ChainMark.init),
        scope: try load(message.scope).flatMap { scope throws(WireError) in try ScopeChange(scope) },
        backfill: try present(message.has_backfill_cbo, message.backfill_cbo)
          .flatMap { cbo throws(WireError) in try recordID(cbo, "backfill_cbo") },
        keys: keys, isLast: message.last != 0)
      page.count = message.count
      return page
    }
  }
}

extension StoredSet {
  /// The HLC stays away where the set's own bytes go along and say the same.
  fileprivate func message(in arena: Arena) -> Loksync__V1__StoredSet {
    var message = Loksync__V1__StoredSet.empty
    let saidByBytes = bytes.flatMap { ChangeSet.firstHLC(in: $0) } == envelope.hlc
    fillUnlessZero(&message.has_seq, &message.seq, envelope.seq.rawValue)
    fillEnum(&message.has_kind, &message.kind, envelope.kind == .set ? nil : envelope.kind.rawValue)
    fillUnlessZero(&message.has_device, &message.device, envelope.device.rawValue)
    fillUnlessZero(
      &message.has_first_device_seq, &message.first_device_seq, envelope.firstDeviceSeq.rawValue)
    fillUnlessZero(&message.has_count, &message.count, envelope.count)
    fillUnlessZero(&message.has_received_ms, &message.received_ms, envelope.received.milliseconds)
    fill(&message.has_hlc, &message.hlc, saidByBytes ? nil : envelope.hlc.rawValue)
    fillUnlessZero(&message.has_rules, &message.rules, envelope.rules.rawValue)
    arena.fillUnlessEmpty(&message.has_verdicts, &message.verdicts, verdicts)
    arena.fill(&message.has_set, &message.set, bytes)
    arena.fill(&message.has_sha256, &message.sha256, named)
    return message
  }

  fileprivate init(_ message: Loksync__V1__StoredSet) throws(WireError) {
    let bytes = present(message.has_set, message.set).map { load($0) }
    let hlc =
      try present(message.has_hlc, message.hlc)
      .flatMap { value throws(WireError) in try hybridTime(value, "set.hlc") }
      ?? bytes.flatMap { ChangeSet.firstHLC(in: $0) }
    guard let hlc else { throw .missingField("set.hlc") }
    self.init(
      envelope: Envelope(
        seq: try seq(message.seq, "set.seq"),
        kind: message.has_kind == 0 ? .set : try required(message.has_kind, message.kind, "set.kind"),
        device: try device(message.device, "set.device"),
        firstDeviceSeq: try deviceSeq(message.first_device_seq, "set.first_device_seq"),
        count: message.count, received: Timestamp(milliseconds: message.received_ms), hlc: hlc,
        rules: RulesVersion(rawValue: message.rules)),
      verdicts: load(message.verdicts), bytes: bytes,
      named: try fixed(message.has_sha256, message.sha256, Hash.length, "set.sha256"))
  }
}

extension DownloadPage.ChainMark {
  fileprivate func message(in arena: Arena) -> Loksync__V1__ChainMark {
    var message = Loksync__V1__ChainMark.empty
    fillUnlessZero(&message.has_cbo, &message.cbo, cbo.rawValue)
    arena.fill(&message.has_chain, &message.chain, chain)
    return message
  }

  fileprivate init(_ message: Loksync__V1__ChainMark) throws(WireError) {
    self.init(
      cbo: try recordID(message.cbo, "chain.cbo"),
      chain: try requiredFixed(message.has_chain, message.chain, Self.bytes, "chain.chain"))
  }
}

extension DownloadPage.ScopeChange {
  fileprivate func message(in arena: Arena) -> Loksync__V1__ScopeChange {
    var message = Loksync__V1__ScopeChange.empty
    fillUnlessZero(&message.has_version, &message.version, version)
    arena.fill(&message.n_add, &message.add, add.map(\.rawValue))
    arena.fill(&message.n_drop, &message.drop, drop.map(\.rawValue))
    return message
  }

  fileprivate init(_ message: Loksync__V1__ScopeChange) throws(WireError) {
    self.init(
      version: message.version,
      add: try load(message.n_add, message.add).read { cbo throws(WireError) in
        try recordID(cbo, "scope.add")
      },
      drop: try load(message.n_drop, message.drop).read { cbo throws(WireError) in
        try recordID(cbo, "scope.drop")
      })
  }
}

extension DownloadPage.PersonKey {
  static func encode(_ keys: [Self]) -> [UInt8]? {
    guard !keys.isEmpty else { return nil }
    return Loksync__V1__PageKeys.encode { arena in
      var message = Loksync__V1__PageKeys.empty
      let members = keys.map { Int64(bitPattern: $0.member.rawValue) }
      arena.fill(&message.n_member_step, &message.member_step, zip(members, [0] + members).map { $0 &- $1 })
      arena.fill(&message.has_keys, &message.keys, keys.flatMap(\.key))
      return message
    }
  }

  static func decode(_ bytes: [UInt8]) throws(WireError) -> [Self] {
    try Loksync__V1__PageKeys.decode(bytes) { message throws(WireError) in
      let steps = load(message.n_member_step, message.member_step)
      let count = LokWire.PersonKey.byteCount
      let keys = try requiredFixed(message.has_keys, message.keys, steps.count * count, "keys")
      var member: Int64 = 0
      return try steps.indices.map { place in
        member &+= steps[place]
        return (UInt64(bitPattern: member), Array(keys[place * count..<(place + 1) * count]))
      }.read { (key: (member: UInt64, bytes: [UInt8])) throws(WireError) in
        Self(member: try recordID(key.member, "key.member"), key: key.bytes)
      }
    }
  }
}
