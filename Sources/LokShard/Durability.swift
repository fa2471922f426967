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
  /// - Throws: `SQLiteError` where the disk refuses.
  package func makeDurable() throws -> LSN {
    let through = applied
    try connection.sync()
    return through
  }

  /// Moves the WAL into the database file: the merge service's own slow round.
  package func checkpoint() throws { try connection.checkpoint(.truncate) }
}
