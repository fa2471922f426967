package import LokBooks
import LokMerge
import LokSQLite
import LokShard
import LokWire

/// Writing offline: bytes, numbers, chain, counters and clock of a set go to the disk in one transaction,
/// before anything is sent.
extension DeviceStore {
  /// A set of any kind. Personal parts cannot be given here: they are sealed by the member's own calls.
  ///
  /// - Throws: `DeviceError` where the words or the size do not do; nothing is written then.
  package func record(
    _ kind: ChangeSet.Kind, cbo: RecordID, changes: [RecordChange], at now: Timestamp
  ) throws -> RecordedSet {
    try write(kind, at: now) { draft in
      for change in changes {
        try TextRules.check(change.patch, of: change.entity)
        try draft.add(change.entity, change.record, change.patch)
      }
      return cbo
    }
  }

  /// - Parameter build: fills the draft and names the CBO that the set writes.
  func write(
    _ kind: ChangeSet.Kind, at now: Timestamp, _ build: (inout SetDraft) throws -> RecordID
  ) throws -> RecordedSet {
    try shard.transaction {
      let counters = try counters()
      var draft = SetDraft(
        kind: kind, block: block, identity: try identity(), counters: counters,
        time: counters.hlc.tick(at: now), baseSeq: try cursor().seq)
      let cbo = try build(&draft)
      // What came as a snapshot has been seen, also before the cursor is there.
      draft.baseSeq = max(draft.baseSeq, try shard.seenSeq(of: cbo))
      let set = draft.changeSet(of: cbo)
      try append(set, of: draft, recorded: now)
      let judged = try provisional(at: now) { $0.last ?? .allAccepted }
      let isAllowed = Authority.mayWrite(set, draft.identity.role)
      return RecordedSet(
        kind: kind, device: set.device, firstDeviceSeq: set.firstDeviceSeq, count: UInt32(set.changes.count),
        cbo: cbo,
        newRecords: draft.newRecords,
        provisional: isAllowed ? judged : Verdicts(whole: Verdict(.refused, .roleMayNotWrite)))
    }
  }

  /// Inside a transaction: the set takes its place at the end of the outbox.
  func append(_ set: ChangeSet, of draft: SetDraft, recorded: Timestamp) throws {
    guard !set.changes.isEmpty else { throw DeviceError.nothingToRecord }
    guard set.changes.count <= WireLimits.changesPerSet else {
      throw DeviceError.tooManyChanges(count: set.changes.count, limit: WireLimits.changesPerSet)
    }
    let bytes = try set.encoded()
    guard bytes.count <= WireLimits.setBytes else {
      throw DeviceError.setTooLarge(bytes: bytes.count, limit: WireLimits.setBytes)
    }
    var counters = try counters()
    let hash = Hash.sha256(bytes)
    counters.chain = OutboxChain.next(
      after: counters.chain, firstDeviceSeq: set.firstDeviceSeq, setHash: hash)
    try connection.statement(
      """
      INSERT INTO device_outbox (device, first_device_seq, count, cbo, bytes, hash, chain, first_hlc,
        recorded, state, applied) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
      """
    ).bind(
      set.device.rawValue, set.firstDeviceSeq.rawValue, set.changes.count, set.cbo.rawValue, bytes, hash,
      counters.chain, set.firstHLC.rawValue, recorded.milliseconds, OutboxState.recorded.rawValue
    ).run()
    for key in draft.wrappedKeys {
      try connection.statement(
        "INSERT INTO device_outbox_key (device, first_device_seq, member, wrapped) VALUES (?, ?, ?, ?)"
      ).bind(set.device.rawValue, set.firstDeviceSeq.rawValue, key.member.rawValue, key.wrapped).run()
    }
    for (member, key) in draft.mintedKeys { try keep(key, of: member) }
    counters.hlc = max(counters.hlc, set.firstHLC)
    counters.nextCounter = draft.nextCounter
    counters.nextDeviceSeq = set.firstDeviceSeq.advanced(by: UInt32(set.changes.count))
    try setCounters(counters)
  }

  /// The books as this phone sees them: what the server confirmed, with the outbox on top. `body` gets the
  /// provisional verdicts of the sets that are not confirmed yet, oldest first.
  func provisional<Result>(at now: Timestamp, _ body: ([Verdicts]) throws -> Result) throws -> Result {
    try shard.withProvisional(pending(), now: now, body)
  }

  /// Own sets that do not stand in the confirmed books yet and may still come to; without those that are not
  /// what was typed any more.
  func pending() throws -> [(set: ChangeSet, bytes: [UInt8])] {
    try connection.statement(
      """
      SELECT bytes, hash FROM device_outbox
      WHERE applied = 0 AND (state < ?1 OR (state = ?1 AND kind = ?2 AND is_own = 1
        AND seq > (SELECT cursor_seq FROM device_state)
        AND seq > COALESCE((SELECT preview.seq FROM preview WHERE preview.cbo = device_outbox.cbo), 0)))
      ORDER BY (device = (SELECT number FROM device_identity WHERE is_current = 1)), device, first_device_seq
      """
    ).bind(OutboxState.committed.rawValue, Envelope.Kind.set.rawValue).all { row in
      Self.typed(row.bytes(0), hash: row.bytes(1))
    }.compactMap { $0 }
  }

  /// Nil = it is not what was typed any more.
  private static func typed(_ bytes: [UInt8], hash: [UInt8]) -> (set: ChangeSet, bytes: [UInt8])? {
    guard Hash.sha256(bytes) == hash, let set = try? ChangeSet(decoding: bytes) else { return nil }
    return (set, bytes)
  }
}
