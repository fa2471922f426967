import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokSimulator
import LokWire
import Testing

/// A phone's file in which a row was changed that no digest covers: `device sync --check` finds the group by
/// its own sets, and mends it in the same session. What was typed and not sent yet is no part of it.
@Suite struct DamagedBooksTests {
  /// Planted in the file; the group's last meeting is the block's last set.
  enum Plant: String, CaseIterable, Sendable {
    case amount = "UPDATE entry SET amount_paise = amount_paise + 100 WHERE id = (SELECT max(id) FROM entry)"
    case member = "UPDATE member SET joined_day = joined_day - 1 WHERE id = (SELECT max(id) FROM member)"
    case name = "UPDATE cbo SET name = 'Jai Ma'"
    case meeting =
      "UPDATE meeting SET closing_cash_paise = 0 WHERE number = (SELECT max(number) FROM meeting)"
    case attendance = "DELETE FROM attendance WHERE id = (SELECT max(id) FROM attendance)"
    case otherGroup = "UPDATE entry SET cbo = 4294967296 WHERE id = (SELECT max(id) FROM entry)"
    case everyRow = "DELETE FROM entry; DELETE FROM meeting; DELETE FROM record; DELETE FROM balance"
  }

  /// The same of what the books are made of.
  enum SourcePlant: String, CaseIterable, Sendable {
    case bytes = "UPDATE journal SET changes = zeroblob(20) WHERE seq = (SELECT max(seq) FROM journal)"
    case verdicts = "UPDATE journal SET verdicts = x'0a020805' WHERE seq = (SELECT max(seq) FROM journal)"
    case received = "UPDATE journal SET received = received + 1 WHERE seq = (SELECT max(seq) FROM journal)"
    case leaf = "UPDATE journal SET leaf = zeroblob(32) WHERE seq = (SELECT max(seq) FROM journal)"
    case gone = "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)"
    case otherGroup = "UPDATE journal SET cbo = 4294967296 WHERE seq = (SELECT max(seq) FROM journal)"
    case noGroup = "UPDATE journal SET cbo = NULL WHERE seq = (SELECT max(seq) FROM journal)"
    case noChain = "DELETE FROM journal_by_cbo"
    case floor = "INSERT OR REPLACE INTO history_floor SELECT id, 3, x'', 0, x'' FROM cbo"
    case snapshot = "INSERT OR REPLACE INTO history_snapshot SELECT id, x'', NULL, x'' FROM cbo"
  }

  /// Who wrote all of it, and who has it from a snapshot and the sets since.
  enum Holder: CaseIterable, Sendable { case writer, reader }

  private static func village(_ seed: UInt64, _ holder: Holder) throws -> (LinkedVillage, DeviceStore) {
    let village = try LinkedVillage(seed: seed)
    for _ in 1...24 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: .edge).report.outcome == .done)
    for _ in 1...3 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    #expect(try village.sync(usha, over: .edge).report.outcome == .done)
    let phone = holder == .writer ? village.asha : usha
    #expect(try phone.shard.incompleteHistories().isEmpty == (holder == .writer))
    try village.meet(phone)
    return (village, phone)
  }

  /// Checks until nothing is found; a meeting was typed before the damage.
  private static func mended(
    _ village: LinkedVillage, _ phone: DeviceStore
  ) throws -> SyncReport {
    let report = try village.sync(phone, over: .edge, comparing: true).report
    #expect(report.outcome == .done && report.sessions == 1 && report.setsCommitted == 1)
    let repair = try #require(report.repair)
    #expect(repair.left == [] && repair.compared >= 1)
    #expect(report.mended == [village.group])
    #expect(try phone.shard.findings() == [])
    let again = try village.sync(phone, over: .edge, comparing: true).report
    #expect(again.outcome == .done && again.mended == [] && again.repair?.left == [])
    try village.expectEqualBooks([phone])
    return report
  }

  @Test(arguments: Plant.allCases, Holder.allCases)
  func `damaged books are made anew from their own sets, and none of these comes down again`(
    _ plant: Plant, _ holder: Holder
  ) throws {
    let (village, phone) = try Self.village(71, holder)
    let history = try phone.shard.incompleteHistories()
    let books = try Self.entries(phone)
    try phone.shard.connection.execute(plant.rawValue)
    #expect(try phone.shard.findings().map(\.cbo) == [village.group])
    let report = try Self.mended(village, phone)
    #expect(report.madeAnew == [village.group] && report.refetched == [])
    #expect(try phone.shard.incompleteHistories() == history, "no history is lost by it")
    #expect(try Set(Self.entries(phone)).isSuperset(of: books))
  }

  @Test(arguments: SourcePlant.allCases, Holder.allCases)
  func `where the sets are damaged themselves the group is fetched anew`(
    _ plant: SourcePlant, _ holder: Holder
  ) throws {
    let (village, phone) = try Self.village(72, holder)
    try phone.shard.connection.execute(plant.rawValue)
    #expect(try phone.shard.findings().map(\.cbo).contains(village.group))
    let report = try Self.mended(village, phone)
    #expect(report.refetched == [village.group] && report.madeAnew == [])
  }

  @Test(arguments: Holder.allCases) func `of what is whole nothing is mended`(_ holder: Holder) throws {
    let (village, phone) = try Self.village(73, holder)
    let report = try village.sync(phone, over: .edge, comparing: true).report
    #expect(report.outcome == .done && report.mended == [] && report.repair?.left == [])
  }

  private static func entries(_ phone: DeviceStore) throws -> [[String]] {
    try phone.shard.connection.statement("SELECT * FROM entry ORDER BY id")
      .all { row in (0..<row.count).map { row.description($0) } }
  }
}
