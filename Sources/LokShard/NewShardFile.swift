import Foundation
import GRDB
import LokSQLite
import Synchronization

/// Makes a shard's file. It has its name only when it is whole: of what a crash leaves behind nothing is
/// taken for a shard.
struct NewShardFile {
  let path: String
  private var unfinished: String { path + ".new" }

  /// - Throws: `SQLiteError`, or GRDB's `DatabaseError`.
  func make(meta: [(key: String, value: (any Bindable)?)]) throws {
    // One that cannot be opened is no reason to put an empty one in its place.
    guard access(path, F_OK) != 0 else { throw Self.failed("a file of this name is there already", path) }
    removeRest()
    try Self.writeTables(to: unfinished)
    try write(meta)
    removeLog()
    guard rename(unfinished, path) == 0 else {
      throw Self.failed(String(cString: strerror(errno)), path)
    }
  }

  private func write(_ meta: [(key: String, value: (any Bindable)?)]) throws {
    let connection = try Connection(path: unfinished, mode: .readWrite)
    // Nobody else knows of the file: without an index of the WAL that others could share.
    try connection.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = NORMAL")
    try connection.transaction {
      for (key, value) in meta { try Meta.set(key, value, in: connection) }
    }
    // Puts the file on the disk, all of it.
    try connection.checkpoint(.truncate)
  }

  private func removeRest() {
    unlink(unfinished)
    removeLog()
  }

  private func removeLog() { for ending in ["-wal", "-shm", "-journal"] { unlink(unfinished + ending) } }

  /// The file as the migrations leave it, without rows: a server that begins with a country's blocks makes
  /// thousands, and to copy it takes a tenth of the time.
  private static let tables = Mutex<Data?>(nil)

  private static func writeTables(to path: String) throws {
    let known = tables.withLock { $0 }
    if known == nil { try migrate(path) }
    do {
      let file = URL(fileURLWithPath: path)
      if let known { return try known.write(to: file) }
      let made = try Data(contentsOf: file)
      tables.withLock { $0 = made }
    } catch {
      throw failed(error.localizedDescription, path)
    }
  }

  private static func failed(_ reason: String, _ path: String) -> SQLiteError {
    // SQLITE_IOERR
    SQLiteError(code: 10, message: reason, path: path, sql: nil)
  }

  private static func migrate(_ path: String) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: Schema.version1)
      try database.execute(sql: "PRAGMA user_version = \(ShardFile.schemaVersion)")
    }
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    try queue.inDatabase { database in try database.execute(sql: "PRAGMA journal_mode = WAL") }
    try migrator.migrate(queue)
  }
}
