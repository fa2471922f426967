import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokSimulator
import LokWire
import Testing

/// A phone says what a session may cost it. Whatever it says, the next ones go on from there, and in the end
/// the books are the same.
@Suite struct BudgetTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)
  /// The last page may go beyond the budget, and is the smallest there is: 384 bytes of data or one set, with
  /// its envelope, chain and keys; and it is told what waits, and what is new of the scope.
  private static let smallestPageBytes = 1_024
  /// Hello's reply, and the signed word for a set.
  private static let alwaysBytes = 400
  private static let budgets: [UInt32] = [1, 300, 700, 1_500, 3_000, 6_000, 12_000, 50_000, 2_000_000]

  /// Syncs until all is down, each time for so much.
  ///
  /// - Returns: what each session has left at the server.
  private static func syncs(
    _ village: LinkedVillage, _ phone: DeviceStore, _ budget: UInt32
  ) throws -> [HeldBack] {
    var left: [HeldBack] = []
    for _ in 0..<400 {
      let outcome = try village.sync(phone, over: link, budget: budget)
      let budgeted = outcome.report.calls.budgetedBytesDown
      #expect(budgeted <= Int(budget) + smallestPageBytes, "budget \(budget)")
      #expect(outcome.bytesDown - budgeted <= alwaysBytes, "budget \(budget)")
      switch outcome.report.outcome {
      case .done: return left
      case .budgetSpent(let held): left.append(held)
      case let other: Issue.record("budget \(budget): \(other)")
      }
    }
    Issue.record("no end with a budget of \(budget)")
    return left
  }

  @Test(arguments: budgets)
  func `a first sync of any budget ends in the same books, however often it takes`(budget: UInt32) throws {
    let village = try LinkedVillage(seed: 81)
    for _ in 1...30 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    let left = try Self.syncs(village, usha, budget)
    #expect(left.isEmpty == (budget >= 3_000))
    #expect(left.allSatisfy { $0.sets > 0 && $0.cbos > 0 })
    #expect(village.arrivals.filter { $0.value > 1 && $0.key.isAtPhone } == [:])
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test(arguments: budgets)
  func `what others wrote comes as far as the budget goes, in order and once`(budget: UInt32) throws {
    let village = try LinkedVillage(seed: 82)
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] {
      #expect(try village.sync(phone, over: Self.link).report.outcome == .done)
    }
    let held = village.arrivals.count { $0.key.isAtPhone }
    for _ in 1...20 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let left = try Self.syncs(village, usha, budget).map(\.sets)
    #expect(left == left.sorted(by: >) && Set(left).count == left.count, "each session brings something")
    #expect(left.isEmpty == (budget >= 3_000))
    let came = village.arrivals.filter(\.key.isAtPhone)
    #expect(came.count - held >= 20 && came.allSatisfy { $0.value == 1 })
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `what was typed goes up whatever the budget is, and has its receipt`() throws {
    let village = try LinkedVillage(seed: 83)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    for _ in 1...20 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let now = village.server.now.wall
    _ = try usha.addMember(MemberDraft(joinedDay: Day(of: now)), to: village.group, at: now)
    let outcome = try village.sync(usha, over: Self.link, budget: 1)
    guard case .budgetSpent(let held) = outcome.report.outcome else {
      Issue.record("\(outcome.report.outcome)")
      return
    }
    #expect(held.sets > 10 && held.cbos == 1)
    #expect(outcome.report.setsCommitted == 1)
    #expect(try usha.status().text.hasPrefix("0 unsent / 0 stored / 1 committed"))
    _ = try Self.syncs(village, usha, 2_000)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `a group that is taken away goes, though the budget is spent on one that is new`() throws {
    let village = try LinkedVillage(seed: 84)
    let now = village.server.now.wall
    let formed = Day(of: now).advanced(by: -100)
    let other = try village.asha.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Nayi Roshni", formationDay: formed), at: now
    ).cbo
    for _ in 1...40 { _ = try village.asha.addMember(MemberDraft(joinedDay: formed), to: other, at: now) }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite", [.cbo(village.group)])
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    let device = try usha.identity().number
    try village.operate(
      .scope(Bench.block, device, add: [.cbo(other)], drop: [.cbo(village.group)]))
    let outcome = try village.sync(usha, over: Self.link, budget: 300)
    guard case .budgetSpent(let held) = outcome.report.outcome else {
      Issue.record("\(outcome.report.outcome)")
      return
    }
    #expect(held.cbos == 1 && held.sets > 0)
    #expect(try !usha.shard.heldCBOs().map(\.cbo).contains(village.group))
    _ = try Self.syncs(village, usha, 700)
    #expect(try usha.books(of: other, at: now).members.count == 40)
  }

  @Test func `older sets are fetched within the budget too`() throws {
    let village = try LinkedVillage(seed: 85)
    for _ in 1...30 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    var sessions = 0
    while try !usha.missingHistory().isEmpty, sessions < 100 {
      let goal = SyncEngine.Goal.history(try usha.missingHistory())
      let outcome = try village.sync(usha, over: Self.link, goal: goal, budget: 1_000)
      #expect(outcome.report.calls.budgetedBytesDown <= 1_000 + Self.smallestPageBytes)
      sessions += 1
    }
    #expect(sessions > 2 && sessions < 100)
    try village.expectEqualBooks([village.asha, usha])
  }

  /// A chain is met in a page, where nothing new comes by the mark of the books.
  @Test(arguments: [RepairTests.Plant.chain, .whole], [true, false])
  func `books that differ are mended within the budget, and what waits is told as it is`(
    _ plant: RepairTests.Plant, isNew: Bool
  ) throws {
    let village = try LinkedVillage(seed: 86)
    for _ in 1...30 { try village.meet(village.asha) }
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] {
      #expect(try village.sync(phone, over: Self.link).report.outcome == .done)
    }
    try usha.shard.connection.execute(plant.rawValue)
    if isNew {
      try village.meet(village.asha)
      #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    }
    var told: [String] = []
    for _ in 0..<20 {
      let outcome = try village.sync(usha, over: Self.link, budget: 900)
      guard case .budgetSpent(let held) = outcome.report.outcome else {
        #expect(outcome.report.outcome == .done)
        break
      }
      let waiting = outcome.report.repair?.waiting ?? []
      #expect(held.sets > 0 || waiting == [village.group], "something waits")
      #expect(outcome.report.repair?.left ?? [] == [])
      told.append("\(held.sets) \(waiting.count)")
    }
    #expect(!told.isEmpty && told.count < 20)
    #expect(told.allSatisfy { isNew ? $0.hasPrefix("1 ") : $0 == "0 1" }, "\(told)")
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test(arguments: [1, 100, 300] as [UInt32])
  func `books that differ are mended by a budget that comparing them spends`(budget: UInt32) throws {
    let village = try LinkedVillage(seed: 87)
    for _ in 1...30 { try village.meet(village.asha) }
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] {
      #expect(try village.sync(phone, over: Self.link).report.outcome == .done)
    }
    try usha.shard.connection.execute(RepairTests.Plant.whole.rawValue)
    var sessions = 0
    var outcome = SyncOutcome.brokenOff
    while outcome != .done, sessions < 40 {
      let synced = try village.sync(usha, over: Self.link, budget: budget)
      #expect(synced.report.calls.budgetedBytesDown <= Int(budget) + 2 * Self.smallestPageBytes)
      outcome = synced.report.outcome
      sessions += 1
    }
    #expect(outcome == .done, "each session brings a piece")
    try village.expectEqualBooks([village.asha, usha])
  }
}
