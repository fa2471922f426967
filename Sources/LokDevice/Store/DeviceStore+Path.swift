package import LokBooks
import LokSQLite
import LokTransport

extension DeviceStore {
  func segments() throws -> Dialer.Segments { try packetPath().isSmall ? .small : .usual }

  /// A session, or the attempt to begin one, has ended.
  package func notePath(isBroken: Bool, at now: Timestamp) throws {
    let before = try packetPath()
    var path = before
    path.note(isBroken: isBroken, at: now)
    guard path != before else { return }
    try connection.statement(
      "INSERT OR REPLACE INTO device_packet_path (id, is_small, since, days) VALUES (1, ?, ?, ?)"
    ).bind(path.isSmall, path.since.milliseconds, path.days).run()
  }

  private func packetPath() throws -> PacketPath {
    try connection.statement("SELECT is_small, since, days FROM device_packet_path").first { row in
      PacketPath(
        isSmall: row.integer(0) == 1, since: Timestamp(milliseconds: row.integer(1)), days: row.integer(2))
    } ?? PacketPath()
  }
}
