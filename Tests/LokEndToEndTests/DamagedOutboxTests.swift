import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokSimulator
import LokWire
import Testing

/// Damage in what was typed on a phone: it is told, and what stands behind it goes on.
@Suite struct DamagedOutboxTests {
  private static let last = "(SELECT max(first_device_seq) FROM device_outbox)"

  /// What is left of the last set that was typed.
  enum Plant: String, CaseIterable, Sendable {
    case nothing = "zeroblob(40)"
    case half = "substr(bytes, 1, length(bytes) / 2)"
    /// Readable, and not what was typed.
    case other = "(SELECT bytes FROM device_outbox ORDER BY first_device_seq DESC LIMIT 1 OFFSET 1)"
  }

  @Test(arguments: Plant.allCases)
  func `a set that cannot be read any more is refused by its number, and those behind it are committed`(
    _ plant: Plant
  ) throws {
    let village = try LinkedVillage(seed: 81)
    for _ in 1...3 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    for _ in 1...2 { try village.meet(village.asha) }
    try village.asha.shard.connection.execute(
      "UPDATE device_outbox SET bytes = \(plant.rawValue) WHERE first_device_seq = \(Self.last)")
    try village.meet(village.asha)
    let report = try village.sync(village.asha, over: .edge).report
    #expect(report.outcome == .done && report.sessions == 1 && report.reenrolments == 0)
    let status = try village.asha.status()
    #expect(status.unsent == 0 && status.stored == 0)
    let refused = status.setAside.filter { $0.verdict == Verdict(.refused, .undecodable) }
    #expect(refused.count == 1)
    #expect(try village.asha.receipts().count == 13 + 6)
    #expect(try village.sync(village.asha, over: .edge, comparing: true).report.mended == [])
    try village.expectEqualBooks([village.asha])
  }

  @Test func `own bytes that are damaged after they were stored come back with the books`() throws {
    let village = try LinkedVillage(seed: 82)
    try village.meet(village.asha)
    try village.asha.shard.connection.execute(
      "CREATE TEMP TABLE typed AS SELECT bytes FROM device_outbox WHERE first_device_seq = \(Self.last)")
    let link = LinkProfile(
      name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 1_000, lostPerThousand: 0)
    // Cut behind the word that it is stored, before it has come down.
    let standing = "SELECT state, applied FROM device_outbox WHERE first_device_seq = \(Self.last)"
    for milliseconds in stride(from: Int64(1_000), to: 9_000, by: 500) {
      _ = try village.sync(village.asha, over: link, cut: .after(milliseconds: milliseconds))
      let isStored = try village.asha.shard.connection.statement(standing).first { $0.integer(0) >= 2 }
      if isStored == true { break }
    }
    #expect(try village.asha.shard.connection.statement(standing).first { $0.integer(1) } == 0)
    try village.asha.shard.connection.execute(
      "UPDATE device_outbox SET bytes = zeroblob(9) WHERE first_device_seq = \(Self.last)")
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    let isTyped = try village.asha.shard.connection.statement(
      "SELECT (SELECT bytes FROM device_outbox WHERE first_device_seq = \(Self.last)) = bytes FROM typed"
    ).first { $0.integer(0) }
    #expect(isTyped == 1)
    try village.expectEqualBooks([village.asha])
  }
}
