package import LokBooks
import LokMerge
import LokSQLite
import LokWire

extension ShardReader {
  /// Nil where the CBO has no set.
  package func snapshot(of cbo: RecordID) throws -> CboSnapshot? {
    try connection.snapshot { try SnapshotReader(connection: connection).snapshot(of: cbo) }
  }

  /// The CBO's last set; 0 where it has none.
  package func lastSeq(of cbo: RecordID) throws -> Seq { try journal.chain(of: cbo).seq }
}

/// Reads a CBO's snapshot from the tables; inside the caller's transaction.
struct SnapshotReader {
  let connection: Connection

  /// Meetings that go along for display, with all that came after the first of them.
  private static let meetingsShown = 3
  /// A history this short goes along whole, whatever its meetings.
  private static let setsWhole: Int64 = 24

  func snapshot(of cbo: RecordID) throws -> CboSnapshot? {
    let (seq, chain) = try JournalTable(connection: connection).chain(of: cbo)
    guard seq > .zero else { return nil }
    let (floor, floorChain) = try floor(of: cbo, head: (seq, chain))
    let isWhole = floor == .zero
    return CboSnapshot(
      cbo: cbo, seq: seq, chain: chain, floor: floor, floorChain: floorChain,
      journal: try journal(of: cbo, above: floor), records: isWhole ? [] : try records(of: cbo),
      tables: isWhole ? [] : try SnapshotTable.all.map { try rows($0, of: cbo, above: floor) })
  }

  /// Where the part of the journal begins that goes along.
  private func floor(of cbo: RecordID, head: (seq: Seq, chain: [UInt8])) throws -> (Seq, [UInt8]) {
    let sets =
      try connection.statement("SELECT count(*) FROM journal_by_cbo WHERE cbo = ?")
      .bind(cbo.rawValue).first { $0.integer(0) } ?? 0
    guard sets > Self.setsWhole else { return (.zero, CboChain.start) }
    let first =
      try connection.statement(
        "SELECT min(seq) FROM (SELECT seq FROM meeting WHERE cbo = ? AND standing != 3 "
          + "ORDER BY number DESC LIMIT \(Self.meetingsShown))"
      ).bind(cbo.rawValue).first { $0.optionalInteger(0) } ?? nil
    guard let first else { return head }
    return try connection.statement(
      "SELECT seq, chain FROM journal_by_cbo WHERE cbo = ? AND seq < ? ORDER BY seq DESC LIMIT 1"
    ).bind(cbo.rawValue, first).first { (Seq($0.unsigned(0)), $0.bytes(1)) } ?? (.zero, CboChain.start)
  }

  private func journal(of cbo: RecordID, above floor: Seq) throws -> [JournalRow] {
    let table = JournalTable(connection: connection)
    let seqs = try connection.statement(
      """
      SELECT seq FROM journal_by_cbo WHERE cbo = ?1 AND seq > ?2
      UNION SELECT seq FROM set_aside WHERE cbo = ?1
      UNION SELECT seq FROM meeting WHERE cbo = ?1 AND standing = 1 ORDER BY seq
      """
    ).bind(cbo.rawValue, floor.rawValue).all { Seq($0.unsigned(0)) }
    return try seqs.compactMap { try table.row($0) }
  }

  private func records(of cbo: RecordID) throws -> [StoredRecord] {
    try connection.statement("SELECT id, entity, seq, fields FROM record WHERE cbo = ? ORDER BY id")
      .bind(cbo.rawValue).all { row in
        StoredRecord(
          id: RecordID(rawValue: row.unsigned(0)), entity: Entity(rawValue: UInt32(clamping: row.integer(1))),
          cbo: cbo, seq: Seq(row.unsigned(2)), fields: try RecordFields.decode(row.bytes(3)))
      }
  }

  private func rows(_ table: SnapshotTable, of cbo: RecordID, above floor: Seq) throws
    -> [SnapshotTable.Column]
  {
    var values: [[SnapshotTable.Column]] = []
    try connection.statement(table.selection).bind(cbo.rawValue, floor.rawValue).forEach { row in
      values.append(table.columns.indices.map { table.read(row, $0) })
    }
    return table.columns.indices.map { column in
      switch table.columns[column].kind {
      case .integer: .integers(values.flatMap { $0[column].integers })
      case .text, .bytes: .blobs(values.flatMap { $0[column].blobs })
      }
    }
  }
}

extension SnapshotTable {
  /// `?2` is bound also where the condition does not speak of it.
  fileprivate var selection: String {
    "SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(name) "
      + "WHERE cbo = ?1 AND ?2 >= 0 AND \(condition) ORDER BY \(order)"
  }

  fileprivate func read(_ row: Row, _ column: Int) -> Column {
    let isNull = row.isNull(column)
    return switch columns[column].kind {
    case .integer: .integers([row.optionalInteger(column)])
    case .text: .blobs([isNull ? nil : Array(row.text(column).utf8)])
    case .bytes: .blobs([isNull ? nil : row.bytes(column)])
    }
  }
}

extension SnapshotTable.Column {
  fileprivate var integers: [Int64?] { if case .integers(let values) = self { values } else { [] } }
  fileprivate var blobs: [[UInt8]?] { if case .blobs(let values) = self { values } else { [] } }
}
