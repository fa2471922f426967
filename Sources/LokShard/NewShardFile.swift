import Foundation
import GRDB
import LokSQLite

/// Makes a shard's file. It has its name only when it is whole and on the disk: of what a crash leaves behind
/// nothing is taken for a shard.
struct NewShardFile {
  let path: String

  /// - Throws: `SQLiteError`, or GRDB's `DatabaseError`.
  func make(meta: [(key: String, value: (any Bindable)?)]) throws {
    // One that cannot be opened is no reason to put an empty one in its place.
    guard access(path, F_OK) != 0 else { throw failure("a file of this name is there already") }
    let image = try Self.tables.get().changed { connection in
      for (key, value) in meta { try Meta.set(key, value, in: connection) }
    }
    let unfinished = path + ".new"
    guard FileManager.default.createFile(atPath: unfinished, contents: nil) else { throw failure(errno) }
    do {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: unfinished))
      try file.write(contentsOf: image.inWALMode.bytes)
      try file.synchronize()
      try file.close()
    } catch {
      unlink(unfinished)
      throw failure(error.localizedDescription)
    }
    guard rename(unfinished, path) == 0 else { throw failure(errno) }
  }

  private func failure(_ number: Int32) -> SQLiteError { failure(String(cString: strerror(number))) }

  private func failure(_ reason: String) -> SQLiteError {
    // SQLITE_IOERR
    SQLiteError(code: 10, message: reason, path: path, sql: nil)
  }

  /// As the migrations leave a new file, without rows. Made once: they take 10 ms, and a server that begins
  /// with a country's blocks makes thousands of files.
  private static let tables = Result { try migrated() }

  private static func migrated() throws -> DatabaseImage {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: Schema.version1)
      try database.execute(sql: "PRAGMA user_version = \(ShardFile.schemaVersion)")
    }
    let queue = try DatabaseQueue()
    defer { try? queue.close() }
    try migrator.migrate(queue)
    return try queue.inDatabase { database in
      guard let connection = database.sqliteConnection else {
        throw DatabaseError(resultCode: .SQLITE_MISUSE)
      }
      return try DatabaseImage(of: connection)
    }
  }
}
