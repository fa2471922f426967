package import LokBooks
import LokSQLite
import LokShard
import LokWire

/// After the server was put back to an older copy of its data.
extension DeviceStore {
  /// Forgets what the server has said beyond the end of the epoch that this phone stands in, and has its own
  /// later sets go up again as they are. Nothing of what was typed is touched. May be done twice.
  ///
  /// - Parameters:
  ///   - fork: the last seq that this phone's books and the server's have in common.
  ///   - next: the server has the own sets before it.
  package func goBack(to fork: Seq, before next: DeviceSeq) throws -> ForkPlace {
    try shard.transaction {
      let setsToGo = try forgetWords(about: identity().number, from: next, beyond: fork)
      // The copy may lack any of the files that were brought.
      try connection.statement(
        "UPDATE device_blob SET state = ?, sent = 0 WHERE state IN (?, ?) AND sent > 0 AND bytes IS NOT NULL"
      ).bind(BlobState.unsent.rawValue, BlobState.held.rawValue, BlobState.doubted.rawValue).run()
      let lost = try shard.seen(beyond: fork)
      for cbo in lost { try drop(cbo) }
      try connection.statement("DELETE FROM device_snapshot").run()
      try connection.statement("DELETE FROM device_taken_scope").run()
      try connection.statement("UPDATE device_state SET cursor_seq = MIN(cursor_seq, ?)").bind(fork.rawValue)
        .run()
      // What is not held any more has to be given again.
      if !lost.isEmpty { try connection.statement("UPDATE device_state SET scope_version = 0").run() }
      let device = try identity().number
      return ForkPlace(
        cursor: try cursor(), firstUnproven: try firstSet(of: device, below: .committed), lost: lost,
        setsToGo: setsToGo)
    }
  }

  /// From now on the cursor, and what is written, is of the epoch that the server has named.
  package func enterEpoch() throws {
    try connection.statement("UPDATE device_state SET epoch = COALESCE(server_epoch, epoch)").run()
  }

  /// The server was put back to a copy from before this store's registration: it may be registered anew.
  func isUnknownToServer() throws -> Bool {
    try notices().contains { $0.trouble.words == .reason(.deviceUnknown, []) }
  }

  /// Forgets what the server has said of a number's sets that the copy lacks; their bytes are here.
  ///
  /// - Parameters:
  ///   - first: it lacks those from this one on.
  ///   - fork: and those that stood beyond this place; nil = no others.
  /// - Returns: how many.
  @discardableResult
  func forgetWords(about device: DeviceNumber, from first: DeviceSeq = DeviceSeq(1), beyond fork: Seq? = nil)
    throws
    -> Int
  {
    try connection.statement(
      """
      UPDATE device_outbox SET state = ?, seq = NULL, kind = NULL, verdicts = NULL, resolution = NULL,
        receipt = NULL, is_own = NULL, applied = 0
      WHERE device = ? AND state IN (?, ?) AND (first_device_seq >= ? OR seq > ?)
      """
    ).bind(
      OutboxState.sent.rawValue, device.rawValue, OutboxState.stored.rawValue,
      OutboxState.committed.rawValue, first.rawValue, fork?.rawValue
    ).run()
    return connection.changedRows
  }
}
