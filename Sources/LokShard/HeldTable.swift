import LokBooks
import LokSQLite

/// A table of a phone that has rows of CBOs: what is checked, and what goes when a CBO does.
struct HeldTable {
  let name: String
  var columns = "*"
  let order: String
  /// Names the CBO; nil = no column does.
  var groupColumn: String? = "cbo"
  /// Names the set, where a CBO's rows are found by its sets.
  var setColumn: String?

  /// Nothing in it names a CBO or a set: all rows are of the block's own book.
  var isOfBlockBook: Bool { groupColumn == nil && setColumn == nil }

  /// What a CBO's books are made of.
  static let sources = [
    HeldTable(name: "history_floor", order: "cbo"),
    HeldTable(name: "history_snapshot", columns: "cbo, hash", order: "cbo"),
    HeldTable(name: "preview", order: "cbo"),
    HeldTable(name: "journal", order: "seq", setColumn: "seq"),
    HeldTable(name: "journal_by_cbo", order: "seq"),
  ]

  static let books =
    [
      HeldTable(name: "record", order: "id"),
      HeldTable(name: "balance", order: "account, sub_ledger"),
      HeldTable(name: "set_aside", order: "seq, idx"),
      HeldTable(name: "resolved", order: "target_seq, idx", groupColumn: nil, setColumn: "target_seq"),
      HeldTable(name: "conflict", order: "record, field, seq, idx"),
      HeldTable(name: "cbo", order: "id", groupColumn: "id"),
      HeldTable(name: "membership", order: "seq"),
      HeldTable(name: "village", order: "id", groupColumn: nil),
    ]
    + [
      "member", "meeting", "attendance", "entry", "loan", "loan_event", "bank_account", "bank_statement",
      "office_bearer",
    ].map { HeldTable(name: $0, order: "id") }

  /// Where it holds one CBO only.
  func all(in connection: Connection) throws -> [[ColumnValue]] {
    try connection.statement("SELECT \(columns) FROM \(name) ORDER BY \(order)").all(\.values)
  }

  /// - Parameter seqs: of the CBO's sets, ascending.
  func rows(of cbo: RecordID, _ seqs: [Seq], in connection: Connection) throws -> [[ColumnValue]] {
    guard let key = setColumn ?? groupColumn else { return try all(in: connection) }
    let statement = try connection.statement(
      "SELECT \(columns) FROM \(name) WHERE \(key) = ? ORDER BY \(order)")
    guard setColumn != nil else { return try statement.bind(cbo.rawValue).all(\.values) }
    return try seqs.flatMap { try statement.bind($0.rawValue).all(\.values) }
  }

  /// Rows that only a set names stay.
  func delete(_ cbo: RecordID, in connection: Connection) throws {
    if let groupColumn {
      try connection.statement("DELETE FROM \(name) WHERE \(groupColumn) = ?").bind(cbo.rawValue).run()
    } else if isOfBlockBook, cbo == .blockBook {
      try connection.execute("DELETE FROM \(name)")
    }
  }
}
