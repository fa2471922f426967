import LokBooks
import LokSQLite

/// One block's SQLite file: how it is opened and told apart from others. Its schema and migrations are
/// GRDB's (`NewShardFile`); the connection that is handed out is the thin one.
enum ShardFile {
  static let schemaVersion: Int64 = 1

  /// The same tables in memory, gone with their connection.
  static func inMemory(block: BlockCode) throws -> Connection {
    let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
    try connection.execute(Schema.version1)
    try Meta.set("block", Int64(block.rawValue), in: connection)
    return connection
  }

  /// Opens an existing shard of `block`, and brings its tables up to date where this is the writer.
  static func open(path: String, block: BlockCode, mode: Connection.Mode) throws -> Connection {
    let connection: Connection
    do {
      connection = try open(path, mode)
    } catch let error as SQLiteError where error.code & 0xFF == 14 {
      throw ShardError.missing(path: path)
    }
    let version: Int64
    do {
      version = try connection.statement("PRAGMA user_version").first { $0.integer(0) } ?? 0
    } catch let error as SQLiteError where error.isCorruption {
      throw ShardError.notAShard(path: path, detail: error.message)
    }
    guard version <= schemaVersion else { throw ShardError.newerSchema(path: path) }
    guard version > 0 else { throw ShardError.notAShard(path: path, detail: "no tables of a shard") }
    let found = try Meta.integer("block", in: connection)
    guard found == Int64(block.rawValue) else {
      throw ShardError.foreignBlock(expected: block, found: BlockCode(UInt32(truncatingIfNeeded: found ?? 0)))
    }
    return connection
  }

  /// Only looks whether the file is a shard of `block`.
  static func check(path: String, block: BlockCode) throws {
    _ = try open(path: path, block: block, mode: .readOnly)
  }

  private static func open(_ path: String, _ mode: Connection.Mode) throws -> Connection {
    let connection = try Connection(path: path, mode: mode)
    if mode != .readOnly {
      // The intake log is what makes a command durable; a shard may lose its WAL's tail in a power cut
      // and gets it again by replay.
      try connection.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; "
          // Where a set has to be taken back alone, what does so would be written to a file of its own.
          + "PRAGMA temp_store = MEMORY")
    }
    return connection
  }
}

/// The few facts of a shard that are not rows.
enum Meta {
  static func set(_ key: String, _ value: (any Bindable)?, in connection: Connection) throws {
    try connection.statement("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
      .bind([key, value]).run()
  }

  static func integer(_ key: String, in connection: Connection) throws -> Int64? {
    try connection.statement("SELECT value FROM meta WHERE key = ?").bind(key).first { $0.optionalInteger(0) }
      ?? nil
  }

  static func bytes(_ key: String, in connection: Connection) throws -> [UInt8]? {
    try connection.statement("SELECT value FROM meta WHERE key = ?").bind(key).first { $0.bytes(0) }
  }
}
