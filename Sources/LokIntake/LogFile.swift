import LokBooks
import LokSQLite
import LokWire

/// One file of the log. It begins with where every block stood when it was made, so that it says alone,
/// without the files before it, which row comes next.
final class LogFile {
  /// What is written when the file is made, and never changes.
  struct Header: Hashable {
    var intake: IntakeID
    var number: Int
    /// No row here has a smaller one.
    var firstLSN: LSN
    /// Rows of earlier files above it were never acknowledged and do not count, even where they are on disk.
    var trustedThrough: LSN
    var created: Timestamp
    /// Of the last row before this file.
    var lastReceived: Timestamp
  }

  let path: String
  let header: Header
  private var connection: Connection?

  private init(path: String, header: Header) {
    self.path = path
    self.header = header
  }

  static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".sqlite"
  }

  /// Reads the header; the file is closed again.
  convenience init(opening path: String) throws {
    do {
      let connection = try Connection(path: path, mode: .readOnly)
      self.init(path: path, header: try Self.readHeader(connection))
    } catch let error as SQLiteError {
      throw error.isEnvironmental ? error : IntakeError.notALog(path: path, detail: error.message)
    }
  }

  func openForAppending() throws {
    close()
    let opened = try Connection(path: path, mode: .readWrite)
    // No automatic checkpoints: they hide their errors, and an error there ends the trust in a file.
    try opened.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0")
    connection = opened
  }

  /// - Parameter expected: the last row that has to be in the file.
  func openForReading(expecting expected: LSN) throws {
    if connection != nil { return }
    let opened = try Connection(path: path, mode: .readOnly)
    let found =
      try opened.statement("SELECT max(lsn) FROM log WHERE lsn <= ?").bind(expected.rawValue)
      .first { $0.unsigned(0) } ?? 0
    guard found == expected.rawValue || expected < header.firstLSN else {
      throw IntakeError.tailLost(path: path, expected: expected, found: LSN(found))
    }
    connection = opened
  }

  func close() { connection = nil }

  /// Moves the WAL into the file, waiting for no reader. What it cannot move stays there, on disk all the
  /// same.
  func shrink() {
    guard let connection else { return }
    try? connection.execute("PRAGMA busy_timeout=0")
    _ = try? connection.checkpoint(.truncate)
  }

  func open() throws -> Connection {
    guard let connection else { throw IntakeError.damaged(path: path, detail: "it is closed") }
    return connection
  }

  /// One transaction. `commit` is the step whose outcome can be unknown.
  func append(_ rows: [(row: IntakeRow, keys: [UInt8])], commit: (Connection) throws -> Void) throws {
    let connection = try open()
    try connection.statement("BEGIN IMMEDIATE").run()
    do {
      let insert = try connection.statement("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      for (row, keys) in rows {
        try insert.bind(
          row.lsn.rawValue, row.block.rawValue, row.previous.rawValue, row.term, row.received.milliseconds,
          row.rules.rawValue, row.kind, row.payload, keys
        ).run()
      }
      try commit(connection)
    } catch {
      connection.rollback()
      throw error
    }
  }

  /// Rows behind `after` and up to `through`, ascending.
  func rows(after: LSN, through: LSN, limit: Int) throws -> [IntakeRow] {
    try open().statement("SELECT * FROM log WHERE lsn > ? AND lsn <= ? ORDER BY lsn LIMIT ?")
      .bind(after.rawValue, through.rawValue, limit).all(read)
  }

  func row(_ lsn: LSN) throws -> IntakeRow? {
    try open().statement("SELECT * FROM log WHERE lsn = ?").bind(lsn.rawValue).first(read)
  }

  /// A row's block and the row before it there, without its payload.
  func link(_ lsn: LSN) throws -> (block: BlockCode, previous: LSN)? {
    try open().statement("SELECT block, previous FROM log WHERE lsn = ?").bind(lsn.rawValue)
      .first { (BlockCode(UInt32(truncatingIfNeeded: $0.integer(0))), LSN($0.unsigned(1))) }
  }

  /// Where every block stood when the file was made.
  func positions() throws -> [BlockCode: LSN] {
    var positions: [BlockCode: LSN] = [:]
    try open().statement("SELECT block, last_lsn FROM block_position").forEach {
      positions[BlockCode(UInt32(truncatingIfNeeded: $0.integer(0)))] = LSN($0.unsigned(1))
    }
    return positions
  }

  private func read(_ row: Row) throws -> IntakeRow {
    guard let keys = WrappedKeyLayout.decode(row.bytes(8)) else {
      throw IntakeError.damaged(path: path, detail: "the keys of row \(row.integer(0)) cannot be read")
    }
    return IntakeRow(
      lsn: LSN(row.unsigned(0)), block: BlockCode(UInt32(truncatingIfNeeded: row.integer(1))),
      previous: LSN(row.unsigned(2)), term: UInt32(truncatingIfNeeded: row.integer(3)),
      received: Timestamp(milliseconds: row.integer(4)),
      rules: RulesVersion(rawValue: UInt32(truncatingIfNeeded: row.integer(5))), kind: Int(row.integer(6)),
      payload: row.bytes(7), keys: keys)
  }
}

