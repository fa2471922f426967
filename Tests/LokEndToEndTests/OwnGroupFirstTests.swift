import LokBooks
import LokDevice
import LokServer
import LokShard
import LokSimulator
import LokWire
import Testing

/// A phone that sees the whole block, and writes in one of its groups.
@Suite struct OwnGroupFirstTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  /// Meetings of another group, and after them two members of Usha's.
  private static func village(
    seed: UInt64
  ) throws -> (village: LinkedVillage, usha: DeviceStore, own: RecordID) {
    let village = try LinkedVillage(seed: seed)
    let usha = try village.phone("usha.sqlite")
    let formed = Day(of: village.server.now.wall).advanced(by: -100)
    let own = try usha.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Nayi Roshni", formationDay: formed), at: village.server.now.wall
    ).cbo
    for phone in [usha, village.asha, usha] {
      #expect(try village.sync(phone, over: link).report.outcome == .done)
    }
    for _ in 1...20 { try village.meet(village.asha) }
    for _ in 1...2 {
      _ = try village.asha.addMember(MemberDraft(joinedDay: formed), to: own, at: village.server.now.wall)
    }
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    return (village, usha, own)
  }

  private static func members(_ phone: DeviceStore, _ group: RecordID, _ village: LinkedVillage) throws -> Int
  {
    try phone.books(of: group, at: village.server.now.wall).members.count
  }

  @Test(arguments: [nil, 1_500, 1] as [UInt32?])
  func `what a small budget brings is of her own group, and later syncs do not bring it again`(
    later: UInt32?
  ) throws {
    let (village, usha, own) = try Self.village(seed: 86)
    let before = try usha.status().cursor
    let first = try village.sync(usha, over: Self.link, budget: 1)
    guard case .budgetSpent(let held) = first.report.outcome else {
      Issue.record("\(first.report.outcome)")
      return
    }
    #expect(held.cbos == 1 && held.sets + first.report.setsReceived == 22)
    #expect(try Self.members(usha, own, village) == 2)
    #expect(try usha.status().cursor == before)
    var sessions = 0
    while try village.sync(usha, over: Self.link, budget: later).report.outcome != .done, sessions < 100 {
      sessions += 1
    }
    #expect(sessions < 100)
    #expect(village.arrivals.filter { $0.key.isAtPhone && $0.value > 1 } == [:])
    #expect(try Self.members(usha, own, village) == 2)
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `what is written then has seen what came first`() throws {
    let (village, usha, own) = try Self.village(seed: 87)
    _ = try village.sync(usha, over: Self.link, budget: 1)
    let now = village.server.now.wall
    let written = try usha.addMember(MemberDraft(joinedDay: Day(of: now)), to: own, at: now)
    let set = try #require(usha.outbox(from: written.firstDeviceSeq, sets: 1, bytes: 1).first)
    let seen = try #require(usha.shard.heldCBOs().first { $0.cbo == own }).through
    let base = try ChangeSet(decoding: set.bytes).baseSeq
    let cursor = try usha.status().cursor
    #expect(base == seen && seen > cursor)
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    #expect(try usha.status().setAside == [])
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `without a budget sets come in the block's order`() throws {
    let (village, usha, _) = try Self.village(seed: 88)
    let outcome = try village.sync(usha, over: Self.link)
    #expect(outcome.report.outcome == .done && outcome.report.setsReceived == 22)
    let pages = try outcome.framesDown.map { try Frame(decoding: $0) }.compactMap { frame in
      frame.payload.flatMap { try? DownloadPage(decoding: $0, keys: frame.keys) }
    }
    #expect(pages.allSatisfy { $0.backfill == nil })
  }
}
