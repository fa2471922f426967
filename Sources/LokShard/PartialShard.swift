package import LokBooks
package import LokMerge
package import LokSQLite
package import LokWire

/// A phone's part of its block: the groups in its scope, confirmed state only, in the same tables and by the
/// same apply as on the server. The outbox and what else a phone keeps are the device library's tables in
/// the same file (`connection`). Used by one thread at a time.
package final class PartialShard {
  package let block: BlockCode
  package let connection: Connection

  private(set) lazy var tables = BookTables(connection: connection)
  var journal: JournalTable { JournalTable(connection: connection) }

  /// Opens the store, or makes it.
  package init(path: String, block: BlockCode) throws {
    self.block = block
    do {
      connection = try ShardFile.open(path: path, block: block, mode: .readWrite)
    } catch ShardError.missing {
      try NewShardFile(path: path).make(meta: [("block", Int64(block.rawValue))])
      connection = try ShardFile.open(path: path, block: block, mode: .readWrite)
    }
    // There is no intake log behind a phone: what it commits has to be on the flash.
    try connection.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000")
    try connection.execute(Self.historySchema)
  }

  /// In memory, empty, and gone with its last user.
  init(inMemoryOf block: BlockCode) throws {
    self.block = block
    connection = try ShardFile.inMemory(block: block)
    try connection.execute(Self.historySchema)
  }

  /// Everything in it or nothing; nests.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    connection.isInTransaction ? try connection.savepoint(body) : try connection.transaction(body)
  }

  /// Applies a set as it stands in the server's journal; what is held already is skipped.
  /// - Parameter bytes: from the page or, for own sets, from the outbox.
  package func apply(_ envelope: Envelope, verdicts: [UInt8], bytes: [UInt8]) throws {
    let set = try ChangeSet(decoding: bytes, under: verdicts)
    let seq = try journal.chain(of: set.cbo).seq
    guard envelope.seq > seq else { return }
    try transaction {
      // Nothing is applied to a preview: the sets make the books.
      if seq == .zero, try previews().contains(set.cbo) { try drop(set.cbo) }
      try journal.keep(
        JournalRow(
          envelope: envelope, lsn: .zero, cbo: set.cbo, verdicts: verdicts, changes: bytes,
          leaf: Leaf.hash(
            block: block, envelope: envelope, setHash: Hash.sha256(bytes), verdicts: verdicts)),
        isChained: true, isOnPhone: true)
      try tables.write(try effects(of: set, envelope, verdicts, bytes))
    }
  }

  private func effects(of set: ChangeSet, _ envelope: Envelope, _ verdicts: [UInt8], _ bytes: [UInt8]) throws
    -> Effects
  {
    guard envelope.kind == .resolution else {
      return try Apply.effects(
        of: set, envelope: envelope, verdicts: try Verdicts(decoding: verdicts), state: tables)
    }
    let resolution = try ResolutionSet.decode(bytes).resolution
    guard let target = try journal.row(resolution.target) else {
      throw ShardError.damaged(block: block, detail: "set \(resolution.target) of a resolution is missing")
    }
    return try Apply.effects(
      of: resolution, at: envelope.seq,
      target: try ChangeSet(decoding: target.changes, under: target.verdicts),
      envelope: target.envelope, state: tables)
  }

  /// A record that can change, as the server has confirmed it.
  package func record(_ id: RecordID) throws -> StoredRecord? { try tables.record(id) }

  /// Where a CBO stands: seq 0 and the start value where nothing is held.
  package func chain(of cbo: RecordID) throws -> (seq: Seq, chain: [UInt8]) { try journal.chain(of: cbo) }

  /// Every CBO of which a set is held, with the last one.
  package func heldCBOs() throws -> [DownloadRequest.Have] {
    try connection.statement("SELECT cbo, max(seq) FROM journal_by_cbo GROUP BY cbo ORDER BY cbo")
      .all { .init(cbo: RecordID(rawValue: $0.unsigned(0)), through: Seq($0.unsigned(1))) }
  }

  /// The same, and every CBO of which a damaged file has more than that: sets without a chain, or a floor.
  package func tracedCBOs() throws -> [RecordID] {
    try connection.statement(
      "SELECT cbo FROM journal_by_cbo UNION SELECT cbo FROM (SELECT cbo FROM journal WHERE cbo IS NOT NULL "
        + "UNION SELECT cbo FROM history_floor) WHERE cbo NOT IN (SELECT cbo FROM preview) ORDER BY cbo"
    ).all { RecordID(rawValue: $0.unsigned(0)) }
  }

  /// The CBOs of which what is here has seen sets beyond `seq`, ascending.
  package func seen(beyond seq: Seq) throws -> [RecordID] {
    try connection.statement(
      "SELECT cbo FROM journal_by_cbo WHERE seq > ?1 UNION SELECT cbo FROM preview WHERE seq > ?1 ORDER BY 1"
    ).bind(seq.rawValue).all { RecordID(rawValue: $0.unsigned(0)) }
  }

  /// Whether a record of the CBO is here.
  package func holdsRecords(of cbo: RecordID) throws -> Bool {
    try connection.statement("SELECT 1 FROM record WHERE cbo = ? LIMIT 1").bind(cbo.rawValue)
      .first { _ in true } ?? false
  }

  /// Of all that is held; nil where some of it is of another moment than `cursor`.
  package func booksMark(at cursor: Seq) throws -> UInt64? {
    let held = try heldCBOs()
    guard try previews().isEmpty, held.allSatisfy({ $0.through <= cursor }) else { return nil }
    return BooksMark.of(try held.map { ($0.cbo, try journal.chain(of: $0.cbo).chain) })
  }

  package func stateDigest(of cbo: RecordID) throws -> CboDigest {
    try StateDigestReader(connection: connection).digest(of: cbo)
  }

  /// Deletes records, journal rows and books of a CBO that left the scope.
  package func drop(_ cbo: RecordID) throws {
    try transaction {
      try connection.statement(
        "DELETE FROM resolved WHERE target_seq IN (SELECT seq FROM journal WHERE cbo = ?1) "
          + "OR seq IN (SELECT seq FROM journal WHERE cbo = ?1)"
      ).bind(cbo.rawValue).run()
      for table in HeldTable.sources + HeldTable.books { try table.delete(cbo, in: connection) }
    }
  }

  /// Judges and applies `outbox` on top of the confirmed state, lets `body` read it so, and takes it all
  /// back.
  /// The verdicts are provisional: a record of a CBO that this phone does not hold looks as if not there yet.
  package func withProvisional<Result>(
    _ outbox: [(set: ChangeSet, bytes: [UInt8])], now: Timestamp, _ body: ([Verdicts]) throws -> Result
  ) throws -> Result {
    var result: Result?
    do {
      try transaction {
        result = try body(try applyProvisionally(outbox, now: now))
        throw TakeBack()
      }
    } catch is TakeBack {}
    guard let result else { throw ShardError.damaged(block: block, detail: "no provisional view") }
    return result
  }

  /// Ends the provisional transaction: nothing of it is kept.
  private struct TakeBack: Error {}

  private func applyProvisionally(_ outbox: [(set: ChangeSet, bytes: [UInt8])], now: Timestamp) throws
    -> [Verdicts]
  {
    // Above every real seq, so that a provisional row meets no confirmed one.
    var seq = Seq(1 << 60)
    return try outbox.map { set, _ in
      let envelope = Envelope(
        seq: seq, kind: .set, device: set.device, firstDeviceSeq: set.firstDeviceSeq,
        count: UInt32(clamping: set.changes.count), received: now, hlc: set.firstHLC, rules: .current)
      seq = seq.next
      var judge = Judge(set, envelope: envelope, state: tables)
      let verdicts = try judge.verdicts()
      try tables.write(try Apply.effects(of: set, envelope: envelope, verdicts: verdicts, state: tables))
      for target in Self.approvals(in: set, verdicts) {
        seq = seq.next
        try approve(target, at: seq, cause: envelope.seq)
      }
      return verdicts
    }
  }

  /// On the server a resolution follows the decision; the next decision in the outbox builds on it.
  private func approve(_ target: Seq, at seq: Seq, cause: Seq) throws {
    guard try tables.setAside(target, index: nil) == nil,
      try tables.meeting(postedBy: target)?.standing == .unapproved,
      let (set, envelope) = try tables.changeSet(at: target)
    else { return }
    let resolution = Resolution(
      target: target, index: nil, verdict: Verdict(.accepted, .approvedByChecker), cause: cause)
    try tables.write(
      try Apply.effects(of: resolution, at: seq, target: set, envelope: envelope, state: tables))
  }

  private static func approvals(in set: ChangeSet, _ verdicts: Verdicts) -> [Seq] {
    guard set.kind == .decision else { return [] }
    return set.changes.enumerated().compactMap { index, change in
      guard verdicts.word(at: UInt32(index)) == .accepted, let decision = Decision(change.patch),
        decision.word == .approve, case .set(let target, nil) = decision.target
      else { return nil }
      return target
    }
  }
}
