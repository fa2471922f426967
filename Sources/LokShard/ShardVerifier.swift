package import LokBooks
import LokSQLite
import LokWire

/// Something in a shard's file that is not what its commands make of it.
package struct ShardFinding: Hashable, Sendable {
  /// Where: "journal 12", "balance of 6341:1-1 account 1001".
  package var place: String
  package var problem: String
  /// Where a sum of the books is another one than it has to be.
  package var sum: Sum?

  package struct Sum: Hashable, Sendable {
    /// Nil = the whole block's.
    package var cbo: RecordID?
    /// Nil = a sum over accounts.
    package var account: Account?
    /// The member, loan or bank account; nil = the control account, or all shares of it.
    package var share: RecordID?
    package var expected: Paise
    package var found: Paise

    package init(cbo: RecordID?, account: Account?, share: RecordID?, expected: Paise, found: Paise) {
      self.cbo = cbo
      self.account = account
      self.share = share
      self.expected = expected
      self.found = found
    }
  }

  package init(place: String, problem: String, sum: Sum? = nil) {
    self.place = place
    self.problem = problem
    self.sum = sum
  }
}

/// Recomputes a shard from its journal and says what differs: leaves, tree, chains, every table of the books,
/// and the sums; then holds the tables to the laws of books (`LedgerCheck`). Reads one moment of a live
/// server's file; the rebuilt copy lies in `workPath`.
package struct ShardVerifier {
  package let block: BlockCode
  private let connection: Connection
  private let rebuilt: PartialShard
  private var found: [ShardFinding] = []
  private var tree = MerkleFrontier()
  private var chains: [RecordID: [UInt8]] = [:]
  package private(set) var rows = 0

  /// - Parameter workPath: a file that does not exist yet; the caller deletes it and its -wal and -shm.
  package init(path: String, block: BlockCode, workPath: String) throws {
    self.block = block
    connection = try ShardFile.open(path: path, block: block, mode: .readOnly)
    rebuilt = try PartialShard(path: workPath, block: block)
    try rebuilt.connection.execute("PRAGMA synchronous = OFF")
    try connection.statement("ATTACH DATABASE ? AS rebuilt").bind(workPath).run()
  }

  /// Empty = the shard is what its commands make of it.
  package mutating func findings() throws -> [ShardFinding] {
    try connection.execute("BEGIN")
    defer { connection.rollback() }
    try checkFile()
    try checkJournal()
    try checkTree()
    try checkChains()
    try checkNumbers()
    for table in Self.tables { try compare(table) }
    found += try LedgerCheck.findings(in: connection)
    try checkRollup()
    return found
  }

  private mutating func report(_ place: String, _ problem: String) {
    found.append(ShardFinding(place: place, problem: problem))
  }

  private mutating func checkFile() throws {
    let problems = try connection.statement("PRAGMA main.quick_check(20)").all { $0.text(0) }
    for problem in problems where problem != "ok" { report("file", problem) }
  }

  private mutating func checkJournal() throws {
    var expected = Seq(1)
    var all: [JournalRow] = []
    // In slices: a row is checked against other tables, and a whole journal may not fit into memory.
    repeat {
      all = try connection.statement(
        "SELECT seq, lsn, kind, device, first_device_seq, count, cbo, received, hlc, rules, "
          + "verdicts, changes, leaf FROM journal WHERE seq >= ? ORDER BY seq LIMIT 500"
      ).bind(expected.rawValue).all(JournalTable.read)
      try rebuilt.connection.execute("BEGIN")
      for row in all {
        if row.envelope.seq != expected { report("journal \(expected)", "row is missing") }
        expected = row.envelope.seq.next
        rows += 1
        try check(row)
      }
      try rebuilt.connection.execute("COMMIT")
    } while !all.isEmpty
  }

  private mutating func check(_ row: JournalRow) throws {
    let place = "journal \(row.envelope.seq)"
    guard let hash = try setHash(of: row) else {
      report(place, "the hash of its set is missing")
      return
    }
    let leaf = Leaf.hash(block: block, envelope: row.envelope, setHash: hash, verdicts: row.verdicts)
    if leaf != row.leaf { report(place, "its bytes, envelope or verdicts do not give its leaf") }
    tree.append(leaf)
    if let cbo = row.cbo { chains[cbo] = CboChain.next(after: chains[cbo] ?? CboChain.start, leaf: leaf) }
    try checkChain(row)
    guard row.envelope.kind == .set || row.envelope.kind == .resolution else { return }
    do {
      try rebuilt.apply(row.envelope, verdicts: row.verdicts, bytes: row.changes)
    } catch {
      report(place, "cannot be applied: \(error)")
    }
  }

  private func setHash(of row: JournalRow) throws -> [UInt8]? {
    let seq = row.envelope.seq.rawValue
    return switch row.envelope.kind {
    case .refusal:
      try connection.statement("SELECT hash FROM device_set WHERE seq = ?").bind(seq).first { $0.bytes(0) }
    case .quarantine:
      try connection.statement("SELECT bytes FROM quarantine WHERE seq = ?").bind(seq)
        .first { Hash.sha256($0.bytes(0)) }
    default: Hash.sha256(row.changes)
    }
  }

  private mutating func checkChain(_ row: JournalRow) throws {
    guard let cbo = row.cbo else { return }
    let stored = try connection.statement("SELECT chain FROM journal_by_cbo WHERE cbo = ? AND seq = ?")
      .bind(cbo.rawValue, row.envelope.seq.rawValue).first { $0.bytes(0) }
    if stored != chains[cbo] { report("chain of \(cbo) at \(row.envelope.seq)", "differs from its leaves") }
  }

  private mutating func checkTree() throws {
    let stored = try Progress.load(from: connection).tree
    if stored.size > tree.size {
      report("journal \(tree.size.next)", "rows are missing: the tree holds \(stored.size) leaves")
    } else if stored.size < tree.size {
      report("tree", "holds \(stored.size) leaves, the journal \(tree.size)")
    } else if stored.root != tree.root {
      report("tree", "its root is not that of the journal's leaves")
    }
  }

  private mutating func checkChains() throws {
    let extra = try connection.statement(
      "SELECT cbo, seq FROM journal_by_cbo AS by_cbo WHERE NOT EXISTS "
        + "(SELECT 1 FROM journal WHERE journal.seq = by_cbo.seq AND journal.cbo = by_cbo.cbo) LIMIT 20"
    ).all { (RecordID(rawValue: $0.unsigned(0)), $0.integer(1)) }
    for (cbo, seq) in extra { report("chain of \(cbo) at \(seq)", "no such set in the journal") }
  }

  /// Every number of a device is consumed exactly once.
  private mutating func checkNumbers() throws {
    let devices = try connection.statement("SELECT number, next_device_seq FROM device")
      .all { ($0.integer(0), $0.integer(1)) }
    for (device, next) in devices {
      var expected: Int64 = 1
      var gap: Int64?
      try connection.statement(
        "SELECT first_device_seq, count FROM device_set WHERE device = ? ORDER BY first_device_seq"
      ).bind(device).forEach { row in
        if row.integer(0) != expected, gap == nil { gap = expected }
        expected = row.integer(0) + row.integer(1)
      }
      if let gap { report("device \(device)", "number \(gap) is consumed not once") }
      if expected != next { report("device \(device)", "next number is \(next), its sets say \(expected)") }
    }
  }

  /// Tables that the journal alone makes, with the columns that name a row.
  private static let tables: [(name: String, key: [String])] = [
    ("record", ["id"]), ("conflict", ["record", "field", "seq"]), ("set_aside", ["seq", "idx"]),
    ("resolved", ["target_seq", "idx"]), ("village", ["id"]), ("cbo", ["id"]),
    ("membership", ["cbo", "seq"]), ("member", ["id"]), ("meeting", ["id"]), ("attendance", ["id"]),
    ("entry", ["id"]), ("loan", ["id"]), ("loan_event", ["id"]), ("bank_account", ["id"]),
    ("bank_statement", ["id"]), ("office_bearer", ["id"]), ("balance", ["cbo", "account", "sub_ledger"]),
  ]
  private static let shownPerTable = 20

  private mutating func compare(_ table: (name: String, key: [String])) throws {
    let rebuilt = try differing(table, in: "rebuilt", from: "main")
    let stored = try differing(table, in: "main", from: "rebuilt")
    for (key, values) in stored.sorted(by: { $0.key < $1.key }).prefix(Self.shownPerTable) {
      guard let other = rebuilt[key] else {
        report("\(table.name) \(key)", "no command made this row")
        continue
      }
      let columns = zip(values, other).filter { $0.0 != $0.1 }.map { "\($0.0) is stored, \($0.1) is right" }
      report("\(table.name) \(key)", columns.joined(separator: "; "))
    }
    for key in rebuilt.keys.sorted().prefix(Self.shownPerTable) where stored[key] == nil {
      report("\(table.name) \(key)", "row is missing")
    }
  }

  /// Rows of one side that the other does not have, by their key, as "column value" texts.
  private func differing(_ table: (name: String, key: [String]), in side: String, from other: String) throws
    -> [String: [String]]
  {
    var rows: [String: [String]] = [:]
    try connection.statement(
      "SELECT * FROM \(side).\(table.name) EXCEPT SELECT * FROM \(other).\(table.name)"
    )
    .forEach { row in
      let columns = (0..<row.count).map { (row.name($0), row.description($0)) }
      let key = table.key.compactMap { name in
        columns.first { $0.0 == name }.map { "\($0.0) \($0.1)" }
      }.joined(separator: " ")
      rows[key] = columns.map { "\($0.0) \($0.1)" }
    }
    return rows
  }

  private mutating func checkRollup() throws {
    let stored = try Rollup.load(from: connection)
    func count(_ sql: String) throws -> Int64 { try connection.statement(sql).first { $0.integer(0) } ?? 0 }
    let checks: [(String, Int64, Int64)] = [
      ("sets", stored.sets, try count("SELECT count(*) FROM journal WHERE kind = 1")),
      ("changes", stored.changes, try count("SELECT coalesce(sum(count), 0) FROM journal WHERE kind = 1")),
      ("cbos", stored.cbos, try count("SELECT count(*) FROM cbo")),
      ("members", stored.members, try count("SELECT count(*) FROM member")),
      ("set_aside", stored.setAside, try count("SELECT count(*) FROM set_aside")),
      (
        "quarantined", stored.quarantined,
        try count("SELECT count(*) FROM quarantine WHERE decision_seq IS NULL")
      ),
      ("refused", stored.refused, try count("SELECT count(*) FROM journal WHERE kind = 3")),
      ("conflicts", stored.conflicts, try count("SELECT count(*) FROM conflict")),
      ("last_seq", stored.lastSeq, try count("SELECT coalesce(max(seq), 0) FROM journal")),
    ]
    for (name, value, counted) in checks where value != counted {
      report("rollup \(name)", "\(value) is stored, \(counted) is right")
    }
  }
}
