import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokText
import LokWire
import Testing

/// Books that have come to differ are found and taken up anew; the outbox is no part of it.
@Suite struct RepairTests {
  /// Where the difference is planted.
  enum Plant: String, CaseIterable, Sendable {
    case chain = "UPDATE journal_by_cbo SET chain = zeroblob(32) WHERE seq IN (SELECT max(seq) FROM journal)"
    case balance = "UPDATE balance SET paise = paise + 100 WHERE account = 2001"
    case record = "DELETE FROM record WHERE entity = 3"
  }

  @Test(.timeLimit(.minutes(1)), arguments: Plant.allCases)
  func `what was planted in a phone's books is found and mended, and what is unsent stays`(_ plant: Plant)
    async throws
  {
    let bench = try await Bench()
    let village = try await Village(bench)
    let (phone, group) = (village.phone, village.group)
    try await phone.with { store, _ in try store.shard.connection.execute(plant.rawValue) }
    try await phone.meet(group, saving: village.member, 100_00)
    let report = try await phone.repair()
    #expect(report.mended == [group] && report.left == [] && report.compared >= 1)
    #expect(try await phone.status().unsent == 1)
    #expect(try await phone.repair().mended == [])
    try await phone.expectDone()
    #expect(try await phone.digests().allSatisfy { $0.isEqual == true })
    #expect(try await phone.status().setAside == [])
    await bench.end()
    #expect(try bench.findings() == [])
  }

  @Test(.timeLimit(.minutes(1)))
  func `a sync that meets other chains mends them by itself`() async throws {
    let bench = try await Bench()
    let village = try await Village(bench)
    let second = try await bench.enrolled("second.sqlite")
    try await second.expectDone()
    try await second.with { store, _ in try store.shard.connection.execute(Plant.chain.rawValue) }
    try await village.phone.meet(village.group, saving: village.member, 100_00)
    try await village.phone.expectDone()
    try await second.expectDone()
    #expect(try await second.digests().allSatisfy { $0.isEqual == true })
    let mended = Trouble(.repaired, .key(.fetchedAnew, [.text(village.group.description)]))
    #expect(try await second.status().notices.map(\.trouble) == [mended])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a difference in the server's file is shown: the sets that it sends say otherwise`() async throws {
    let bench = try await Bench()
    let village = try await Village(bench)
    let path = bench.shardPath()
    let server = try Connection(path: path, mode: .readWrite)
    try server.execute("UPDATE balance SET paise = paise + 100 WHERE account = 2001")
    let report = try await village.phone.repair()
    #expect(report.mended == [] && report.left == [village.group])
    await bench.end()
    #expect(try bench.findings() != [])
  }
}
