import Foundation
import LokBooks
import LokDevice
import LokServer
import LokTransport
import LokWire
import NIOCore

/// A server in a process of its own over a data directory that was made for it, and what a load needs to
/// reach it.
struct ServedDirectory: Sendable {
  struct Options: Sendable {
    /// The block directory, CSV.
    var directory: String
    /// The data directory to make.
    var data: String
    /// The loksync binary, for the server.
    var executable: String
    /// Without TLS.
    var isInsecure = true
    /// Connections at a time; nil = as many as the server takes by itself.
    var connections: Int?
  }

  let data: DataDirectory
  let address: ServerAddress
  /// The server's process.
  let process: Int32
  let group: any EventLoopGroup
  let now: Timestamp
  var codes: CodeSource { .control(path: data.controlSocket, group) }

  /// Makes the directory, and runs `body` with its server.
  /// - Returns: what `body` gave, and the server's exit code.
  /// - Throws: `SimulationError`, and what a connection throws; the server is stopped before.
  static func run<Result: Sendable>(
    _ options: Options, _ body: (ServedDirectory) async throws -> Result
  ) async throws -> (result: Result, exitCode: Int32) {
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let data = try DataDirectory.create(path: options.data, directoryCSV: options.directory, now: now)
    return try await serve(data, options, at: now, body)
  }

  /// The same for one that is there.
  static func serve<Result: Sendable>(
    _ data: DataDirectory, _ options: Options, at now: Timestamp,
    _ body: (ServedDirectory) async throws -> Result
  ) async throws -> (result: Result, exitCode: Int32) {
    let server = try await ServerProcess.start(
      executable: options.executable, data: options.data, insecure: options.isInsecure,
      log: options.data + "/serve.log", connections: options.connections)
    let group = EventLoops.start(threads: 1)
    do {
      let fingerprint =
        options.isInsecure ? nil : try ServerSecurity.fingerprint(certificateChainPath: data.certificate)
      let served = ServedDirectory(
        data: data, address: ServerAddress(text: server.address.description, fingerprint: fingerprint),
        process: server.processID, group: group, now: now)
      let result = try await body(served)
      try await group.shutdownGracefully()
      return (result, await server.stop())
    } catch {
      try? await group.shutdownGracefully()
      _ = await server.stop()
      throw error
    }
  }

  /// The first blocks of a directory.
  /// - Throws: `SimulationError.tooFewBlocks`.
  static func blocks(_ count: Int, of path: String) throws -> [BlockCode] {
    let known = try BlockChoice(path: path).rows
    guard known.count >= count else {
      throw SimulationError.tooFewBlocks(asked: count, inDirectory: known.count)
    }
    return known.prefix(count).map { BlockCode($0.block) }
  }

  /// The server's JSON document for its operator.
  func status() async throws -> String {
    try await CodeSource.ask(.status, at: data.controlSocket, group).statusJSON ?? ""
  }

  func connect() async throws -> any FrameLink { try await Dialing.tcp(group).connect(address) }

  /// A bookkeeper's phone. Without any grant what it founds is in its scope.
  func register(in block: BlockCode, grants: [Grant] = []) async throws -> PeakPhone {
    let code = try await codes.code(for: block, role: .bookkeeperSHG, grants: grants)
    guard let key = DeviceKey(raw: RandomBytes.system.bytes(32)) else { throw DeviceError.sealFailed }
    let proof = key.signature(over: SignedBytes.registration(block: block, code: code, key: key.publicKey))
    let request = RegisterRequest(
      block: block, code: code, key: key.publicKey, proof: proof, appBuild: "load")
    var traffic = CallTraffic()
    return PeakPhone(
      block: block, key: key,
      try await RegistrationExchange.run(request, over: try await connect(), counting: &traffic))
  }
}
