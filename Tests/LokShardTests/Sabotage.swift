import LokSQLite

/// Somebody with a SQLite tool and a shard's file.
struct Sabotage {
  private let connection: Connection
  init(_ path: String) throws { connection = try Connection(path: path, mode: .readWrite) }
  func run(_ sql: String) throws { try connection.execute(sql) }
  func columns(of table: String) throws -> [String] {
    try connection.statement("SELECT name FROM pragma_table_info(?)").bind(table).all { $0.text(0) }
  }
}
