import Foundation
import Glibc
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokTestSupport
import LokTransport
import LokWire
import Synchronization
import Testing

/// A server, and a phone, that are killed while files go up or come down.
@Suite(.enabled(if: LoksyncProcess.executable != nil, "no loksync executable beside the tests"))
struct BlobCrashTests {
  private static let files = 8
  private static let bytes = WireLimits.documentBytes
  private static let kills = 4
  /// What is on its way when one dies, and the frames of a session.
  private static let bytesLostMost = (WireLimits.blobChunksInFlight + 1) * WireLimits.blobChunkBytes + 2_000

  private static func page(_ seed: Int) -> [UInt8] {
    var random = LokTestSupport.SeededGenerator(seed: UInt64(seed))
    return [0xFF, 0xD8, 0xFF, 0xE0] + random.bytes(bytes - 4)
  }

  /// Groups with a resolution each, none of it sent.
  private static func write(_ agent: DeviceAgent) async throws {
    for index in 0..<files {
      let (group, _) = try await agent.makeGroup("group \(index)")
      _ = try await agent.with { store, now in
        try store.attachResolution(page(index), of: group, at: now)
      }
    }
  }

  /// Of whole files and parts on the server.
  private static func bytesAtServer(_ data: DataDirectory) -> Int {
    let folder = data.blobs(of: Bench.block)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      let found = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      return sum + (found?[.size] as? Int ?? 0)
    }
  }

  /// Looks until so much is there; false = it ended before.
  private static func wait(until isThere: () -> Bool, whileRunning isRunning: () -> Bool) async throws -> Bool
  {
    while isRunning() {
      if isThere() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  private static func expectAllThere(_ data: DataDirectory, _ folder: TemporaryFolder) throws {
    let named = try ShardReader(path: data.shard(of: Bench.block), block: Bench.block).namedBlobs()
    #expect(named == Set((0..<files).map { Hash.sha256(page($0)) }))
    let check = try BlobCheck(folder: data.blobs(of: Bench.block), named: named)
    #expect(check.findings == [] && check.whole == files && check.underWay == 0 && check.notYetHere == 0)
    #expect(try Shards.findings(in: data, work: folder) == [])
  }

  @Test(.timeLimit(.minutes(2)))
  func `a server that is killed in the midst of files goes on where it was`() async throws {
    let folder = try TemporaryFolder()
    let data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Bench.directory, as: "blocks.csv"), hosts: [],
      now: Bench.now)
    var server = try await LoksyncProcess(data: data.path)
    let wire = try await Wire(.unix(path: data.controlSocket), trust: .insecure, group: loops)
    let request = OperatorRequest.enrolCode(
      Bench.block, role: .bookkeeperSHG, grants: [.block], count: 2, validDays: 1)
    let heard = try await wire.ask(.operate, request.encoded())
    let payload = try #require(heard.payloads.first)
    let codes = try OperatorReply(decoding: payload).codes
    var agents: [DeviceAgent] = []
    for (name, code) in zip(["asha.sqlite", "usha.sqlite"], codes) {
      let agent = try await DeviceAgent.open(
        path: folder.path(name), block: Bench.block,
        surroundings: .init(dialing: .tcp(loops), clock: { Bench.now }, appBuild: "test"))
      try await agent.register(server: ServerAddress(text: "\(server.listen)"), code: code)
      agents.append(agent)
    }
    try await Self.write(agents[0])
    try await Self.syncUntilKilled(agents[0], &server, data) { Self.bytesAtServer(data) }
    #expect(try await agents[0].status().unsentFiles == 0)
    let address = ServerAddress(text: "\(server.listen)")
    try await agents[1].with { store, _ in try store.setServer(address) }
    try await agents[1].expectDone()
    try await agents[1].with { store, _ in _ = try store.want(store.namedBlobs()) }
    let path = folder.path("usha.sqlite")
    try await Self.syncUntilKilled(agents[1], &server, data) { Self.bytesFetched(path) }
    server.stop()
    try Self.expectAllThere(data, folder)
    let files = try await agents[1].with { store, _ in try store.namedBlobs().map { try store.file(of: $0) } }
    #expect(Set(files) == Set((0..<Self.files).map { Self.page($0) }))
    // What was there already did not travel again, either way.
    let all = Self.files * Self.bytes
    let sent = try await agents[0].traffic().today.calls[.putBlob].bytesUp
    let came = try await agents[1].traffic().today.calls[.getBlob].bytesDown
    for carried in [sent, came] {
      #expect(carried >= all && carried < all + all / 50 + Self.kills * Self.bytesLostMost, "\(carried)")
    }
  }

  /// The server dies several times on the way, and is started again; at last all is through.
  private static func syncUntilKilled(
    _ agent: DeviceAgent, _ server: inout LoksyncProcess, _ data: DataDirectory, bytesThere: () -> Int
  ) async throws {
    var midway = 0
    for kill in 1...kills {
      let enough = kill * files * bytes / (kills + 1)
      let sync = Ended()
      async let report: SyncReport? = {
        defer { sync.set() }
        return try? await agent.sync(asksForFiles: true)
      }()
      if try await wait(until: { bytesThere() >= enough }, whileRunning: { !sync.isSet }) { midway += 1 }
      server.kill()
      _ = await report
      server = try await LoksyncProcess(data: data.path)
      let address = ServerAddress(text: "\(server.listen)")
      try await agent.with { store, _ in try store.setServer(address) }
    }
    #expect(midway == kills, "killed in the midst of files")
    let last = try await agent.sync(asksForFiles: true).outcome
    #expect(last == .done)
  }

  /// `loksync device …` as a process of its own.
  private static func phone(_ words: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: LoksyncProcess.executable ?? "")
    process.arguments = ["device"] + words
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func kill(_ process: Process) {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Of files that came whole, and of pieces.
  private static func bytesFetched(_ store: String) -> Int {
    guard let phone = try? Connection(path: store, mode: .readOnly) else { return 0 }
    let count = try? phone.statement(
      """
      SELECT (SELECT coalesce(sum(length(bytes)), 0) FROM device_blob WHERE state = 1 AND sent = 0)
        + (SELECT coalesce(sum(length(bytes)), 0) FROM device_blob_piece)
      """
    ).first { Int($0.integer(0)) }
    return count ?? 0
  }

  @Test(.timeLimit(.minutes(2)))
  func `a phone that is killed in the midst of files goes on where it was, both ways`() async throws {
    let bench = try await Bench()
    for name in ["asha.sqlite", "usha.sqlite"] { _ = try await bench.enrolled(name) }
    try await Self.write(try await bench.agent("asha.sqlite"))
    let (asha, usha) = (bench.folder.path("asha.sqlite"), bench.folder.path("usha.sqlite"))
    let out = bench.folder.path("papers")
    let all = Self.files * Self.bytes
    var midway = 0
    for kill in 1...Self.kills {
      let enough = kill * all / (Self.kills + 1)
      let process = try Self.phone(["sync", "--store", asha])
      let isThere = { Self.bytesAtServer(bench.data) >= enough }
      if try await Self.wait(until: isThere, whileRunning: { process.isRunning }) { midway += 1 }
      Self.kill(process)
    }
    #expect(midway == Self.kills, "killed in the midst of what goes up")
    let agent = try await bench.agent("asha.sqlite")
    try await agent.expectDone()
    #expect(try await agent.status().unsentFiles == 0)
    #expect(try await agent.status().text.hasSuffix("24 committed / 0 set aside"))

    midway = 0
    let fetch = ["fetch", "--store", usha, "--out", out]
    for kill in 1...Self.kills {
      let enough = kill * all / (Self.kills + 1)
      let process = try Self.phone(fetch)
      let isThere = { Self.bytesFetched(usha) >= enough }
      if try await Self.wait(until: isThere, whileRunning: { process.isRunning }) { midway += 1 }
      Self.kill(process)
    }
    #expect(midway == Self.kills, "killed in the midst of what comes down")
    let last = try Self.phone(fetch)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0)
    let written = try TemporaryFolder.files(below: out).map { [UInt8]($0.bytes) }
    #expect(Set(written) == Set((0..<Self.files).map { Self.page($0) }))
    await bench.end()
    try Self.expectAllThere(bench.data, bench.folder)
  }
}

private final class Ended: Sendable {
  private let value = Mutex(false)
  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
}
