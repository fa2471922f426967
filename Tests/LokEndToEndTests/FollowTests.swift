import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokSimulator
import LokTestSupport
import LokTransport
import LokWire
import Synchronization
import Testing

/// Phones that stay connected.
@Suite struct FollowTests {
  private static let link = LinkProfile.edge

  /// A phone's end of an open line to a stepped server.
  private struct Follower {
    let store: DeviceStore
    let server: SteppedServer
    let line: SteppedServer.Line
    var stepper: SyncStepper
    /// What went up since the phone connected.
    var framesUp = 0

    init(_ store: DeviceStore, _ server: SteppedServer) throws {
      self.store = store
      self.server = server
      line = server.connect()
      stepper = SyncStepper(store, try store.sessionStart(appBuild: "test"), goal: .follow)
      try handOver(try stepper.step(.connected))
    }

    /// Hands over what is on its way, both ways, until nothing is.
    mutating func settle() throws { try handOver([]) }

    private mutating func handOver(_ frames: [[UInt8]]) throws {
      var up = frames
      repeat {
        framesUp += up.count
        let arrived = server.send(up, on: line)
        up = []
        for frame in arrived { up += try stepper.step(received: frame) }
        if arrived.isEmpty { break }
      } while true
    }
  }

  @Test func `a meeting is pushed to who follows as soon as it is merged, and she asks for nothing`() throws {
    let village = try LinkedVillage(seed: 41)
    let usha = try village.phone("usha.sqlite")
    _ = try village.sync(village.asha, over: Self.link)
    var follower = try Follower(usha, village.server)
    #expect(follower.stepper.timesCaughtUp == 1)
    let asked = follower.framesUp
    for round in 1...3 {
      try village.meet(village.asha, on: Day(of: village.server.now.wall).advanced(by: Int32(round) - 4))
      #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
      // The server has sent it before anybody asked.
      try follower.settle()
      #expect(follower.framesUp == asked && follower.stepper.timesCaughtUp == 1 + round)
      try village.expectEqualBooks([village.asha, usha])
    }
    // Nothing new: nothing moves.
    village.server.wait(milliseconds: 60_000)
    #expect(village.server.receive(on: follower.line) == [])
  }

  @Test func `who follows and gains a group is sent all of it`() throws {
    let village = try LinkedVillage(seed: 42)
    let usha = try village.phone("usha.sqlite")
    _ = try village.sync(village.asha, over: Self.link)
    var follower = try Follower(usha, village.server)
    let now = village.server.now.wall
    let gained = try village.asha.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Pragati", formationDay: Day(of: now).advanced(by: -30)), at: now
    ).cbo
    _ = try village.sync(village.asha, over: Self.link)
    try follower.settle()
    #expect(try usha.place().have.map(\.cbo).contains(gained))
    try village.meet(village.asha, on: Day(of: village.server.now.wall))
    _ = try village.sync(village.asha, over: Self.link)
    try follower.settle()
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `a follower leaves her call, and what she typed goes up on the same line`() throws {
    let village = try LinkedVillage(seed: 43)
    _ = try village.sync(village.asha, over: Self.link)
    var follower = try Follower(village.asha, village.server)
    try village.meet(village.asha, on: Day(of: village.server.now.wall))
    let goodbye = try follower.stepper.step(.leave)
    #expect(goodbye.count == 1 && follower.stepper.isFinished)
    #expect(village.server.send(goodbye, on: follower.line) == [])
    let next = follower.stepper.nextCall
    follower.stepper = SyncStepper(
      village.asha, try village.asha.sessionStart(appBuild: "test"), goal: .follow, firstCall: next)
    for frame in village.server.send(try follower.stepper.step(.connected), on: follower.line) {
      for answer in try follower.stepper.step(received: frame) {
        for frame in village.server.send([answer], on: follower.line) {
          _ = try follower.stepper.step(received: frame)
        }
      }
    }
    #expect(follower.stepper.timesCaughtUp == 1)
    #expect(try village.asha.status().unsent == 0)
    try village.expectEqualBooks([village.asha])
  }

