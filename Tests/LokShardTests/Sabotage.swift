import LokSQLite

/// Somebody with a SQLite tool and a shard's file.
struct Sabotage {
  private let connection: Connection
  init(_ path: String) throws { connection = try Connection(path: path, mode: .readWrite) }
  func run(_ sql: String) throws { try connection.execute(sql) }
}