extension LogFile {
  /// Makes the file whole under another name first: a file that bears the right name has its header. What
  /// bore the name before has to be of no value; its WAL goes first, or SQLite would replay it into the
  /// new file.
  static func create(in folder: String, _ header: Header, positions: [BlockCode: LSN]) throws -> LogFile {
    let path = folder + "/" + name(header.number)
    let draft = path + draftSuffix
    try removeDraft(draft)
    do {
      let connection = try Connection(path: draft, mode: .readWriteCreate)
      try connection.execute("PRAGMA synchronous=FULL")
      try connection.transaction {
        try connection.execute(schema)
        try write(header, to: connection)
        let insert = try connection.statement("INSERT INTO block_position VALUES (?, ?)")
        for (block, lsn) in positions.sorted(by: { $0.key < $1.key }) {
          try insert.bind(block.rawValue, lsn.rawValue).run()
        }
      }
    } catch {
      try? removeDraft(draft)
      throw error
    }
    for suffix in ["-wal", "-shm"] { try DurableFiles.remove(path + suffix) }
    try DurableFiles.syncFolder(folder)
    try DurableFiles.rename(draft, to: path)
    return LogFile(path: path, header: header)
  }

  static let draftSuffix = ".new"

  static func removeDraft(_ path: String) throws {
    for suffix in ["", "-journal"] { try DurableFiles.remove(path + suffix) }
  }

  /// "LOKI", so that no other program's database is taken for a log.
  private static let applicationID: Int64 = 0x4C4F_4B49
  private static let version: Int64 = 1

  private static let schema = """
    PRAGMA application_id = \(applicationID);
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    -- Where every block stood when this file was made.
    CREATE TABLE block_position (block INTEGER PRIMARY KEY, last_lsn INTEGER NOT NULL);
    CREATE TABLE log (
      lsn INTEGER PRIMARY KEY,
      block INTEGER NOT NULL,
      previous INTEGER NOT NULL,         -- the block's row before this one
      term INTEGER NOT NULL,
      received INTEGER NOT NULL,         -- milliseconds since 1970, never falling
      rules INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      payload BLOB NOT NULL,             -- loksync.v1.Command
      keys BLOB NOT NULL                 -- wrapped person keys: (member u64, length u16, bytes)*, big-endian
    );
    """

  private static func write(_ header: Header, to connection: Connection) throws {
    let insert = try connection.statement("INSERT INTO meta VALUES (?, ?)")
    try insert.bind("intake", header.intake.bytes).run()
    try insert.bind("version", version).run()
    try insert.bind("number", header.number).run()
    try insert.bind("first_lsn", header.firstLSN.rawValue).run()
    try insert.bind("trusted_through", header.trustedThrough.rawValue).run()
    try insert.bind("created", header.created.milliseconds).run()
    try insert.bind("last_received", header.lastReceived.milliseconds).run()
  }

  private static func readHeader(_ connection: Connection) throws -> Header {
    let path = connection.path
    let application = try connection.statement("PRAGMA application_id").first { $0.integer(0) }
    guard application == applicationID else {
      throw IntakeError.notALog(path: path, detail: "another program's file")
    }
    let meta = try connection.statement("SELECT value FROM meta WHERE key = ?")
    func integer(_ key: String) throws -> Int64 {
      guard let value = try meta.bind(key).first({ $0.integer(0) }) else {
        throw IntakeError.notALog(path: path, detail: "its header lacks \(key)")
      }
      return value
    }
    let found = try integer("version")
    guard found == version else { throw IntakeError.notALog(path: path, detail: "layout version \(found)") }
    guard let id = IntakeID(try meta.bind("intake").first { $0.bytes(0) } ?? []) else {
      throw IntakeError.notALog(path: path, detail: "its header lacks the log's id")
    }
    return Header(
      intake: id, number: Int(try integer("number")),
      firstLSN: LSN(UInt64(bitPattern: try integer("first_lsn"))),
      trustedThrough: LSN(UInt64(bitPattern: try integer("trusted_through"))),
      created: Timestamp(milliseconds: try integer("created")),
      lastReceived: Timestamp(milliseconds: try integer("last_received")))
  }
}
