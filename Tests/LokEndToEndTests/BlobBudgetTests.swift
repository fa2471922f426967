import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokSimulator
import LokTestSupport
import LokWire
import Testing
import loksync

/// Photos and pages where bytes are counted: they come last, stop at the budget's end and go on at their
/// byte; over a slow link nothing is fetched that nobody asks for now.
@Suite struct BlobBudgetTests {
  private static let wire = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)
  private static let slow = LinkProfile(
    name: "slow", bitsPerSecond: 10_000_000, roundTripMilliseconds: 900, lostPerThousand: 0)
  /// Beyond a budget: one frame's head each way, and the smallest piece.
  private static let slackBytes = 128
  private static let budgets: [UInt32] = [700, 1_500, 5_000, 12_000]

  private static func page(_ seed: UInt64, bytes: Int = 20_000) -> [UInt8] {
    var random = LokTestSupport.SeededGenerator(seed: seed)
    return [0xFF, 0xD8, 0xFF, 0xE0] + random.bytes(bytes - 4)
  }

  private static func village(_ seed: UInt64) throws -> (LinkedVillage, usha: DeviceStore) {
    let village = try LinkedVillage(seed: seed)
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] { #expect(try village.sync(phone, over: wire).report.outcome == .done) }
    return (village, usha)
  }

  /// A page that the server has, and that this phone would have.
  private static func wanted(by phone: DeviceStore, in village: LinkedVillage) throws -> (NamedBlob, [UInt8])
  {
    let page = page(3)
    _ = try village.asha.attachResolution(page, of: village.group, at: village.server.now.wall)
    #expect(try village.sync(village.asha, over: wire).report.blobsSent == 1)
    #expect(try village.sync(phone, over: wire).report.outcome == .done)
    let named = try #require(try phone.namedBlobs().first)
    #expect(try phone.want([named]) == 1)
    return (named, page)
  }

  /// Until all is done, each time for so much.
  private static func syncs(
    _ village: LinkedVillage, _ phone: DeviceStore, _ budget: UInt32
  ) throws -> [LinkedSession.Outcome] {
    var all: [LinkedSession.Outcome] = []
    while all.count < 200 {
      let outcome = try village.sync(phone, over: wire, budget: budget)
      all.append(outcome)
      #expect(outcome.report.budgetedBytes <= Int(budget) + slackBytes, "budget \(budget)")
      if outcome.report.outcome == .done { return all }
      #expect(outcome.report.outcome == .budgetSpent(HeldBack()), "budget \(budget)")
      let text = SyncText(outcome.report, try phone.status()).text
      #expect(text.contains("The budget is spent") && !text.contains("wait at the server"), "\(text)")
    }
    Issue.record("no end with a budget of \(budget)")
    return all
  }

  @Test(arguments: budgets)
  func `a page goes up by budgets, behind what was typed, and no byte of it twice`(budget: UInt32) throws {
    let (village, usha) = try Self.village(171)
    let page = Self.page(1)
    _ = try village.asha.attachResolution(page, of: village.group, at: village.server.now.wall)
    try village.meet(village.asha)
    let sessions = try Self.syncs(village, village.asha, budget)
    // What was typed is up after the first one, whatever it costs.
    #expect(sessions[0].report.setsCommitted == 2)
    #expect(
      sessions.count > page.count / Int(budget) && sessions.count <= 2 + page.count * 2 / Int(budget - 400))
    let chunks = try sessions.flatMap(\.framesUp).map { try BlobSyncTests.blobBytes($0) }
    #expect(chunks.reduce(0, +) == page.count)
    #expect(sessions.map(\.report.blobsSent).reduce(0, +) == 1)
    #expect(try village.asha.status().unsentFiles == 0)
    #expect(try village.sync(usha, over: Self.wire).report.outcome == .done)
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test(arguments: budgets)
  func `a page comes down by budgets, and no byte of it twice`(budget: UInt32) throws {
    let (village, usha) = try Self.village(172)
    let (named, page) = try Self.wanted(by: usha, in: village)
    let sessions = try Self.syncs(village, usha, budget)
    #expect(sessions.count >= page.count / Int(budget))
    // The server stops by itself: little is on its way when the phone has enough.
    #expect(sessions.allSatisfy { $0.bytesDown <= Int(budget) + 400 })
    #expect(try sessions.reduce(0) { try $0 + BlobSyncTests.pieceBytes($1) } == page.count)
    #expect(try usha.file(of: named) == page)
  }

  @Test func `what goes up and what comes down are counted together`() throws {
    let (village, usha) = try Self.village(173)
    let (named, page) = try Self.wanted(by: usha, in: village)
    let account = try #require(
      try usha.writeBankAccount(
        BankAccountDraft(bank: "Gramin Bank"), of: village.group, at: village.server.now.wall
      ).newRecords.first)
    let own = Self.page(4, bytes: 5_000)
    _ = try usha.attachPassbookPage(own, of: account, in: village.group, at: village.server.now.wall)
    let sessions = try Self.syncs(village, usha, 8_000)
    #expect(sessions.count >= 4)
    #expect(sessions[0].report.blobsSent == 1 && sessions[0].report.blobsReceived == 0)
    // The server does not know what has gone up: what it gives waits for the next session.
    #expect(try Self.moved(sessions[0]) == (own.count, 0))
    #expect(try Self.moved(sessions[1]).down > 7_000)
    #expect(try usha.file(of: named) == page)
  }

  @Test func `pages of books come before photos, and where they take all, photos wait`() throws {
    let (village, usha) = try Self.village(174)
    let (named, page) = try Self.wanted(by: usha, in: village)
    for _ in 1...20 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: Self.wire).report.outcome == .done)
    let first = try village.sync(usha, over: Self.wire, budget: 1_500)
    guard case .budgetSpent(let held) = first.report.outcome else {
      Issue.record("\(first.report.outcome)")
      return
    }
    #expect(try held.sets > 0 && Self.moved(first).down == 0)
    let text = SyncText(first.report, try usha.status()).text
    #expect(text.contains("wait at the server") && text.contains("0 to send, 1 to fetch"), "\(text)")
    #expect(try village.sync(usha, over: Self.wire).report.blobsReceived == 1)
    #expect(try usha.file(of: named) == page)
  }

  @Test func `a page that the server has lost is offered within a budget, behind all else`() throws {
    let (village, usha) = try Self.village(177)
    let (named, page) = try Self.wanted(by: usha, in: village)
    let path = village.data.blobs(of: Bench.block) + "/" + named.hash.hexadecimal
    try FileManager.default.removeItem(atPath: path)
    try village.asha.doubtFiles(all: true, at: village.server.now.wall)
    let sessions = try Self.syncs(village, village.asha, 5_000)
    #expect(sessions.count > 1)
    #expect(FileManager.default.contents(atPath: path).map { [UInt8]($0) } == page)
  }

  @Test func `a file that is damaged on the phone is fetched anew, and never given out`() throws {
    let (village, usha) = try Self.village(178)
    let (named, page) = try Self.wanted(by: usha, in: village)
    #expect(try village.sync(usha, over: Self.wire, asksForFiles: true).report.blobsReceived == 1)
    #expect(try usha.file(of: named) == page && usha.want([named]) == 0)
    try usha.shard.connection.execute("UPDATE device_blob SET bytes = zeroblob(20000)")
    #expect(try usha.file(of: named) == nil)
    #expect(try usha.want([named]) == 1)
    #expect(try village.sync(usha, over: Self.wire, asksForFiles: true).report.blobsReceived == 1)
    #expect(try usha.file(of: named) == page)
  }

  private static func moved(_ outcome: LinkedSession.Outcome) throws -> (up: Int, down: Int) {
    (
      try outcome.framesUp.reduce(0) { try $0 + BlobSyncTests.blobBytes($1) },
      try BlobSyncTests.pieceBytes(outcome)
    )
  }

  @Test func `over a slow link only what is asked for now is fetched, and what is here goes up`() throws {
    let (village, usha) = try Self.village(175)
    let (named, page) = try Self.wanted(by: usha, in: village)
    try usha.noteLink(LinkSample(roundTripMilliseconds: 900, wasWhole: true))
    _ = try usha.attachPhoto(
      Self.page(5), of: village.members[0], in: village.group, at: village.server.now.wall)
    let spared = try village.sync(usha, over: Self.slow)
    #expect(spared.report.outcome == .done && spared.report.blobsReceived == 0 && spared.bytesDown < 1_500)
    #expect(spared.report.filesSpared == 1 && spared.report.blobsSent == 1)
    let text = SyncText(spared.report, try usha.status()).text
    #expect(text.contains("1 photos and pages that were asked for wait"), "\(text)")
    // Asked for now it comes, and so it does when the link is good again.
    let (asked, later) = (try village.phone("nisha.sqlite"), usha)
    #expect(try village.sync(asked, over: Self.slow).report.outcome == .done)
    #expect(try asked.want([named]) == 1)
    #expect(try village.sync(asked, over: Self.slow).report.blobsReceived == 0)
    let now = try village.sync(asked, over: Self.slow, asksForFiles: true)
    #expect(now.report.blobsReceived == 1 && now.report.filesSpared == 0)
    #expect(try village.sync(later, over: Self.wire).report.outcome == .done)
    #expect(try village.sync(later, over: Self.wire).report.outcome == .done)
    #expect(try later.file(of: named) == page)
  }

  @Test func `over a fast link a page goes in large pieces at once`() throws {
    let (village, usha) = try Self.village(176)
    func pieces(isFast: Bool) throws -> (up: Int, down: Int) {
      let sample = LinkSample(roundTripMilliseconds: isFast ? 10 : 900, wasWhole: true)
      for phone in [village.asha, usha] { try phone.noteLink(sample) }
      _ = try village.asha.attachResolution(
        Self.page(isFast ? 7 : 8, bytes: 16_000), of: village.group, at: village.server.now.wall)
      let up = try village.sync(village.asha, over: Self.wire)
      #expect(try village.sync(usha, over: Self.wire).report.outcome == .done)
      try usha.want(try usha.namedBlobs())
      try usha.noteLink(sample)
      let down = try village.sync(usha, over: Self.wire, asksForFiles: true)
      #expect(down.report.blobsReceived == 1)
      let asked = try down.framesUp.map { try Frame(decoding: $0) }.filter {
        $0.method == Method.getBlob.rawValue
      }
      let came = try down.framesDown.map { try Frame(decoding: $0) }
        .filter { frame in frame.payload != nil && asked.contains { $0.call == frame.call } }
      return (try up.framesUp.filter { try BlobSyncTests.blobBytes($0) > 0 }.count, came.count)
    }
    #expect(try pieces(isFast: true) == (2, 2))
    let slow = try pieces(isFast: false)
    #expect(slow.up > 4 && slow.down > 4)
  }
}
