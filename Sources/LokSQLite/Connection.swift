internal import CSQLite

/// One connection to one file, used by one thread at a time and never shared: SQLite is told so
/// (`NOMUTEX`). Statements are prepared once and kept for the connection's life.
package final class Connection {
  package enum Mode: Sendable {
    case readWrite
    case readWriteCreate
    /// Reads what is committed; takes no write lock, and leaves no WAL where none was.
    case readOnly
  }

  package let path: String
  private let database: OpenDatabase
  var handle: OpaquePointer { database.handle }
  private var statements: [String: Statement] = [:]
  /// By the query's number; nil = not prepared yet.
  private var prepared: [Statement?] = []
  /// By `insert`, in the connection's life.
  var rowsInserted = 0

  /// Switches SQLite's memory statistics off, which cost a lock at every allocation. Call first in `main`.
  package static func configureLibrary() { _ = loksync_sqlite_configure() }

  /// - Throws: `SQLiteError`; a missing file is `SQLITE_CANTOPEN` unless the mode creates it.
  package init(path: String, mode: Mode) throws(SQLiteError) {
    self.path = path
    var opened: OpaquePointer?
    let access =
      switch mode {
      case .readWrite: SQLITE_OPEN_READWRITE
      case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .readOnly: SQLITE_OPEN_READONLY
      }
    let code = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw SQLiteError(code: code, message: message, path: path, sql: nil)
    }
    database = OpenDatabase(handle: opened)
    sqlite3_extended_result_codes(opened, 1)
    sqlite3_busy_timeout(opened, 5_000)
    _ = loksync_sqlite_no_checkpoint_on_close(opened)
  }

  /// The statement of a query that is written once and run often: found without looking at its text.
  package func statement(_ query: Query) throws(SQLiteError) -> Statement {
    if query.number < prepared.count, let known = prepared[query.number] { return known }
    let statement = try statement(query.sql)
    statement.isKept = query.isKept
    if query.number >= prepared.count {
      prepared += Array(repeating: nil, count: query.number + 1 - prepared.count)
    }
    prepared[query.number] = statement
    return statement
  }

  /// The statement for `sql`, prepared at its first use.
  package func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let known = statements[sql] { return known }
    try wake(for: sql)
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw error(code, sql: sql) }
    let statement = Statement(handle: prepared, database: database, path: path, sql: sql)
    statements[sql] = statement
    return statement
  }

  /// Runs statements that return nothing of interest (schema, pragmas).
  package func execute(_ sql: String) throws(SQLiteError) {
    try wake(for: sql)
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, sql: sql) }
  }

  /// Everything `body` writes, or nothing.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try statement(Self.begin).run()
    do {
      let result = try body()
      try statement(Self.commit).run()
      return result
    } catch {
      rollback()
      throw error
    }
  }

  private static let begin = Query("BEGIN IMMEDIATE")
  private static let commit = Query("COMMIT")
  private static let savepoint = Query("SAVEPOINT part")
  private static let release = Query("RELEASE part")

  /// A part of a transaction that can fail on its own.
  package func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
    try statement(Self.savepoint).run()
    do {
      let result = try body()
      try statement(Self.release).run()
      return result
    } catch {
      // Where SQLite itself rolled the whole transaction back (disk full), there is no savepoint left:
      // the error below is the one that matters.
      try? statement("ROLLBACK TO part").run()
      try? statement("RELEASE part").run()
      throw error
    }
  }

  /// Some errors (full, I/O) have rolled back already; a second rollback would only hide them.
  package func rollback() {
    if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
  }

  /// Gives back what can be made again, pages, most statements, and the descriptor of its WAL. For journal
  /// mode WAL; whatever is asked of it next wakes it.
  package func rest() {
    statements = statements.filter { $0.value.isKept }
    for place in prepared.indices where prepared[place]?.isKept == false { prepared[place] = nil }
    sqlite3_db_release_memory(handle)
    database.rest()
  }

  private func wake(for sql: String) throws(SQLiteError) {
    let code = database.wake()
    guard code == SQLITE_OK else { throw error(code, sql: sql) }
  }

  package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }
  package var changedRows: Int { Int(sqlite3_changes64(handle)) }

  package enum CheckpointMode: Sendable {
    /// As far as readers allow.
    case passive
    /// All of it, and the WAL file is cut to nothing.
    case truncate
  }

  /// - Returns: whether the whole WAL is in the database file now.
  @discardableResult
  package func checkpoint(_ mode: CheckpointMode) throws(SQLiteError) -> Bool {
    try wake(for: "wal_checkpoint")
    var inLog: Int32 = 0
    var moved: Int32 = 0
    let kind = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
    let code = sqlite3_wal_checkpoint_v2(handle, nil, kind, &inLog, &moved)
    if code == SQLITE_BUSY { return false }
    guard code == SQLITE_OK else { throw error(code, sql: "wal_checkpoint") }
    return inLog == moved
  }

  /// Puts WAL and file on the disk, without giving up a lock on them.
  package func sync() throws(SQLiteError) {
    try wake(for: "fsync")
    let code = loksync_sqlite_sync(handle)
    guard code == SQLITE_OK else {
      throw SQLiteError(code: code, message: "fsync failed", path: path, sql: nil)
    }
  }

  private func error(_ code: Int32, sql: String) -> SQLiteError {
    database.error(code, path: path, sql: sql)
  }
}
