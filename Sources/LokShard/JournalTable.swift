package import LokBooks
import LokSQLite
import LokWire

/// A command as it stands in the journal.
package struct JournalRow: Hashable, Sendable {
  package var envelope: Envelope
  package var lsn: LSN
  /// Nil: not passed on to devices.
  package var cbo: RecordID?
  package var verdicts: [UInt8]
  /// The set as it was sent; for other kinds the encoded command; empty for refusals and quarantine.
  package var changes: [UInt8]
  package var leaf: [UInt8]
}

struct JournalTable {
  let connection: Connection

  private static let columns =
    "seq, lsn, kind, device, first_device_seq, count, cbo, received, hlc, rules, verdicts, changes, leaf"

  private static let insertRow = Query(
    "INSERT INTO journal (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", isKept: true)
  private static let replaceRow = Query(
    "INSERT OR REPLACE INTO journal (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")

  private static let insertChain = Query("INSERT INTO journal_by_cbo (cbo, seq, chain) VALUES (?, ?, ?)")

  func append(_ row: JournalRow) throws { try keep(row, isChained: row.cbo != nil) }

  /// - Parameter isChained: it goes on from the CBO's last set that is held; else its place is further back,
  ///   and it may be here already. On a phone, a set of a history that is gone may hold the place.
  func keep(_ row: JournalRow, isChained: Bool, isOnPhone: Bool = false) throws {
    let envelope = row.envelope
    let isNew = (isChained || row.cbo == nil) && !isOnPhone
    let insertion = try connection.statement(isNew ? Self.insertRow : Self.replaceRow)
    try insertion.bind(columns: { binder in
      binder.put(envelope.seq.column)
      binder.put(Int64(bitPattern: row.lsn.rawValue))
      binder.put(Int64(envelope.kind.rawValue))
      binder.put(Int64(envelope.device.rawValue))
      binder.put(Int64(bitPattern: envelope.firstDeviceSeq.rawValue))
      binder.put(Int64(envelope.count))
      binder.put(row.cbo?.column)
      binder.put(envelope.received.milliseconds)
      binder.put(Int64(bitPattern: envelope.hlc.rawValue))
      binder.put(Int64(envelope.rules.rawValue))
      binder.put(row.verdicts)
      binder.put(row.changes)
      binder.put(row.leaf)
    }).run()
    guard isChained, let cbo = row.cbo else { return }
    let (_, chain) = try chain(of: cbo)
    try connection.statement(Self.insertChain)
      .bind(columns: { binder in
        binder.put(cbo.column)
        binder.put(envelope.seq.column)
        binder.put(CboChain.next(after: chain, leaf: row.leaf))
      }).run()
  }

  private static let selectChain = Query(
    "SELECT seq, chain FROM journal_by_cbo WHERE cbo = ? ORDER BY seq DESC LIMIT 1", isKept: true)

  /// Where a CBO's chain stands; seq 0 and the start value before its first set.
  func chain(of cbo: RecordID) throws -> (seq: Seq, chain: [UInt8]) {
    try connection.statement(Self.selectChain)
      .bind(columns: { $0.put(cbo.column) })
      .first { (Seq($0.unsigned(0)), $0.bytes(1)) } ?? (.zero, CboChain.start)
  }

  /// Where it stood when the shard ended with `seq`.
  func chain(of cbo: RecordID, at seq: Seq) throws -> (seq: Seq, chain: [UInt8]) {
    try connection.statement(
      "SELECT seq, chain FROM journal_by_cbo WHERE cbo = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
    ).bind(cbo.rawValue, seq.rawValue).first { (Seq($0.unsigned(0)), $0.bytes(1)) } ?? (.zero, CboChain.start)
  }

  func row(_ seq: Seq) throws -> JournalRow? {
    try connection.statement("SELECT \(Self.columns) FROM journal WHERE seq = ?").bind(seq.rawValue)
      .first(Self.read)
  }

  /// Every row above `seq`, ascending; `body` must not read the journal row by row itself.
  func forEach(after seq: Seq, _ body: (JournalRow) throws -> Void) throws {
    try connection.statement("SELECT \(Self.columns) FROM journal WHERE seq > ? ORDER BY seq")
      .bind(seq.rawValue).forEach { try body(Self.read($0)) }
  }

  static func read(_ row: Row) -> JournalRow { read(row, from: 0) }

  static func read(_ row: Row, from first: Int) -> JournalRow {
    JournalRow(
      envelope: Envelope(
        seq: Seq(row.unsigned(first)), kind: Envelope.Kind(rawValue: Int(row.integer(first + 2))) ?? .set,
        device: DeviceNumber(UInt32(clamping: row.integer(first + 3))),
        firstDeviceSeq: DeviceSeq(row.unsigned(first + 4)), count: UInt32(clamping: row.integer(first + 5)),
        received: Timestamp(milliseconds: row.integer(first + 7)),
        hlc: HybridTime(rawValue: row.unsigned(first + 8)),
        rules: RulesVersion(rawValue: UInt32(clamping: row.integer(first + 9)))),
      lsn: LSN(row.unsigned(first + 1)),
      cbo: row.optionalInteger(first + 6).map { RecordID(rawValue: UInt64(bitPattern: $0)) },
      verdicts: row.bytes(first + 10), changes: row.bytes(first + 11), leaf: row.bytes(first + 12))
  }
}
