package import LokBooks
import LokSQLite
import LokShard
import LokWire

/// A file that the server was said to have may be lost there: its disk damages one, or an operator deletes
/// what he found damaged. So the phone that has it offers it once more from time to time. A server that has
/// it answers with a word, one that has it no longer takes it.
extension DeviceStore {
  private static let doubtAfterMilliseconds: Int64 = 30 * 86_400_000
  /// In one sync: an offer takes a round trip.
  private static let doubtedMaximum = 4

  /// Has the next syncs offer files that this phone has brought and its books still name, the longest unasked
  /// ones first: a few of those that nobody asked about for a month, over a link that is fast.
  ///
  /// - Parameter all: of them, at once.
  package func doubtFiles(all: Bool = false, at now: Timestamp) throws {
    guard try all || link().link == .fast else { return }
    let due = try brought(askedBefore: all ? .max : now.milliseconds - Self.doubtAfterMilliseconds)
    guard !due.isEmpty else { return }
    let named = Set(try namedBlobs().map(\.hash))
    try shard.transaction {
      var doubted = 0
      for (hash, asked) in due {
        // A month begins with the first sync that finds it at the server.
        let isDue = named.contains(hash) && (all || asked != nil)
        if isDue {
          guard all || doubted < Self.doubtedMaximum else { continue }
          doubted += 1
          try connection.statement("UPDATE device_blob SET state = ? WHERE hash = ?")
            .bind(BlobState.doubted.rawValue, hash).run()
        }
        try connection.statement("INSERT OR REPLACE INTO device_blob_check (hash, at) VALUES (?, ?)")
          .bind(hash, now.milliseconds).run()
      }
    }
  }

  /// Files of this phone that the server was said to have, and when it was last asked; nil = never.
  private func brought(askedBefore bound: Int64) throws -> [(hash: [UInt8], asked: Int64?)] {
    try connection.statement(
      """
      SELECT hash, at FROM device_blob LEFT JOIN device_blob_check USING (hash)
      WHERE state = ? AND sent > 0 AND coalesce(at, 0) <= ? ORDER BY at, id
      """
    ).bind(BlobState.held.rawValue, bound).all { ($0.bytes(0), $0.optionalInteger(1)) }
  }
}
