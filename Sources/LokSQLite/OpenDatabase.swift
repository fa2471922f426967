internal import CSQLite

/// SQLite's handle, closed with the last of its connection and its statements: a statement may outlive the
/// variable that its connection was in.
///
/// While it rests, its WAL's descriptor is closed: a process that keeps thousands of files open has two of
/// each instead of three. Whoever is about to read or write wakes it first.
final class OpenDatabase {
  let handle: OpaquePointer
  private(set) var isResting = false

  init(handle: OpaquePointer) { self.handle = handle }
  deinit { sqlite3_close_v2(handle) }

  /// For journal mode WAL. In a transaction nothing happens.
  func rest() {
    guard !isResting, sqlite3_get_autocommit(handle) != 0 else { return }
    isResting = loksync_sqlite_close_wal(handle) == SQLITE_OK
  }

  /// - Returns: SQLite's code; where it is another than OK, it rests on.
  func wake() -> Int32 {
    guard isResting else { return SQLITE_OK }
    let code = loksync_sqlite_open_wal(handle)
    isResting = code != SQLITE_OK
    return code
  }

  /// With SQLite's own words where the code came from a call that leaves some.
  func error(_ code: Int32, path: String, sql: String?) -> SQLiteError {
    let latest = sqlite3_extended_errcode(handle)
    guard latest & 0xFF == code & 0xFF else {
      return SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)), path: path, sql: sql)
    }
    return SQLiteError(code: latest, message: String(cString: sqlite3_errmsg(handle)), path: path, sql: sql)
  }
}
