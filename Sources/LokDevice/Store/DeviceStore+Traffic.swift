package import LokBooks
import LokSQLite
import LokShard
import LokWire

extension DeviceSchema {
  static let traffic = """
    -- What sessions have cost, by day (IST) and call (loksync.v1.Method, 0 = none known). Own counts only: no
    -- book stands on them.
    CREATE TABLE IF NOT EXISTS device_call_traffic (
      day INTEGER NOT NULL, method INTEGER NOT NULL, calls INTEGER NOT NULL,
      bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL,  -- frames with their lengths
      PRIMARY KEY (day, method)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS device_day_traffic (
      day INTEGER PRIMARY KEY, sessions INTEGER NOT NULL,
      socket_up INTEGER NOT NULL, socket_down INTEGER NOT NULL -- TLS included
    );
    """
}

/// The phone's own account of its bytes.
extension DeviceStore {
  /// A little more than a year: what a plan of data costs is seen over its seasons.
  private static let daysKept: Int32 = 400

  /// What a session, or a part of one, has carried; counted on the day it ends.
  package func noteTraffic(_ report: SyncReport, at now: Timestamp) throws {
    guard !report.calls.isEmpty || report.bytesUp + report.bytesDown > 0 else { return }
    let day = Day(of: now)
    try shard.transaction {
      try connection.statement(
        """
        INSERT INTO device_day_traffic (day, sessions, socket_up, socket_down) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions,
          socket_up = socket_up + excluded.socket_up, socket_down = socket_down + excluded.socket_down
        """
      ).bind(Int64(day.number), report.sessions, report.bytesUp, report.bytesDown).run()
      for (method, sums) in report.calls.rows {
        try connection.statement(
          """
          INSERT INTO device_call_traffic (day, method, calls, bytes_up, bytes_down) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,
            bytes_up = bytes_up + excluded.bytes_up, bytes_down = bytes_down + excluded.bytes_down
          """
        ).bind(
          Int64(day.number), method?.rawValue ?? 0, sums.calls, sums.bytesUp, sums.bytesDown
        ).run()
      }
      let oldest = Int64(day.advanced(by: -Self.daysKept).number)
      for table in ["device_day_traffic", "device_call_traffic"] {
        try connection.statement("DELETE FROM \(table) WHERE day < ?").bind(oldest).run()
      }
    }
  }

  /// What there is to remember of a session that has ended, or of a part of one that goes on.
  package func noteSession(_ report: SyncReport, hasEnded: Bool = true, at now: Timestamp) throws {
    try noteTraffic(report, at: now)
    if hasEnded { try noteLink(report.link) }
  }

  package func traffic(at now: Timestamp) throws -> DeviceTraffic {
    let today = Day(of: now)
    return DeviceTraffic(
      today: try traffic(from: today, through: today),
      recent: try traffic(from: today.advanced(by: 1 - DeviceTraffic.recentDays), through: today))
  }

  private func traffic(from first: Day, through last: Day) throws -> TrafficOfDays {
    var traffic = TrafficOfDays()
    try connection.statement(
      "SELECT SUM(sessions), SUM(socket_up), SUM(socket_down) FROM device_day_traffic "
        + "WHERE day BETWEEN ? AND ?"
    ).bind(Int64(first.number), Int64(last.number)).forEach { row in
      traffic.sessions = Int(row.integer(0))
      traffic.socketBytesUp = Int(row.integer(1))
      traffic.socketBytesDown = Int(row.integer(2))
    }
    try connection.statement(
      "SELECT method, SUM(calls), SUM(bytes_up), SUM(bytes_down) FROM device_call_traffic "
        + "WHERE day BETWEEN ? AND ? GROUP BY method"
    ).bind(Int64(first.number), Int64(last.number)).forEach { row in
      traffic.calls.add(
        .init(calls: Int(row.integer(1)), bytesUp: Int(row.integer(2)), bytesDown: Int(row.integer(3))),
        to: Method(rawValue: UInt32(clamping: row.integer(0))))
    }
    return traffic
  }
}
