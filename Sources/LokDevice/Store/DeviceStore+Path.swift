package import LokBooks
import LokSQLite
import LokTransport

/// How large packets may be on the way to the server.
///
/// Behind some tunnels large packets vanish and nobody is told (RFC 2923, 2.1): the connection is made, and
/// the first full packet is sent for ever. So after a session that stalled or broke the next one asks for
/// small packets, which cost 5 % more; where that does not help either, the one after it for usual
/// ones again.
extension DeviceStore {
  /// A path that once needed small packets is tried with usual ones after so long.
  private static let smallForMilliseconds: Int64 = 24 * 3_600 * 1_000

  func segments() throws -> Dialer.Segments { try smallSince() == nil ? .usual : .small }

  /// A session, or the attempt to begin one, has ended.
  package func notePath(isBroken: Bool, at now: Timestamp) throws {
    let since = try smallSince()
    let isPast = since.map { !(0..<Self.smallForMilliseconds).contains(now.milliseconds - $0) } ?? false
    if isBroken, since == nil {
      try connection.statement("INSERT OR REPLACE INTO device_small_packets (id, since) VALUES (1, ?)")
        .bind(now.milliseconds).run()
    } else if isBroken || isPast {
      try connection.statement("DELETE FROM device_small_packets").run()
    }
  }

  private func smallSince() throws -> Int64? {
    try connection.statement("SELECT since FROM device_small_packets").first { $0.integer(0) }
  }
}
