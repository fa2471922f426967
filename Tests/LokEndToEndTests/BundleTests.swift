import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokSimulator
import LokTestSupport
import LokText
import LokWire
import Testing

/// Where there is no link: what a phone writes goes by card, in every order that cards may come.
@Suite struct BundleTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  @Test func `a month of meetings goes by card, its receipts come back, and a sync has nothing to add`()
    throws
  {
    let village = try LinkedVillage(seed: 41)
    for _ in 0..<30 { try village.meet(village.asha) }
    let bundle = try village.asha.exportBundle()
    #expect(bundle.isWhole && bundle.sets == 43)
    let outcome = try village.take(bundle)
    #expect(outcome.status == nil && outcome.setsNew == 43 && outcome.setsKnown == 0)
    let report = try village.bring(outcome, to: village.asha)
    #expect(report.setsStored == 43 && report.setsCommitted == 43 && report.outcome == .done)
    try expect(village.asha, committed: 43)
    try village.expectEqualBooks([village.asha])
    // The pages came along: the phone's books are confirmed.
    #expect(try village.asha.books(of: village.group, at: village.server.now.wall).provisionalSets == 0)
    let sync = try village.sync(village.asha, over: Self.link).report
    #expect(sync.outcome == .done && sync.setsSent == 0 && sync.setsReceived == 0)
  }

  @Test func `a bundle that comes twice is there once, and so is its answer`() throws {
    let village = try LinkedVillage(seed: 42)
    try village.meet(village.asha)
    let bundle = try village.asha.exportBundle()
    let first = try village.take(bundle)
    let rows = try village.rows()
    let again = try village.take(bundle)
    #expect(again.status == nil && again.setsNew == 0 && again.setsKnown == bundle.sets)
    #expect(try village.rows() == rows)
    for (answer, news) in [(first, bundle.sets), (again, 0), (first, 0)] {
      let report = try village.bring(answer, to: village.asha)
      #expect(report.outcome == .done && report.setsCommitted == news)
    }
    try expect(village.asha, committed: bundle.sets)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `a bundle that a sync has overtaken brings nothing new, and its answer takes nothing back`()
    throws
  {
    let village = try LinkedVillage(seed: 43)
    try village.meet(village.asha)
    let bundle = try village.asha.exportBundle()
    try village.meet(village.asha)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let rows = try village.rows()
    let outcome = try village.take(bundle)
    #expect(outcome.status == nil && outcome.setsNew == 0 && outcome.setsKnown == bundle.sets)
    #expect(try village.rows() == rows)
    let status = try village.asha.status()
    let receipts = try village.asha.receiptRows()
    let report = try village.bring(outcome, to: village.asha)
    #expect(report.setsCommitted == 0 && report.isElsewhere)
    #expect(try village.asha.status() == status && village.asha.receiptRows() == receipts)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `a bundle of which a sync has brought the half brings the other`() throws {
    let village = try LinkedVillage(seed: 44)
    try village.meet(village.asha)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let known = try village.asha.status().committed
    // As if no answer had come: the bundle holds everything again.
    try village.asha.shard.connection.execute("UPDATE device_outbox SET state = 1, receipt = NULL")
    for _ in 0..<2 { try village.meet(village.asha) }
    let outcome = try village.take(try village.asha.exportBundle())
    #expect(outcome.status == nil && outcome.setsKnown == known && outcome.setsNew == 2)
    #expect(try village.bring(outcome, to: village.asha).setsCommitted == known + 2)
    try expect(village.asha, committed: known + 2)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `an older bundle behind a newer one is known, and suspends nobody`() throws {
    let village = try LinkedVillage(seed: 45)
    try village.meet(village.asha)
    let older = try village.asha.exportBundle()
    try village.meet(village.asha)
    let newer = try village.asha.exportBundle()
    #expect(try village.take(newer).setsNew == older.sets + 1)
    let late = try village.take(older)
    #expect(late.status == nil && late.setsNew == 0 && late.setsKnown == older.sets)
    try village.meet(village.asha)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try expect(village.asha, committed: older.sets + 2)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `answers in the wrong order end where the newest stands`() throws {
    let village = try LinkedVillage(seed: 46)
    let first = try village.take(try village.asha.exportBundle())
    try village.meet(village.asha)
    let second = try village.take(try village.asha.exportBundle())
    for answer in [second, first] { #expect(try village.bring(answer, to: village.asha).outcome == .done) }
    try expect(village.asha, committed: 14)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `an outbox that is too long for one bundle goes in several, in order`() throws {
    let village = try LinkedVillage(seed: 47)
    for _ in 0..<4 { try village.meet(village.asha) }
    let first = try village.asha.exportBundle(contentBytes: 1)
    #expect(!first.isWhole && first.sets == WireLimits.setsInFlight)
    let outcome = try village.take(first)
    #expect(outcome.status == nil && outcome.setsNew == first.sets)
    // The second one, made after the first one's answer, comes to a server that has lost nothing.
    #expect(try village.bring(outcome, to: village.asha).setsCommitted == first.sets)
    let rest = try village.asha.exportBundle()
    #expect(rest.isWhole && rest.sets == 17 - first.sets)
    let last = try village.take(rest)
    #expect(try village.bring(last, to: village.asha).setsCommitted == rest.sets)
    try expect(village.asha, committed: 17)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `a bundle without the one before it is not taken, and is when that one has come`() throws {
    let village = try LinkedVillage(seed: 48)
    let first = try village.asha.exportBundle()
    // As if a server that was lost since had signed for it.
    try village.asha.shard.connection.execute("UPDATE device_outbox SET state = 3")
    try village.meet(village.asha)
    let second = try village.asha.exportBundle()
    let early = try village.take(second)
    #expect(early.status?.reason == .bundleMissingBefore && early.status?.arguments == [1])
    let report = try village.bring(early, to: village.asha)
    guard case .refused(let status) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(status.reason == .bundleMissingBefore && report.setsCommitted == 0)
    #expect(try village.take(first).setsNew == first.sets)
    #expect(try village.take(second).setsNew == 1)
    #expect(try village.rows(ofSets: true) == first.sets + 1)
  }

  @Test func `what others wrote comes by card to a phone that has never had a link`() throws {
    let village = try LinkedVillage(seed: 49)
    let usha = try village.phone("usha.sqlite")
    try village.meet(village.asha)
    #expect(try village.take(try village.asha.exportBundle()).status == nil)
    let question = try usha.exportBundle()
    #expect(question.sets == 0 && question.isWhole)
    let outcome = try village.take(question)
    let report = try village.bring(outcome, to: usha)
    #expect(report.outcome == .done && report.setsReceived == 14)
    let names = try usha.books(of: village.group, at: village.server.now.wall).members.map(\.identity?.name)
    #expect(Set(names) == Set((1...12).map { "Sita Devi \($0)" }))
    let again = try village.bring(outcome, to: usha)
    #expect(again.setsReceived == 0 && again.isElsewhere)
    // She goes on from there, and asha hears of it by card.
    try village.meet(usha, on: Day(of: village.server.now.wall).advanced(by: 1))
    #expect(try village.bring(try village.take(try usha.exportBundle()), to: usha).setsCommitted == 1)
    let news = try village.bring(try village.take(try village.asha.exportBundle()), to: village.asha)
    #expect(news.setsReceived > 0)
    try village.expectEqualBooks([usha, village.asha])
  }

  @Test func `a revoked phone's bundle goes to quarantine, and its answer brings nothing to read`() throws {
    let village = try LinkedVillage(seed: 50)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    try village.meet(village.asha)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try village.meet(usha)
    let bundle = try usha.exportBundle()
    try village.operate(.revoke(Bench.block, try usha.identity().number))
    let outcome = try village.take(bundle)
    #expect(outcome.setsQuarantined == 1 && outcome.status?.reason == .deviceRevoked)
    let report = try village.bring(outcome, to: usha)
    #expect(report.outcome == .revoked && report.setsReceived == 0 && report.setsCommitted == 1)
    let status = try usha.status()
    #expect(status.isRevoked && status.unsent == 0 && status.setAside.map(\.verdict.word) == [.quarantined])
  }

  @Test func `a bundle of another server, and an answer for another phone, change nothing`() throws {
    let village = try LinkedVillage(seed: 51)
    let other = try LinkedVillage(seed: 51)
    let bundle = try village.asha.exportBundle()
    let error = #expect(throws: LokWire.Status.self) { try other.take(bundle) }
    #expect(error?.reason == .bundleForOtherServer)
    let answer = try #require(try village.take(bundle).answer)
    let usha = try village.phone("usha.sqlite")
    for (phone, reason) in [(usha, Reason.bundleForOtherDevice), (other.asha, .bundleForOtherServer)] {
      let before = try phone.status()
      do {
        _ = try phone.importAnswer(answer, at: village.server.now.wall)
        Issue.record("taken")
      } catch DeviceError.bundle(let status) {
        #expect(status.reason == reason)
      }
      #expect(try phone.status() == before)
    }
    do {
      _ = try village.asha.importAnswer(bundle.file, at: village.server.now.wall)
      Issue.record("taken")
    } catch DeviceError.bundle(let status) {
      #expect(status.reason == .bundleOfOtherKind)
    }
    #expect(try other.rows(ofSets: true) == 0)
  }

  @Test func `a bundle and an answer with any byte flipped, or cut anywhere, change nothing`() throws {
    let village = try LinkedVillage(seed: 52)
    let bundle = try village.asha.exportBundle()
    let rows = try village.rows()
    try expectDamaged(bundle.file) { file in
      do { _ = try village.take(file) } catch let status as LokWire.Status { return status.reason }
      return nil
    }
    #expect(try village.rows() == rows)
    let answer = try #require(try village.take(bundle).answer)
    let before = try village.asha.status()
    try expectDamaged(answer) { file in
      do {
        _ = try village.asha.importAnswer(file, at: village.server.now.wall)
      } catch DeviceError.bundle(let status) { return status.reason }
      return nil
    }
    #expect(try village.asha.status() == before)
    #expect(try village.asha.importAnswer(answer, at: village.server.now.wall).setsCommitted == bundle.sets)
  }

  private func expectDamaged(_ file: [UInt8], _ reason: ([UInt8]) throws -> Reason?) throws {
    #expect(file.count > 500)
    for place in file.indices {
      var flipped = file
      flipped[place] ^= 0x10
      #expect(try reason(flipped) == .bundleDamaged, "flipped at \(place)")
      #expect(try reason(Array(file.prefix(place))) == .bundleDamaged, "cut at \(place)")
    }
  }

  @Test func `an answer that another key has signed is not believed`() throws {
    let village = try LinkedVillage(seed: 53)
    let bundle = try village.asha.exportBundle()
    // The vault's key is known to every phone, the device's reply key to the server: who forges knows both.
    let secrets = try ServerSecrets.load(from: village.data)
    let answer = try #require(try village.take(bundle).answer)
    let forged = try village.reSigned(answer, of: bundle, by: secrets)
    let report = try village.asha.importAnswer(forged, at: village.server.now.wall)
    #expect(report.outcome == .unproven(.signatureDiffers))
    let status = try village.asha.status()
    #expect(status.committed == 0 && status.notices.map(\.trouble.key) == [TroubleKey.unproven.name])
  }

  /// What there is to do with two phones, cards and a link, in any order.
  private enum Deed: CaseIterable { case meet, export, take, bring, sync, cutSync }

  @Test(arguments: UInt64(1)...12)
  func `cards and syncs in any order end in the same books`(seed: UInt64) throws {
    let village = try LinkedVillage(seed: 60 + seed)
    let usha = try village.phone("usha.sqlite")
    let phones = [village.asha, usha]
    for phone in phones { #expect(try village.sync(phone, over: Self.link).report.outcome == .done) }
    var random = LokTestSupport.SeededGenerator(seed: seed)
    var cards: [(phone: Int, bundle: OutgoingBundle)] = []
    var answers: [(phone: Int, outcome: BundleImport.Outcome)] = []
    var meetings = 0
    for _ in 0..<60 {
      let place = Int.random(in: 0...1, using: &random)
      switch random.one(of: Deed.allCases) {
      case .meet:
        try village.meet(phones[place])
        meetings += 1
      case .export: cards.append((place, try phones[place].exportBundle()))
      case .take:
        guard let card = cards.randomElement(using: &random) else { continue }
        let outcome = try village.take(card.bundle)
        #expect(outcome.status == nil, "seed \(seed)")
        answers.append((card.phone, outcome))
      case .bring:
        guard let answer = answers.randomElement(using: &random) else { continue }
        let report = try village.bring(answer.outcome, to: phones[answer.phone])
        #expect(report.outcome == .done, "seed \(seed)")
      case .sync: #expect(try village.sync(phones[place], over: Self.link).report.outcome == .done)
      case .cutSync:
        let bytes = Int.random(in: 0...1_000, using: &random)
        _ = try village.sync(phones[place], over: Self.link, cut: .afterBytesDown(bytes))
      }
    }
    for phone in phones + phones {
      #expect(try village.sync(phone, over: Self.link).report.outcome == .done, "seed \(seed)")
    }
    for phone in phones {
      let status = try phone.status()
      #expect(status.unsent == 0 && status.stored == 0 && status.notices == [], "seed \(seed)")
    }
    #expect(try village.rows(ofSets: true) == 13 + meetings, "seed \(seed)")
    try village.expectEqualBooks(phones)
  }

  @Test func `nobody who finds a card reads a name on it`() throws {
    let village = try LinkedVillage(seed: 54)
    try village.meet(village.asha)
    let bundle = try village.asha.exportBundle()
    let answer = try #require(try village.take(bundle).answer)
    for file in [bundle.file, answer] {
      for word in ["Sita", "Devi", "Jai Maa"] { #expect(Data(file).range(of: Data(word.utf8)) == nil) }
    }
  }

  private func expect(_ phone: DeviceStore, committed: Int) throws {
    let status = try phone.status()
    #expect(status.unsent == 0 && status.stored == 0 && status.committed == committed)
    #expect(status.setAside == [] && status.notices == [])
  }
}

extension LinkedVillage {
  func take(_ file: [UInt8]) throws -> BundleImport.Outcome {
    try server.take(BundleImport(file, secrets: ServerSecrets.load(from: data)))
  }

  func take(_ bundle: OutgoingBundle) throws -> BundleImport.Outcome { try take(bundle.file) }

  func bring(_ outcome: BundleImport.Outcome, to phone: DeviceStore) throws -> AnswerReport {
    try phone.importAnswer(try #require(outcome.answer), at: server.now.wall)
  }

  func operate(_ request: OperatorRequest) throws {
    let frame = Frame(call: 1, method: .operate, payload: request.encoded(), end: true)
    let answers = server.send([frame.encoded()], on: server.connect(.control))
    let answer = try Frame(decoding: try #require(answers.first))
    #expect(answer.status == nil)
  }

  /// The journal's rows, or those of phones' sets.
  func rows(ofSets: Bool = false) throws -> Int {
    server.closeShards()
    return try Connection(path: data.shard(of: Bench.block), mode: .readOnly).statement(
      "SELECT count(*) FROM journal WHERE kind = ? OR ?"
    ).bind(Envelope.Kind.set.rawValue, !ofSets).first { Int($0.integer(0)) } ?? 0
  }

  /// As the server's answer, for the same phone, with a signature of somebody else.
  fileprivate func reSigned(
    _ answer: [UInt8], of bundle: OutgoingBundle, by secrets: ServerSecrets
  ) throws -> [UInt8] {
    let sent = try SealedBundle(bundle.file, expecting: .outbox)
    let frames = try FrameSequence.decode(sent.open(with: secrets.vaultKey.bytes))
    let carry = try CarryRequest(decoding: try #require(try Frame(decoding: frames[0]).payload))
    let hello = Frame(
      call: 1, method: .carry, payload: HelloReply(serverTime: .init(milliseconds: 1)).encoded())
    let content = FrameSequence.encoded([hello.encoded()])
    return try SealedBundle.seal(
      [UInt8](repeating: 3, count: SignedBytes.length) + content, as: .answer, block: sent.block,
      device: sent.device, serverKey: sent.serverKey, for: carry.replyKey)
  }
}

extension DeviceStore {
  fileprivate func receiptRows() throws -> Int? {
    try shard.connection.statement("SELECT count(*) FROM device_receipt").first { Int($0.integer(0)) }
  }
}
