import LokBooks
import LokShard
import LokSQLite
import LokWire
import Testing

/// A phone's file in which somebody, or the flash, has changed a row: whatever the column, the phone sees it
/// by itself. That nothing is seen where nothing was changed is held by `SnapshotLawTests` and
/// `HistoryLawTests` after each history that they draw.
struct HeldCheckTests {
  /// What of a CBO is on the phone.
  enum Extent: String, CaseIterable, Sendable {
    case wholeHistory
    case snapshotAndTail
    case someHistory
  }

  /// Each with the column that finds a row of the CBO.
  private static let tables = [
    ("journal", "cbo"), ("journal_by_cbo", "cbo"), ("history_floor", "cbo"), ("history_snapshot", "cbo"),
    ("record", "cbo"), ("balance", "cbo"), ("set_aside", "cbo"),
    ("resolved", "(SELECT cbo FROM journal WHERE journal.seq = target_seq)"), ("conflict", "cbo"),
    ("cbo", "id"), ("membership", "cbo"), ("member", "cbo"), ("meeting", "cbo"), ("attendance", "cbo"),
    ("entry", "cbo"), ("loan", "cbo"), ("loan_event", "cbo"), ("bank_account", "cbo"),
    ("bank_statement", "cbo"), ("office_bearer", "cbo"),
  ]

  @Test(arguments: Extent.allCases)
  func `a value changed in any column of any table is found, and a row that is gone`(_ extent: Extent) throws
  {
    let held = try Held(extent, seed: 2)
    let (phone, cbo) = (held.phone, held.village.cbo)
    #expect(try phone.findings() == [])
    var planted = 0
    for (table, group) in Self.tables {
      let row = "(SELECT \(Self.key(table)) FROM \(table) WHERE \(group) = \(cbo.rawValue) LIMIT 1)"
      let place = "(\(Self.key(table))) = \(row)"
      guard
        try phone.connection.statement("SELECT 1 FROM \(table) WHERE \(place)").first({ _ in true }) != nil
      else { continue }
      for column in try Self.columns(of: table, phone) {
        let other = """
          CASE typeof(\(column)) WHEN 'null' THEN 1000007 WHEN 'integer' THEN \(column) + 1000003
            WHEN 'blob' THEN zeroblob(length(\(column)) + 1) ELSE \(column) || 'x' END
          """
        planted += 1
        let found = try Self.findings(phone, after: "UPDATE \(table) SET \(column) = \(other) WHERE \(place)")
        #expect(found.contains(cbo), "\(table).\(column)")
      }
      planted += 1
      let found = try Self.findings(phone, after: "DELETE FROM \(table) WHERE \(place)")
      #expect(found.contains(cbo), "a row of \(table)")
    }
    #expect(planted > 120)
    #expect(try phone.findings() == [], "nothing of it stayed")
    withExtendedLifetime(held) {}
  }

  @Test(arguments: Extent.allCases)
  func `a row too many is found`(_ extent: Extent) throws {
    let held = try Held(extent, seed: 2)
    let (phone, cbo) = (held.phone, held.village.cbo)
    for table in ["record", "member", "meeting", "attendance", "entry", "loan", "bank_account"] {
      let columns = try Self.columns(of: table, phone)
      let values = columns.map { ["id", "code_serial"].contains($0) ? "\($0) + 1000003" : $0 }
      let copy = """
        INSERT INTO \(table) (\(columns.joined(separator: ", ")))
        SELECT \(values.joined(separator: ", ")) FROM \(table) WHERE cbo = \(cbo.rawValue) LIMIT 1
        """
      #expect(try Self.findings(phone, after: copy).contains(cbo), "\(table)")
    }
    let preview = "INSERT INTO preview VALUES (\(cbo.rawValue), 1)"
    #expect(try Self.findings(phone, after: preview).contains(cbo))
  }

  @Test(arguments: Extent.allCases)
  func `books whose sets are whole are made anew from them, and no others`(_ extent: Extent) throws {
    let held = try Held(extent, seed: 2)
    let (phone, cbo) = (held.phone, held.village.cbo)
    let digest = try phone.stateDigest(of: cbo)
    for plant in ["UPDATE entry SET amount_paise = amount_paise + 100", "DELETE FROM record"] {
      try phone.connection.execute("\(plant) WHERE cbo = \(cbo.rawValue)")
      let check = try HeldCheck(phone)
      let finding = try #require(try check.finding(of: cbo))
      #expect(!finding.isInSources)
      #expect(try check.makeAnew(cbo))
      #expect(try phone.findings() == [])
      #expect(try phone.stateDigest(of: cbo) == digest)
    }
    let damaged = "UPDATE journal SET changes = zeroblob(9) WHERE seq = (SELECT max(seq) FROM journal)"
    try phone.connection.execute(damaged)
    #expect(try HeldCheck(phone).finding(of: cbo)?.isInSources == true)
  }

  private struct Held {
    /// Its folder lasts as long as it does.
    let village: SnapshotVillage
    let phone: PartialShard

    init(_ extent: Extent, seed: UInt64) throws {
      let writer = try HistoryWriter(seed: seed)
      for _ in 1...90 { try writer.step() }
      village = try SnapshotVillage(writer)
      guard extent != .wholeHistory else {
        phone = village.full
        return
      }
      phone = try village.phone()
      let states = try village.snapshots().filter { !$0.isWholeHistory }
      let snapshot = try #require(states.dropLast(states.count / 2).last)
      try phone.adopt(snapshot)
      try village.applyTail(to: phone)
      guard extent == .someHistory else { return }
      try village.fetchHistory(to: phone, through: Seq(snapshot.seq.rawValue / 2))
    }
  }

  private static func key(_ table: String) -> String {
    switch table {
    case "journal": "seq"
    case "journal_by_cbo", "membership": "cbo, seq"
    case "history_floor", "history_snapshot": "cbo"
    case "set_aside": "seq, idx"
    case "resolved": "target_seq, idx"
    case "conflict": "record, field, seq, idx"
    case "balance": "cbo, account, sub_ledger"
    default: "id"
    }
  }

  private static func columns(of table: String, _ phone: PartialShard) throws -> [String] {
    try phone.connection.statement("SELECT name FROM pragma_table_info(?)").bind(table).all { $0.text(0) }
  }

  /// What is found of a change that is taken back again.
  private static func findings(_ phone: PartialShard, after plant: String) throws -> [RecordID] {
    try phone.connection.execute("BEGIN")
    defer { phone.connection.rollback() }
    try phone.connection.execute(plant)
    return try phone.findings().map(\.cbo)
  }
}
