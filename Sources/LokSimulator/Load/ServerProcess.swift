import Foundation
import LokTransport

/// `loksync serve` as a child process on free loopback ports; stopped by its own process id.
final class ServerProcess {
  let address: HostPort
  let admin: HostPort
  var processID: Int32 { process.processIdentifier }
  private let process: Process
  /// Ends with this process, and the server with it: nobody may be left to stop it.
  private let lifeline: Pipe?

  /// Returns when the server has printed where it listens.
  /// - Parameter outlives: it goes on when this process has ended.
  static func start(
    executable: String, data: String, insecure: Bool, log: String, outlives: Bool = false,
    connections: Int? = nil
  ) async throws -> ServerProcess {
    let process = Process()
    let lifeline = outlives ? nil : Pipe()
    process.standardInput = lifeline ?? FileHandle.nullDevice
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments =
      ["serve", "--data", data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
      + (insecure ? ["--insecure"] : []) + (outlives ? [] : ["--until-input-ends"])
      + (connections.map { ["--connections", String($0)] } ?? [])
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    guard let output = FileHandle(forWritingAtPath: log) else { throw SimulationError.unreadable(path: log) }
    process.standardOutput = output
    process.standardError = output
    do { try process.run() } catch { throw SimulationError.serverDidNotStart(detail: "\(error)") }
    for _ in 0..<600 {
      try await Task.sleep(for: .milliseconds(50))
      let printed = addresses(in: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
      if printed.count >= 2 {
        return ServerProcess(process, lifeline, address: printed[0], admin: printed[1])
      }
      guard process.isRunning else { break }
    }
    if process.isRunning { process.terminate() }
    let tail = (try? String(contentsOfFile: log, encoding: .utf8))?.suffix(300) ?? ""
    throw SimulationError.serverDidNotStart(detail: String(tail))
  }

  private init(_ process: Process, _ lifeline: Pipe?, address: HostPort, admin: HostPort) {
    self.process = process
    self.lifeline = lifeline
    self.address = address
    self.admin = admin
  }

  /// Loopback addresses in the order in which they were printed, each once; the port is never 0.
  private static func addresses(in text: String) -> [HostPort] {
    var found: [HostPort] = []
    for word in text.split(whereSeparator: { " \n\t=\",;/".contains($0) }) where word.hasPrefix("127.0.0.1:")
    {
      guard let address = HostPort(String(word)), address.port > 0, !found.contains(address) else { continue }
      found.append(address)
    }
    return found
  }

  /// SIGTERM, and waits; the server commits what is in flight. One that takes longer than a minute is killed.
  /// - Returns: its exit code; a killed one's is the signal's number.
  func stop() async -> Int32 {
    if process.isRunning { process.terminate() }
    let deadline = ContinuousClock.now + .seconds(60)
    while process.isRunning, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(20))
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    while process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
    return process.terminationStatus
  }
}
