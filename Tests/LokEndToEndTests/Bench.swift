import Foundation
import LokBooks
import LokDevice
import LokServer
import LokShard
import LokTransport
import LokWire
import NIOCore
import Synchronization
import Testing

/// A real server in this process on free loopback ports, its data directory, and ways to reach it.
final class Bench: Sendable {
  static let block = BlockCode(900_001)
  static let otherBlock = BlockCode(900_002)
  static let directory = """
    state_code,state_name,district_code,district_name,block_code,block_name
    10,BIHAR,201,GAYA,900001,ALPHA
    10,BIHAR,202,PATNA,900002,BETA

    """

  let folder: TemporaryFolder
  let data: DataDirectory
  let log = ServerLog()
  let group: any EventLoopGroup = loops
  let server: RunningServer
  let isInsecure: Bool

  init(insecure: Bool = true, limits: FrameLimits = .standard) async throws {
    folder = try TemporaryFolder()
    data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Self.directory, as: "blocks.csv"), hosts: [],
      now: Self.now)
    isInsecure = insecure
    let ahead = ahead
    var configuration = ServerConfiguration(
      directory: data, listen: HostPort(host: "127.0.0.1", port: 0), isInsecure: insecure)
    configuration.tuning.frames = limits
    configuration.clock = ServerClock {
      var now = ServerClock.system.now()
      now.wall = Timestamp(milliseconds: now.wall.milliseconds + ahead.milliseconds.withLock { $0 })
      return now
    }
    server = try await LoksyncServer(configuration, logger: log.logger()).start()
  }

  private final class Ahead: Sendable { let milliseconds = Mutex<Int64>(0) }
  private let ahead = Ahead()

  /// Lets the server's wall clock jump.
  func letDaysPass(_ days: Int64) { ahead.milliseconds.withLock { $0 += days * 86_400_000 } }

  func end() async { await server.stop() }

  static var now: Timestamp { ServerClock.system.now().wall }
  static var today: Day { Day(of: now) }

  var target: Dialer.Target { .tcp(server.addresses.listen) }
  var port: Int { Int(server.addresses.listen.port) }

  func trust() throws -> ServerTrust {
    isInsecure ? .insecure : .pinned(fingerprint: try ServerCertificate.fingerprint(ofFile: data.certificate))
  }

  func address() throws -> ServerAddress {
    ServerAddress(
      text: "\(server.addresses.listen)",
      fingerprint: isInsecure ? nil : try ServerCertificate.fingerprint(ofFile: data.certificate))
  }

  func wire() async throws -> Wire { try await Wire(target, trust: trust(), group: group) }

  @discardableResult
  func operate(_ request: OperatorRequest) async throws -> OperatorReply {
    let wire = try await Wire(.unix(path: data.controlSocket), trust: .insecure, group: group)
    let heard = try await wire.ask(.operate, request.encoded())
    wire.close()
    if let status = heard.status { throw status }
    return try OperatorReply(decoding: try #require(heard.payloads.first))
  }

  func code(
    _ role: Role = .bookkeeperSHG, _ grants: [Grant] = [.block], block: BlockCode = Bench.block
  ) async throws -> String {
    let request = OperatorRequest.enrolCode(block, role: role, grants: grants, count: 1, validDays: 1)
    return try #require(try await operate(request).codes.first)
  }

  /// A phone spoken for frame by frame.
  func framePhone(_ key: UInt8, _ grants: [Grant] = [.block]) async throws -> FramePhone {
    var phone = try FramePhone(key: key)
    try phone.take(try await register(phone, code: try await code(.bookkeeperSHG, grants)))
    return phone
  }

  func register(_ phone: FramePhone, code: String) async throws -> Heard {
    let wire = try await wire()
    defer { wire.close() }
    return try await wire.ask(.register, phone.register(code: code).encoded())
  }

  /// A connection on which the phone has said Hello.
  func line(_ phone: FramePhone) async throws -> Wire {
    let wire = try await wire()
    let heard = try await wire.ask(.hello, phone.hello().encoded())
    #expect(heard.status == nil)
    return wire
  }

  /// A phone with the real device library.
  func agent(_ name: String) async throws -> DeviceAgent {
    try await DeviceAgent.open(
      path: folder.path(name), block: Self.block,
      surroundings: .init(dialing: .tcp(group), clock: { Bench.now }, appBuild: "test"))
  }

  func enrolled(_ name: String, _ role: Role = .bookkeeperSHG, _ grants: [Grant] = [.block]) async throws
    -> DeviceAgent
  {
    let agent = try await agent(name)
    try await agent.register(server: try address(), code: try await code(role, grants))
    return agent
  }

  func shardPath(_ block: BlockCode = Bench.block) -> String { data.shard(of: block) }

  func inspector() throws -> ShardInspector { try ShardInspector(path: shardPath(), block: Self.block) }

  /// What `loksync shard verify --all` finds.
  func findings() throws -> [ShardFinding] { try Shards.findings(in: data, work: folder) }
}

/// One thread for all clients of these tests: it lives as long as the process.
let loops = EventLoops.start(threads: 1)

/// Reads of a data directory's shards, as an operator's tools make them.
enum Shards {
  static func findings(in data: DataDirectory, work folder: TemporaryFolder) throws -> [ShardFinding] {
    var all: [ShardFinding] = []
    for block in try data.blocksWithShards() {
      var verifier = try ShardVerifier(
        path: data.shard(of: block), block: block, workPath: folder.path("verify-\(UUID().uuidString)"))
      all += try verifier.findings()
    }
    return all
  }
}
