package import LokBooks
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

  /// Puts all that is applied on the disk.
  /// - Returns: the LSN through which this shard needs its log no more: that of before the fsync began.
  /// - Throws: `SQLiteError` with SQLITE_IOERR_FSYNC where the disk refuses.
  package func makeDurable() throws -> LSN {
    let through = applied
    for path in [connection.path + "-wal", connection.path] {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      // A WAL that a checkpoint has just removed needs no fsync.
      guard file >= 0 else { continue }
      defer { close(file) }
      guard fsync(file) == 0 else {
        throw SQLiteError(code: 1034, message: "fsync failed, errno \(errno)", path: path, sql: nil)
      }
    }
    return through
  }

  /// Moves the WAL into the database file: the merge service's own slow round.
  package func checkpoint() throws { try connection.checkpoint(.truncate) }
}
