import LokBooks
import LokDevice
import LokServer
import LokTestSupport
import LokWire
import Testing

/// Photos never delay data: what goes over the wire in which order.
@Suite struct BlobOrderTests {
  private static func photo(_ bytes: Int) -> [UInt8] {
    var random = LokTestSupport.SeededGenerator(seed: 9)
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + random.bytes(bytes - 8)
  }

  /// What a frame of the phone is for.
  private static func words(_ frames: [[UInt8]]) throws -> [String] {
    try frames.map { bytes in
      let frame = try Frame(decoding: bytes)
      if frame.cancel { return "cancel" }
      if try BlobSyncTests.blobBytes(bytes) > 0 { return "chunk" }
      return frame.method.flatMap { Method(rawValue: $0) }.map { "\($0)" } ?? "more"
    }
  }

  @Test func `a meeting that is typed after a photo was attached goes up before it`() throws {
    let village = try LinkedVillage(seed: 81)
    let phone = Talk(village)
    try phone.run()
    _ = try village.asha.attachPhoto(
      Self.photo(20_000), of: village.members[0], in: village.group, at: village.server.now.wall)
    try village.meet(village.asha)
    phone.sent = []
    try phone.run()
    let words = try Self.words(phone.sent)
    let last = try #require(words.lastIndex(of: "upload"))
    let first = try #require(words.firstIndex(of: "putBlob"))
    let download = try #require(words.firstIndex(of: "download"))
    #expect(last < first && download < first, "\(words)")
    #expect(words.filter { $0 == "chunk" }.count > 3)
  }

  @Test func `a meeting that is typed while a photo goes up waits for two chunks at most`() throws {
    let village = try LinkedVillage(seed: 82)
    let phone = Talk(village, goal: .follow)
    try phone.run(until: { $0.timesCaughtUp > 0 })
    _ = try village.asha.attachPhoto(
      Self.photo(60_000), of: village.members[0], in: village.group, at: village.server.now.wall)
    try phone.goOn()
    try phone.run(until: { _ in try Self.words(phone.sent).filter { $0 == "chunk" }.count > 5 })
    try village.meet(village.asha)
    phone.sent = []
    try phone.goOn()
    let words = try Self.words(phone.sent)
    #expect(words.prefix(4) == ["cancel", "cancel", "hello", "upload"], "\(words)")
    try phone.run(until: { _ in try village.asha.status().unsentFiles == 0 })
    let all = try Self.words(phone.sent)
    let put = try #require(all.firstIndex(of: "putBlob"))
    #expect(!all.prefix(put).contains("chunk"))
    let bytes = try phone.everSent.reduce(0) { try $0 + BlobSyncTests.blobBytes($1) }
    #expect(bytes == 60_000 + SealedPhoto.overheadBytes)
    #expect(try village.asha.status().unsent == 0)
  }
}

/// A phone that talks with a stepped server one frame at a time, its own frames kept in their order.
private final class Talk {
  private let village: LinkedVillage
  private let goal: SyncEngine.Goal
  private var stepper: SyncStepper?
  private var line: SteppedServer.Line
  private var arrived: [[UInt8]] = []
  var sent: [[UInt8]] = [] { didSet { everSent += sent.dropFirst(oldValue.count) } }
  private(set) var everSent: [[UInt8]] = []

  init(_ village: LinkedVillage, goal: SyncEngine.Goal = .sync) {
    self.village = village
    self.goal = goal
    line = village.server.connect()
  }

  private func begin(firstCall: UInt32) throws {
    let start = try village.asha.sessionStart(appBuild: "test")
    var stepper = SyncStepper(village.asha, start, goal: goal, firstCall: firstCall)
    post(try stepper.step(.connected))
    self.stepper = stepper
  }

  private func post(_ frames: [[UInt8]]) {
    sent += frames
    arrived += village.server.send(frames, on: line)
  }

  /// What was typed since ends the session and begins the next one on this connection.
  func goOn() throws {
    post(try stepper?.step(.leave) ?? [])
    #expect(stepper?.isFinished == true)
    try begin(firstCall: stepper?.nextCall ?? 1)
  }

  /// A session to its end, or to where it is wanted.
  func run(until isThere: (SyncStepper) throws -> Bool = { $0.isFinished }) throws {
    if goal == .sync { line = village.server.connect() }
    if goal == .sync || stepper == nil { try begin(firstCall: 1) }
    while let current = stepper, try !isThere(current) {
      if arrived.isEmpty {
        village.server.wait(milliseconds: 50)
        arrived = village.server.receive(on: line)
        try #require(!arrived.isEmpty, "the server owes an answer")
      }
      post(try stepper?.step(received: arrived.removeFirst()) ?? [])
    }
  }
}
