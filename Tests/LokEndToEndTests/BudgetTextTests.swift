import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokSimulator
import LokText
import LokWire
import Testing
import loksync

/// What is said, and not done, when a budget is spent.
@Suite struct BudgetTextTests {
  @Test(.timeLimit(.minutes(1)), arguments: [false, true])
  func `a sync whose budget is spent does not try again, and asks for no history`(history: Bool) async throws
  {
    let bench = try await Bench()
    let village = try await Village(bench)
    for _ in 1...30 { try await village.phone.meet(village.group, saving: village.member, 100_00) }
    try await village.phone.expectDone()
    let usha = try await bench.enrolled("usha.sqlite")
    let report = try await usha.syncUntilDone(attempts: 5, history: history, budget: 700)
    guard case .budgetSpent(let held) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(held.sets > 0 && report.sessions == 1)
    // What the next ones may cost is theirs.
    let rest = try await usha.syncUntilDone(attempts: 5, history: history)
    #expect(rest.outcome == .done && rest.sessions == (history ? 2 : 1))
    #expect(try await usha.with { store, _ in try store.missingHistory().isEmpty } == history)
    await bench.end()
  }

  @Test func `what waits at the server is told in sets and groups`() throws {
    let village = try LinkedVillage(seed: 87)
    for _ in 1...30 { try village.meet(village.asha) }
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] {
      #expect(try village.sync(phone, over: .edge).report.outcome == .done)
    }
    for _ in 1...9 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    let report = try village.sync(usha, over: .edge, budget: 700).report
    guard case .budgetSpent(let held) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    let bytes = report.calls.budgetedBytesDown
    #expect((2...8).contains(held.sets))
    #expect(
      try lines(report, usha)[1]
        == "Up to date as far as \(grouped(bytes)) bytes go: \(held.sets) sets of 1 groups wait at the "
        + "server."
    )
    #expect(try SyncText(report, usha.status()).failure == nil)
  }

  @Test func `books that wait to be mended are not called sets`() throws {
    let village = try LinkedVillage(seed: 88)
    for _ in 1...30 { try village.meet(village.asha) }
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] {
      #expect(try village.sync(phone, over: .edge).report.outcome == .done)
    }
    try usha.shard.connection.execute(RepairTests.Plant.chain.rawValue)
    let report = try village.sync(usha, over: .edge, budget: 600).report
    #expect(report.outcome == .budgetSpent(HeldBack()))
    let bytes = report.calls.budgetedBytesDown
    #expect(
      try lines(report, usha)[1]
        == "\(grouped(bytes)) bytes have come: the books of 1 groups differ from the server's and wait to be "
        + "fetched anew.")
    #expect(try SyncText(report, usha.status()).failure == nil)
  }

  @Test func `a check says in both languages how many groups it compared and mended`() throws {
    let village = try LinkedVillage(seed: 98)
    var report = try village.sync(village.asha, over: .edge, comparing: true).report
    #expect(report.repair?.mended == [])
    report.repair?.compared = 10
    report.repair?.mended = [RecordID(rawValue: 7)]
    report.madeAnew = [RecordID(rawValue: 8), RecordID(rawValue: 9)]
    let status = try village.asha.status()
    #expect(
      SyncText(report, status, in: Messages(.english)).comparison
        == "10 groups compared: 2 made anew from their own sets, 1 fetched anew, 0 differ")
    let hindi = try #require(SyncText(report, status, in: Messages(.hindi)).comparison)
    #expect(hindi.contains("मिलान"))
    #expect(SyncText(SyncReport(), status).comparison == nil)
    let news = SyncText(report, status, in: Messages(.english)).news.split(separator: "\n")
    #expect(news.count == 4 && news[2].contains("made anew from their own sets"))
  }

  private func lines(_ report: SyncReport, _ phone: DeviceStore) throws -> [Substring] {
    SyncText(report, try phone.status(), in: Messages(.english)).text.split(separator: "\n")
  }

  private func grouped(_ count: Int) -> String { Count.text(Int64(count)) }
}
