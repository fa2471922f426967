import LokBooks
import LokDevice
import LokSimulator
import LokTransport
import LokWire
import Synchronization
import Testing

/// A phone that follows fetches its groups' older sets when nothing else is to be done.
@Suite struct BackgroundHistoryTests {
  /// Bench with a group of thirty meetings, and a phone that has taken it up as it stands.
  private struct Scene {
    let bench: Bench
    let village: Village
    let reader: DeviceAgent
    let frames = Capture()

    init(_ grants: (RecordID) -> [Grant] = { [.cbo($0)] }, isSlow: Bool = false) async throws {
      bench = try await Bench()
      village = try await Village(bench)
      for _ in 1...30 { try await village.phone.meet(village.group, saving: village.member, 100_00) }
      try await village.phone.expectDone()
      let usha = try await bench.enrolled("usha.sqlite", .bookkeeperSHG, grants(village.group))
      try await usha.expectDone()
      let frames = frames
      let dialing = Dialing.tcp(loops).noting { frames.note($0) }
      reader = try await DeviceAgent.open(
        path: bench.folder.path("usha.sqlite"), block: Bench.block,
        surroundings: .init(
          dialing: isSlow ? LateLink.dialing(dialing) : dialing, clock: { Bench.now }, appBuild: "test"))
      let group = village.group
      #expect(try await reader.with { store, _ in try store.missingHistory().map(\.cbo) } == [group])
    }

    func olderSets() async throws -> Int { try await reader.status().history.olderSets }

    func isWhole() async throws -> Bool {
      try await reader.with { store, _ in try store.missingHistory().isEmpty }
    }

    func expectWholeBooks() async throws {
      let group = village.group
      let books = try await reader.with { store, _ in try store.confirmedBooks(of: group) }
      #expect(books?.meetings.count == 31)
      #expect(try await reader.digests().allSatisfy { $0.isEqual == true })
      let history = try await reader.status().history
      #expect(history.whole == history.groups && history.olderSets == 0)
    }
  }

  /// Frames of all connections of a phone.
  private final class Capture: Sendable {
    private let all = Mutex<[CapturedFrame]>([])
    func note(_ frame: CapturedFrame?) { if let frame { all.withLock { $0.append(frame) } } }
    func clear() { all.withLock { $0 = [] } }

    /// Places of the sets that came.
    var came: [Seq] {
      all.withLock { $0 }.filter { $0.direction == .down }.flatMap { captured -> [Seq] in
        guard let frame = try? Frame(decoding: captured.bytes), let payload = frame.payload,
          let page = try? DownloadPage(decoding: payload, keys: frame.keys),
          page.count == UInt32(page.sets.count)
        else { return [] }
        return page.sets.map(\.envelope.seq)
      }
    }

    /// What was asked for of the time before the snapshots.
    var asked: [DownloadRequest.History] {
      all.withLock { $0 }.filter { $0.direction == .up }.compactMap { captured in
        guard let frame = try? Frame(decoding: captured.bytes), frame.method == Method.download.rawValue
        else { return nil }
        return frame.payload.flatMap { try? DownloadRequest(decoding: $0) }?.history.first
      }
    }
  }

  /// By its own clock each frame takes 300 ms.
  private final class LateLink: FrameLink {
    private let inner: any FrameLink
    private let readings = Mutex(0)
    init(_ inner: any FrameLink) { self.inner = inner }
    static func dialing(_ dialing: Dialing) -> Dialing {
      Dialing { LateLink(try await dialing.connect($0)) }
    }
    func send(_ frames: [[UInt8]]) { inner.send(frames) }
    func receive() async throws -> [[UInt8]]? { try await inner.receive() }
    func takeFrames(upTo bytes: Int) { inner.takeFrames(upTo: bytes) }
    func close() { inner.close() }
    var bytesUp: Int { inner.bytesUp }
    var bytesDown: Int { inner.bytesDown }
    var clock: (@Sendable () -> Duration)? {
      { [self] in
        readings.withLock {
          $0 += 1
          return .milliseconds(300 * $0)
        }
      }
    }
  }

  private static let pace = HistoryPace(bytes: 700, quiet: .milliseconds(1))
  /// Of the last page of a session.
  private static let beyondBytes = 1_024

