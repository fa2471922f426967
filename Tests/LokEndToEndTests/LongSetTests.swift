import LokBooks
import LokDevice
import LokServer
import LokSimulator
import LokTestSupport
import LokWire
import Testing

/// Sets that are longer than one piece, over links that break.
@Suite struct LongSetTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  /// Sixty bank accounts with long words, in one set: 25 KB.
  private static func writeLongSet(_ phone: DeviceStore, _ village: LinkedVillage, _ seed: Int) throws -> Int
  {
    var random = LokTestSupport.SeededGenerator(seed: UInt64(seed))
    let changes = (0..<60).map { _ in
      let branch = String(decoding: random.bytes(400).map { 97 + $0 % 26 }, as: UTF8.self)
      return RecordChange(
        entity: .bankAccount, patch: Patch([.init(number: BankAccountField.branch, value: .text(branch))]))
    }
    _ = try phone.record(.records, cbo: village.group, changes: changes, at: village.server.now.wall)
    let set = try #require(
      try phone.outbox(from: phone.sessionStart(appBuild: "").firstUnproven, sets: 9, bytes: .max).last)
    #expect(set.bytes.count > WireLimits.setBytesAtOnce)
    return set.bytes.count
  }

  private static func village(_ seed: UInt64) throws -> (LinkedVillage, usha: DeviceStore) {
    let village = try LinkedVillage(seed: seed)
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] { #expect(try village.sync(phone, over: link).report.outcome == .done) }
    return (village, usha)
  }

  @Test func `a long set goes up and comes down piece by piece, between sets that do not`() throws {
    let (village, usha) = try Self.village(91)
    try village.meet(village.asha)
    let bytes = try Self.writeLongSet(village.asha, village, 1)
    try village.meet(village.asha)
    let up = try village.sync(village.asha, over: Self.link)
    #expect(up.report.outcome == .done && up.report.setsCommitted == 3 && up.report.blobsSent == 0)
    #expect(try up.framesUp.reduce(0) { try $0 + BlobSyncTests.blobBytes($1) } == bytes)
    #expect(up.framesUp.allSatisfy { $0.count <= WireLimits.blobChunkBytes + 64 })
    #expect(try village.asha.status().setAside == [])
    let down = try village.sync(usha, over: Self.link)
    #expect(down.report.outcome == .done && down.report.setsReceived == 3 && down.report.blobsReceived == 0)
    #expect(down.framesDown.allSatisfy { $0.count <= WireLimits.blobChunkBytes + 64 })
    try village.expectEqualBooks([village.asha, usha])
    // It is in the log, and nowhere else on the server.
    let blobs = village.data.blobs(of: Bench.block)
    #expect(try TemporaryFolder.files(below: blobs).isEmpty)
  }

  @Test func `a long set that goes up is cut after every few bytes, and no chunk comes twice`() throws {
    let (village, usha) = try Self.village(92)
    var cuts = 0
    for (way, step) in [(LinkCut.afterBytesUp, 101), (LinkCut.afterBytesDown, 7)] {
      for bytes in stride(from: 0, to: 100_000, by: step) {
        let length = try Self.writeLongSet(village.asha, village, bytes * 2 + step)
        let first = try village.sync(village.asha, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        cuts += 1
        let second = try village.sync(village.asha, over: Self.link)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
        let arrived = try (first.framesUp + second.framesUp).reduce(0) {
          try $0 + BlobSyncTests.blobBytes($1)
        }
        // Where only the answer was cut off, the set itself goes as any other: its word is asked for.
        #expect(arrived == length, "cut after \(bytes)")
      }
    }
    #expect(cuts > 100)
    #expect(try village.asha.status().unsent == 0 && village.asha.status().setAside == [])
    #expect(village.arrivals.values.allSatisfy { $0 <= 2 })
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `a long set that comes down is cut after every few bytes, and no piece comes twice`() throws {
    let (village, usha) = try Self.village(93)
    var cuts = 0
    for (way, step) in [(LinkCut.afterBytesUp, 13), (LinkCut.afterBytesDown, 101)] {
      for bytes in stride(from: 0, to: 100_000, by: step) {
        let length = try Self.writeLongSet(village.asha, village, bytes * 2 + step)
        #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
        let first = try village.sync(usha, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        cuts += 1
        let second = try village.sync(usha, over: Self.link)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
        let arrived = try BlobSyncTests.pieceBytes(first) + BlobSyncTests.pieceBytes(second)
        #expect(arrived == length, "cut after \(bytes)")
      }
    }
    #expect(cuts > 100)
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `a phone that takes small frames only sends and fetches long sets`() throws {
    let (village, usha) = try Self.village(94)
    _ = try Self.writeLongSet(village.asha, village, 1)
    _ = try Self.writeLongSet(village.asha, village, 2)
    for phone in [village.asha, usha] {
      var start = try phone.sessionStart(appBuild: "test")
      start.maximumFrameBytes = UInt32(WireLimits.unauthenticatedBytes)
      var stepper = SyncStepper(phone, start)
      let line = village.server.connect()
      var arrived = village.server.send(try stepper.step(.connected), on: line)
      while !stepper.isFinished {
        if arrived.isEmpty {
          village.server.wait(milliseconds: 50)
          arrived = village.server.receive(on: line)
          try #require(!arrived.isEmpty, "the server owes an answer")
        }
        let frame = arrived.removeFirst()
        #expect(frame.count <= WireLimits.unauthenticatedBytes)
        let answers = try stepper.step(received: frame)
        #expect(answers.allSatisfy { $0.count <= WireLimits.unauthenticatedBytes })
        arrived += village.server.send(answers, on: line)
      }
      #expect(stepper.report.outcome == .done)
    }
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `what a revoked phone has typed at length still goes up, to be set aside`() throws {
    let (village, _) = try Self.village(95)
    _ = try Self.writeLongSet(village.asha, village, 1)
    let device = try village.asha.identity().number
    let revoke = Frame(
      call: 1, method: .operate, payload: OperatorRequest.revoke(Bench.block, device).encoded(), end: true)
    _ = village.server.send([revoke.encoded()], on: village.server.connect(.control))
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .revoked)
    #expect(village.server.counters.setsQuarantined == 1)
  }
}
