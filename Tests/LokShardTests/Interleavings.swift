import LokBooks
import LokSQLite
import LokTestSupport
import LokWire

/// Orders in which sets of several devices may reach a block: each keeps every device's own order.
enum Interleavings {
  /// Every order, as the number of the device whose next set comes; `lengths` has each device's count.
  static func all(_ lengths: [Int]) -> [[Int]] {
    guard lengths.contains(where: { $0 > 0 }) else { return [[]] }
    return lengths.indices.filter { lengths[$0] > 0 }.flatMap { device in
      var rest = lengths
      rest[device] -= 1
      return all(rest).map { [device] + $0 }
    }
  }

  static func count(_ lengths: [Int]) -> Int {
    var count = 1
    var placed = 0
    for length in lengths {
      for place in 0..<length {
        placed += 1
        count = count * placed / (place + 1)
      }
    }
    return count
  }

  /// One of them; each set of a device that is left has the same chance to be the next.
  static func one(_ lengths: [Int], _ random: inout SeededGenerator) -> [Int] {
    lengths.indices.flatMap { device in Array(repeating: device, count: lengths[device]) }
      .shuffled(using: &random)
  }

  /// All where they are few, else a sample with the two that let one device after the other speak.
  static func some(_ lengths: [Int], most: Int, _ random: inout SeededGenerator) -> [[Int]] {
    guard count(lengths) > most else { return all(lengths) }
    let blocks = lengths.indices.map { Array(repeating: $0, count: lengths[$0]) }
    return [blocks.flatMap { $0 }, blocks.reversed().flatMap { $0 }]
      + (2..<most).map { _ in one(lengths, &random) }
  }
}

/// What a shard holds apart from the order in which it came: rows of books, records and what is set aside,
/// without seqs and times of receipt.
enum OrderlessState {
  static func lines(of connection: Connection) throws -> [String] {
    var lines = try storedBalances(connection).map { "balance \($0.key) \($0.value)" }
    let tables = [
      "village", "cbo", "membership", "member", "meeting", "attendance", "entry", "loan", "loan_event",
      "bank_account", "bank_statement", "office_bearer",
    ]
    for table in tables { lines += try rows(connection, "SELECT * FROM \(table)", table) }
    lines += try rows(
      connection,
      """
      SELECT device, first_device_seq, idx, word, reason, record, meeting_number
      FROM set_aside JOIN journal ON journal.seq = set_aside.seq
      """, "set aside")
    lines += try rows(
      connection, "SELECT number, next_device_seq, next_counter, hlc FROM device", "device")
    lines += try rows(
      connection,
      "SELECT record, field, rule, winner_device, winner_hlc, loser_device, loser_hlc FROM conflict",
      "conflict")
    try connection.statement("SELECT id, entity, fields FROM record").forEach { row in
      for field in try RecordFields.decode(row.bytes(2)) {
        lines.append(
          "record \(row.integer(0)) \(row.integer(1)) \(field.number) \(field.value) \(field.hlc.rawValue) "
            + "\(field.device) \(field.deviceSeq)")
      }
    }
    return lines.sorted()
  }

  private static func rows(_ connection: Connection, _ sql: String, _ name: String) throws -> [String] {
    try connection.statement(sql).all { row in
      (0..<row.count).filter { row.name($0) != "seq" }
        .reduce(into: name) { $0 += " \(row.name($1))=\(row.description($1))" }
    }
  }

  /// What only one of the two has.
  static func difference(_ a: [String], _ b: [String]) -> [String] {
    Array(Set(a).symmetricDifference(b)).sorted()
  }
}