  @Test(.timeLimit(.minutes(1)))
  func `the books become whole while nothing happens, a little in each session, and no set twice`()
    async throws
  {
    let scene = try await Scene()
    let told = Mutex<[SyncReport]>([])
    let watching = Task {
      try await scene.reader.follow(history: Self.pace) { report in told.withLock { $0.append(report) } }
    }
    try await eventually {
      let received = told.withLock { $0.reduce(0) { $0 + $1.setsReceived } }
      return try await scene.isWhole() && received >= scene.frames.came.count
    }
    watching.cancel()
    _ = try? await watching.value
    let sessions = told.withLock { $0 }.filter { $0.setsReceived > 0 }
    #expect(sessions.count > 2)
    #expect(
      sessions.allSatisfy { $0.calls.budgetedBytesDown <= Int(Self.pace.bytes) + Self.beyondBytes })
    let came = scene.frames.came
    // Three sets of the first meeting's day, thirty meetings.
    #expect(came.count == 33 && Set(came).count == came.count)
    #expect(sessions.reduce(0) { $0 + $1.setsReceived } == came.count)
    try await scene.expectWholeBooks()
    await scene.bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `what is typed or committed meanwhile goes first`() async throws {
    let scene = try await Scene()
    let (reader, group, member) = (scene.reader, scene.village.group, scene.village.member)
    let watching = Task {
      try await reader.follow(history: Self.pace) { _ in }
    }
    try await eventually { try await scene.olderSets() > 0 }
    try await reader.meet(group, saving: member, 100_00)
    try await eventually { try await reader.status().unsent == 0 }
    #expect(try await !scene.isWhole())
    try await scene.village.phone.expectDone()
    try await scene.village.phone.meet(group, saving: member, 100_00)
    try await scene.village.phone.expectDone()
    try await eventually { try await reader.books(of: group).lastMeeting == 33 }
    #expect(try await !scene.isWhole())
    watching.cancel()
    _ = try? await watching.value
    await scene.bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `what has come of it stays, and the next connection goes on from there`() async throws {
    let scene = try await Scene()
    for isLast in [false, true] {
      let before = try await scene.olderSets()
      scene.frames.clear()
      let watching = Task { try await scene.reader.follow(history: Self.pace) { _ in } }
      try await eventually {
        let isWhole = try await scene.isWhole()
        let count = try await scene.olderSets()
        return isWhole || (!isLast && count > 0)
      }
      watching.cancel()
      _ = try? await watching.value
      let first = try #require(scene.frames.asked.first)
      #expect((first.after > .zero) == isLast && (before > 0) == isLast)
    }
    try await scene.expectWholeBooks()
    await scene.bench.end()
  }

  /// A link that answers late, and a person who does not want it.
  @Test(.timeLimit(.minutes(1)), arguments: [true, false])
  func `nothing of it comes over a slow link, or where it is not wished for`(isSlow: Bool) async throws {
    let scene = try await Scene(isSlow: isSlow)
    let isWhole = Mutex(false)
    let watching = Task {
      try await scene.reader.follow(history: isSlow ? Self.pace : nil) { _ in
        isWhole.withLock { $0 = true }
      }
    }
    try await eventually { isWhole.withLock { $0 } }
    // Three looks around.
    try await Task.sleep(for: .milliseconds(1_600))
    #expect(scene.frames.asked.isEmpty)
    watching.cancel()
    _ = try? await watching.value
    #expect(try await !scene.isWhole())
    #expect(try await (scene.reader.link().link == .slow) == isSlow)
    await scene.bench.end()
  }

  @Test func `of a wide scope only the groups that the phone writes in are wanted whole`() throws {
    let village = try LinkedVillage(seed: 96)
    for _ in 1...24 { try village.meet(village.asha) }
    _ = try village.sync(village.asha, over: .edge)
    let (wide, named) = (
      try village.phone("wide.sqlite"), try village.phone("named.sqlite", [.cbo(village.group)])
    )
    for phone in [wide, named] {
      #expect(try village.sync(phone, over: .edge).report.outcome == .done)
      #expect(try phone.missingHistory().map(\.cbo).contains(village.group))
    }
    #expect(try named.missingOwnHistory().map(\.cbo) == [village.group])
    #expect(try wide.missingOwnHistory() == [])
    try village.meet(wide)
    #expect(try wide.missingOwnHistory().map(\.cbo) == [village.group])
    #expect(try wide.status().history.groups == 1 && wide.status().history.whole == 0)
  }
}

/// Within the time that a slow machine may take.
func eventually(_ condition: () async throws -> Bool) async throws {
  for _ in 0..<200 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(100))
  }
  Issue.record("it did not come to pass")
}
