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
      let setsToGo = try sendAgain(beyond: fork, from: next)
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

  /// What the server said of them, the copy has not; the bytes are here.
  ///
  /// - Returns: how many.
  private func sendAgain(beyond fork: Seq, from next: DeviceSeq) throws -> Int {
    try connection.statement(
      """
      UPDATE device_outbox SET state = ?, seq = NULL, kind = NULL, verdicts = NULL, resolution = NULL,
        receipt = NULL, is_own = NULL, applied = 0
      WHERE device = ? AND state IN (?, ?) AND (first_device_seq >= ? OR seq > ?)
      """
    ).bind(
      OutboxState.sent.rawValue, try identity().number.rawValue, OutboxState.stored.rawValue,
      OutboxState.committed.rawValue, next.rawValue, fork.rawValue
    ).run()
    return try connection.statement("SELECT changes()").first { Int($0.integer(0)) } ?? 0
  }

  /// From now on the cursor, and what is written, is of the epoch that the server has named.
  package func enterEpoch() throws {
    try connection.statement("UPDATE device_state SET epoch = COALESCE(server_epoch, epoch)").run()
  }

  /// The server was put back to a copy from before this store's registration: it may be registered anew.
  func isUnknownToServer() throws -> Bool {
    try notices().contains { $0.trouble.words == .reason(.deviceUnknown, []) }
  }

  /// Whatever the server has said of an old number's sets: it knows the number no longer.
  func forgetWords(about device: DeviceNumber) throws {
    try connection.statement(
      """
      UPDATE device_outbox SET state = ?, seq = NULL, kind = NULL, verdicts = NULL, resolution = NULL,
        receipt = NULL, is_own = NULL, applied = 0 WHERE device = ? AND state IN (?, ?)
      """
    ).bind(
      OutboxState.sent.rawValue, device.rawValue, OutboxState.stored.rawValue, OutboxState.committed.rawValue
    ).run()
  }
}
