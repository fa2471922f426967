internal import CSQLite

/// What SQLite said, about which file, while running which statement. Bound values are never part of it:
/// they may be personal.
package struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The extended result code.
  package let code: Int32
  package let message: String
  package let path: String
  package let sql: String?

  package init(code: Int32, message: String, path: String, sql: String?) {
    self.code = code
    self.message = message
    self.path = path
    self.sql = sql
  }

  /// The machine is in trouble (full, I/O, busy, no memory), not the statement: never a verdict about
  /// what was being written; roll back and try again later.
  package var isEnvironmental: Bool {
    switch code & 0xFF {
    case SQLITE_FULL, SQLITE_IOERR, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_CANTOPEN,
      SQLITE_READONLY,
      SQLITE_PERM, SQLITE_PROTOCOL, SQLITE_INTERRUPT:
      true
    default: false
    }
  }

  /// The file itself is damaged or no database.
  package var isCorruption: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF) }

  /// A row would stand twice, or lack what it has to have.
  package var isConstraint: Bool { code & 0xFF == SQLITE_CONSTRAINT }

  package var description: String {
    "SQLite \(code): \(message) (\(path)\(sql.map { ", \($0)" } ?? ""))"
  }
}
