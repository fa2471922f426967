import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokSimulator
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
    /// Chain and balance.
    case whole = """
      UPDATE journal_by_cbo SET chain = zeroblob(32) WHERE seq IN (SELECT max(seq) FROM journal);
      UPDATE balance SET paise = paise + 100 WHERE account = 2001
      """
  }

  @Test(.timeLimit(.minutes(1)), arguments: Plant.allCases)
  func `what was planted is found and mended in the sync's own session, and what was typed goes up`(
    _ plant: Plant
  )
    async throws
  {
    let bench = try await Bench()
    let village = try await Village(bench)
    let (phone, group) = (village.phone, village.group)
    try await phone.with { store, _ in try store.shard.connection.execute(plant.rawValue) }
    try await phone.meet(group, saving: village.member, 100_00)
    let report = try await phone.sync(comparing: true)
    #expect(report.outcome == .done && report.sessions == 1)
    // A chain is met in a page of the sync itself.
    #expect(report.mended == [group])
    let repair = try #require(report.repair)
    #expect(repair.left == [] && repair.compared >= 1)
    #expect(try await phone.sync(comparing: true).repair?.mended == [])
    #expect(try await phone.digests().allSatisfy { $0.isEqual == true })
    #expect(try await phone.status().text.hasPrefix("0 unsent / 0 stored / 4 committed / 0 set aside"))
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
    let report = try #require(try await village.phone.sync(comparing: true).repair)
    #expect(report.mended == [] && report.left == [village.group])
    await bench.end()
    #expect(try bench.findings() != [])
  }

  /// Of ten groups one differs.
  @Test func `the group that differs is found and fetched within five round trips and 3 KB beside it`() throws
  {
    let village = try LinkedVillage(seed: 61)
    let link = LinkProfile(
      name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 1_000, lostPerThousand: 0)
    let formed = Day(of: village.server.now.wall).advanced(by: -100)
    for place in 1...9 {
      _ = try village.asha.createCBO(
        CBODraft(tier: .selfHelpGroup, name: "Pragati \(place)", formationDay: formed),
        at: village.server.now.wall)
    }
    for _ in 1...24 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: link).report.outcome == .done)
    try usha.shard.connection.execute(Plant.chain.rawValue)
    let outcome = try village.sync(usha, over: link, comparing: true)
    let repair = try #require(outcome.report.repair)
    #expect(outcome.report.outcome == .done && outcome.report.sessions == 1)
    #expect(repair.mended == [village.group] && repair.left == [] && repair.compared >= 10)
    let pages = try outcome.framesDown.compactMap { bytes -> SnapshotPage? in
      let frame = try Frame(decoding: bytes)
      return frame.payload.flatMap { try? SnapshotPage(decoding: $0, keys: frame.keys) }
    }
    let data = pages.flatMap(\.parts).reduce(0) { $0 + $1.bytes.count } + pages.flatMap(\.keys).count * 45
    #expect(data > 0)
    #expect(outcome.bytesUp + outcome.bytesDown - data <= 3 * 1_024)
    let roundTrips = outcome.milliseconds / link.roundTripMilliseconds - LinkedSession.handshakeRoundTrips
    #expect(roundTrips <= 5)
  }

  @Test func `a chain that differs is mended in the session that meets it`() throws {
    let village = try LinkedVillage(seed: 62)
    let link = LinkProfile(
      name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 1_000, lostPerThousand: 0)
    for _ in 1...24 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: link).report.outcome == .done)
    try usha.shard.connection.execute(Plant.chain.rawValue)
    try village.meet(village.asha)
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    try village.meet(usha, on: Day(of: village.server.now.wall).advanced(by: 1))
    let outcome = try village.sync(usha, over: link)
    #expect(outcome.report.outcome == .done)
    #expect(outcome.report.fetchedAnew == [village.group])
    let roundTrips = outcome.milliseconds / link.roundTripMilliseconds - LinkedSession.handshakeRoundTrips
    #expect(roundTrips <= 5)
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    try village.expectEqualBooks([usha, village.asha])
  }

  /// Of a group of which nothing comes.
  @Test(arguments: [Plant.chain, .whole])
  func `a chain that differs is found by the next sync, with nothing new`(_ plant: Plant) throws {
    let village = try LinkedVillage(seed: 63)
    for _ in 1...24 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: .edge).report.outcome == .done)
    let quiet = try village.sync(usha, over: .edge)
    #expect(quiet.report.outcome == .done && quiet.report.repair == nil, "equal books cost no digest")
    try usha.shard.connection.execute(plant.rawValue)
    let outcome = try village.sync(usha, over: .edge)
    #expect(outcome.report.outcome == .done)
    #expect(outcome.report.repair?.mended == [village.group] && outcome.report.repair?.left == [])
    try village.expectEqualBooks([usha])
    #expect(try village.sync(usha, over: .edge).report.repair == nil)
  }
}
