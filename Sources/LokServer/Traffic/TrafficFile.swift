import Foundation
package import LokBooks
import LokIntake
import LokSQLite
import LokWire

/// One month's traffic of all blocks, by device and day (`ops/2026-11.sqlite`). No command makes it and no
/// digest covers it: it is lost with its file, and without it the books are what they were.
///
/// Not a file a block: each sync would open its block's, which costs more than all that is written there.
package final class TrafficFile {
  private let connection: Connection

  /// Opens the file, or makes it.
  package init(path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    connection = try Connection(path: path, mode: .readWriteCreate)
    try connection.execute(Self.setUp)
  }

  private init(reading path: String) throws { connection = try Connection(path: path, mode: .readOnly) }

  /// Beside a server that writes it. Nil = there is none, or none that a server has set up.
  package static func reading(_ path: String) throws -> TrafficFile? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try TrafficFile(reading: path)
    let isSetUp = try file.connection.statement("SELECT 1 FROM sqlite_master WHERE name = 'device_day'")
      .first { _ in true }
    return isSetUp == true ? file : nil
  }

  /// All of them, or none.
  package func add(_ notes: [(key: TrafficNoteKey, value: TrafficNote)]) throws {
    try connection.transaction {
      // In the tables' order: the next row is found beside the last one.
      for (key, note) in notes.sorted(by: { $0.key < $1.key }) { try add(note, to: key) }
    }
  }

  private func add(_ note: TrafficNote, to key: TrafficNoteKey) throws {
    let (block, day) = (Int64(key.block.rawValue), Int64(key.day.number))
    try connection.statement(
      """
      INSERT INTO device_day VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET connections = connections + excluded.connections,
        sessions = sessions + excluded.sessions, socket_up = socket_up + excluded.socket_up,
        socket_down = socket_down + excluded.socket_down,
        last_contact = MAX(last_contact, excluded.last_contact)
      """
    ).bind(
      block, day, key.device.rawValue, note.connections, note.sessions, note.socketBytesUp,
      note.socketBytesDown, note.lastContact.milliseconds
    ).run()
    for (method, sums) in note.calls.rows {
      try connection.statement(
        """
        INSERT INTO device_call VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, bytes_up = bytes_up + excluded.bytes_up,
          bytes_down = bytes_down + excluded.bytes_down
        """
      ).bind(
        block, day, key.device.rawValue, method?.rawValue ?? 0, sums.calls, sums.bytesUp, sums.bytesDown
      ).run()
    }
  }

  /// The sums of each device of a block that called between these days, both included.
  package func sums(of block: BlockCode, from first: Day, through last: Day) throws
    -> [DeviceNumber: TrafficNote]
  {
    var sums: [DeviceNumber: TrafficNote] = [:]
    try connection.statement(
      """
      SELECT device, SUM(connections), SUM(sessions), SUM(socket_up), SUM(socket_down), MAX(last_contact)
      FROM device_day WHERE block = ? AND day BETWEEN ? AND ? GROUP BY device
      """
    ).bind(Int64(block.rawValue), Int64(first.number), Int64(last.number)).forEach { row in
      var note = TrafficNote()
      note.connections = Int(row.integer(1))
      note.sessions = Int(row.integer(2))
      note.socketBytesUp = Int(row.integer(3))
      note.socketBytesDown = Int(row.integer(4))
      note.lastContact = Timestamp(milliseconds: row.integer(5))
      sums[DeviceNumber(UInt32(clamping: row.integer(0)))] = note
    }
    try connection.statement(
      """
      SELECT device, method, SUM(calls), SUM(bytes_up), SUM(bytes_down)
      FROM device_call WHERE block = ? AND day BETWEEN ? AND ? GROUP BY device, method
      """
    ).bind(Int64(block.rawValue), Int64(first.number), Int64(last.number)).forEach { row in
      sums[DeviceNumber(UInt32(clamping: row.integer(0))), default: TrafficNote()].calls.add(
        .init(calls: Int(row.integer(2)), bytesUp: Int(row.integer(3)), bytesDown: Int(row.integer(4))),
        to: LokWire.Method(rawValue: UInt32(clamping: row.integer(1))))
    }
    return sums
  }

  // Counts may lose their last batch to a power cut, the file may not be damaged by it.
  private static let setUp = """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=NORMAL;
    CREATE TABLE IF NOT EXISTS device_day (
      block INTEGER NOT NULL,
      day INTEGER NOT NULL,              -- since 1970-01-01, in India
      device INTEGER NOT NULL,
      connections INTEGER NOT NULL, sessions INTEGER NOT NULL,
      socket_up INTEGER NOT NULL, socket_down INTEGER NOT NULL,  -- bytes, TLS included; up is from the device
      last_contact INTEGER NOT NULL,     -- milliseconds since 1970
      PRIMARY KEY (block, day, device)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS device_call (
      block INTEGER NOT NULL, day INTEGER NOT NULL, device INTEGER NOT NULL,
      method INTEGER NOT NULL,           -- loksync.v1.Method, 0 = frames of no known call
      calls INTEGER NOT NULL,
      bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL,    -- frames with their lengths
      PRIMARY KEY (block, day, device, method)
    ) WITHOUT ROWID;
    """
}