  @Test func `who follows compares what Hello's mark says differs, mends it, and goes on to follow`() throws {
    let village = try LinkedVillage(seed: 44)
    let usha = try village.phone("usha.sqlite")
    for _ in 1...5 { try village.meet(village.asha) }
    _ = try village.sync(village.asha, over: Self.link)
    _ = try village.sync(usha, over: Self.link)
    try usha.shard.connection.execute(RepairTests.Plant.whole.rawValue)
    var follower = try Follower(usha, village.server)
    #expect(follower.stepper.report.repair?.mended == [village.group])
    #expect(follower.stepper.timesCaughtUp == 1 && follower.stepper.isQuiet)
    try village.expectEqualBooks([usha])
    try village.meet(village.asha, on: Day(of: village.server.now.wall))
    _ = try village.sync(village.asha, over: Self.link)
    try follower.settle()
    #expect(follower.stepper.timesCaughtUp == 2)
    try village.expectEqualBooks([village.asha, usha])
    // Equal books cost no digest.
    #expect(try Follower(usha, village.server).stepper.report.repair == nil)
  }

  @Test func `what a follower has mended is told, and stands among her notices`() async throws {
    let bench = try await Bench()
    let village = try await Village(bench)
    try await village.phone.with { store, _ in
      try store.shard.connection.execute(RepairTests.Plant.whole.rawValue)
    }
    let told = Mutex<[RecordID]>([])
    let watching = Task {
      try await village.phone.follow { report in
        if report.outcome == .done { told.withLock { $0 += report.mended } }
      }
    }
    try await eventually { told.withLock { $0 } == [village.group] }
    watching.cancel()
    _ = try? await watching.value
    #expect(try await village.phone.status().notices.map(\.trouble.key) == ["trouble.repaired.fetchedAnew"])
    #expect(try await village.phone.digests().allSatisfy { $0.isEqual == true })
    await bench.end()
  }

  @Test func `a connection that ends after all has come says nothing of its packets`() async throws {
    let bench = try await Bench()
    let asha = try await bench.enrolled("asha.sqlite")
    let isWhole = Mutex(false)
    let watching = Task { try await asha.follow { _ in isWhole.withLock { $0 = true } } }
    try await eventually { isWhole.withLock { $0 } }
    await bench.end()
    _ = try? await watching.value
    #expect(try await asha.with { store, _ in try store.server().segments } == .usual)
  }

  private final class Threads: Sendable {
    private let noted = Mutex<Set<String>>([])
    func note() { noted.withLock { _ = $0.insert(Thread.current.name ?? "") } }
    var names: Set<String> { noted.withLock { $0 } }
  }

  @Test func `two phones that watch see each other's meetings over sockets`() async throws {
    let bench = try await Bench()
    let asha = try await bench.enrolled("asha.sqlite")
    let usha = try await bench.enrolled("usha.sqlite")
    let (group, member) = try await asha.makeGroup("Jai Maa")
    let threads = Threads()
    let watching = [asha, usha].map { phone in
      Task { try await phone.follow { _ in threads.note() } }
    }
    for (day, writer, reader) in [(-2, asha, usha), (-1, usha, asha)] as [(Int32, DeviceAgent, DeviceAgent)] {
      _ = try await writer.with { store, now in
        try store.recordMeeting(
          MeetingDraft(
            day: Bench.today.advanced(by: day), attendance: [.init(member, isPresent: true)],
            entries: [EntryDraft(.savingCompulsory, Paise(100_00), member: member)]),
          of: group, at: now)
      }
      try await eventually { try await reader.books(of: group).cash == Paise(Int64(3 + day) * 100_00) }
      try await eventually { try await writer.status().unsent == 0 }
    }
    watching.forEach { $0.cancel() }
    for task in watching { _ = try? await task.value }
    #expect(threads.names == ["device-store"], "nobody else touches a phone's store")
    await bench.end()
  }
}
