package import LokBooks
import LokMerge
import LokSQLite
import LokWire

extension ShardReader {
  /// Nil where the CBO has no set.
  package func snapshot(of cbo: RecordID) throws -> CboSnapshot? {
    try connection.snapshot { try SnapshotReader(connection: connection).snapshot(of: cbo) }
  }

  /// Whose keys go with it, ascending: with its preview those who are members now, with the rest the others.
  package func members(of cbo: RecordID) throws -> [(id: RecordID, isNow: Bool)] {
    try connection.statement("SELECT id, left_day IS NULL FROM member WHERE cbo = ? ORDER BY id")
      .bind(cbo.rawValue).all { (RecordID(rawValue: $0.unsigned(0)), $0.integer(1) == 1) }
  }

  package func isInScope(_ cbo: RecordID, of device: DeviceNumber) throws -> Bool {
    try cbo == .blockBook || devices.isInScope(cbo, of: device, ever: false)
  }

  /// The CBO's last set; 0 where it has none.
  package func lastSeq(of cbo: RecordID) throws -> Seq { try journal.chain(of: cbo).seq }
}

/// Reads a CBO's snapshot from the tables; inside the caller's transaction.
struct SnapshotReader {
  let connection: Connection

  /// A history this short goes along whole, whatever its meetings.
  private static let setsWhole: Int64 = 24

  func snapshot(of cbo: RecordID) throws -> CboSnapshot? {
    let (seq, chain) = try JournalTable(connection: connection).chain(of: cbo)
    guard seq > .zero else { return nil }
    let isWhole = try sets(of: cbo) <= Self.setsWhole
    return CboSnapshot(
      cbo: cbo, seq: seq, chain: chain, extent: isWhole ? .wholeHistory : .state,
      journal: try journal(of: cbo, isWhole),
      records: isWhole ? [] : try records(of: cbo),
      tables: isWhole ? [] : try SnapshotTable.all.map { try rows($0, of: cbo) })
  }

  private func sets(of cbo: RecordID) throws -> Int64 {
    try connection.statement("SELECT count(*) FROM journal_by_cbo WHERE cbo = ?")
      .bind(cbo.rawValue).first { $0.integer(0) } ?? 0
  }

  private func journal(of cbo: RecordID, _ isWhole: Bool) throws -> [JournalRow] {
    let table = JournalTable(connection: connection)
    let all = "SELECT seq FROM journal_by_cbo WHERE cbo = ?1"
    let seqs = try connection.statement("\(isWhole ? all : SnapshotTable.sets) ORDER BY seq")
      .bind(cbo.rawValue).all { Seq($0.unsigned(0)) }
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

  private func rows(_ table: SnapshotTable, of cbo: RecordID) throws -> [SnapshotTable.Column] {
    var values: [[SnapshotTable.Column]] = []
    try connection.statement(table.selection).bind(cbo.rawValue).forEach { row in
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
  fileprivate var selection: String {
    "SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(name) "
      + "WHERE \(namesGroup ? "cbo = ?1 AND " : "") \(condition) ORDER BY \(order)"
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
