import LokSQLite

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ShardWriter {
  /// Bytes of the WAL: what a checkpoint would have to move.
  package var walBytes: Int {
    var status = stat()
    return stat(connection.path + "-wal", &status) == 0 ? Int(status.st_size) : 0
  }

  /// Puts all that is applied on the disk: through there the shard needs its log no more.
  /// - Throws: `SQLiteError` where the disk refuses.
  package func makeDurable() throws { try connection.sync() }

  /// Moves the WAL into the database file: the merge service's own slow round.
  package func checkpoint() throws { try connection.checkpoint(.truncate) }
}

/// A shard that its writer has closed. What it applied since the last checkpoint is in the WAL alone, and
/// checkpoints have synced the file.
package struct ClosedShard {
  private let path: String
  package init(path: String) { self.path = path }

  /// Puts all that is applied on the disk. Of the database file itself nothing is opened: closing it would
  /// give up all of SQLite's locks on it (POSIX), those of readers in this process too. The WAL has none.
  /// - Returns: bytes of the WAL; nil where there is none, and SQLite has to look.
  /// - Throws: `SQLiteError` where the disk refuses.
  package func sync() throws -> Int? {
    let wal = path + "-wal"
    let file = open(wal, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fsync(file) == 0, fstat(file, &status) == 0 else {
      // SQLITE_IOERR_FSYNC
      throw SQLiteError(code: 1034, message: "fsync failed", path: wal, sql: nil)
    }
    return Int(status.st_size)
  }
}
