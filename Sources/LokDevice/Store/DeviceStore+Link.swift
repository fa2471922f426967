import LokBooks
import LokSQLite
import LokShard
package import LokWire

extension DeviceSchema {
  static let link = """
    -- How the last sessions went, for the word about the link in the next Hello.
    CREATE TABLE IF NOT EXISTS device_link_session (
      id INTEGER PRIMARY KEY,
      was_whole INTEGER NOT NULL,        -- 0: it broke off
      round_trip_ms INTEGER,             -- of Hello's flight
      bytes_per_second INTEGER           -- where enough came to tell
    );
    """
}

/// What this phone knows of its link, and says in Hello.
package struct DeviceLink: Hashable, Sendable {
  package var link = LinkClass.slow
  /// Of the last session that heard an answer.
  package var roundTripMilliseconds: Int?
  /// Of the last session in which enough came to tell.
  package var bytesPerSecond: Int?
  package init() {}
}

extension DeviceStore {
  private static let sessionsKept: Int64 = 8
  /// Beyond it a break is near, and the round trips saved by large frames are worth less than what it costs.
  private static let roundTripOfFast = 250
  /// 320 kbit/s: a first frame is on its way for less than half a second.
  private static let bytesPerSecondOfFast = 40_000

  package func noteLink(_ sample: LinkSample) throws {
    try shard.transaction {
      try connection.statement(
        "INSERT INTO device_link_session (was_whole, round_trip_ms, bytes_per_second) VALUES (?, ?, ?)"
      ).bind(sample.wasWhole, sample.roundTripMilliseconds, sample.bytesPerSecond).run()
      try connection.statement("DELETE FROM device_link_session WHERE id <= ?")
        .bind(connection.lastInsertedRow - Self.sessionsKept).run()
    }
  }

  /// Fast where the last session was whole and quick to answer, and what was seen last of the rate does not
  /// speak against it. So a wrong word costs one session: one that breaks off makes the next one slow.
  package func link() throws -> DeviceLink {
    var link = DeviceLink()
    var lastWasWhole: Bool?
    try connection.statement(
      "SELECT was_whole, round_trip_ms, bytes_per_second FROM device_link_session ORDER BY id DESC"
    ).forEach { row in
      lastWasWhole = lastWasWhole ?? (row.integer(0) == 1)
      link.roundTripMilliseconds = link.roundTripMilliseconds ?? row.optionalInteger(1).map { Int($0) }
      link.bytesPerSecond = link.bytesPerSecond ?? row.optionalInteger(2).map { Int($0) }
    }
    let isQuick = link.roundTripMilliseconds.map { $0 <= Self.roundTripOfFast } ?? false
    let isWide = link.bytesPerSecond.map { $0 >= Self.bytesPerSecondOfFast } ?? true
    link.link = lastWasWhole == true && isQuick && isWide ? .fast : .slow
    return link
  }
}
