import Foundation
import LokBooks
import LokDevice
import LokServer
import LokTransport
import LokWire
import NIOCore

/// Phones that send prepared meetings as fast as a server in another process takes them. What is measured
/// is the server: sets are encoded before a round begins, and nothing is kept of them on disk here.
package struct PeakRun: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var data: String
    /// The loksync binary, for the server.
    package var executable: String
    package var blocks = 64
    /// Connections that send at the same time; phones take turns on them where there are more phones.
    package var connections = 16
    package var groupsPerPhone = 4
    package var setsPerRound = 20_000
    package var changesPerSet = 50
    package var warmUp = 1
    package var rounds = 5
    package var isOneByOne = false
    package var insecure = true
    package init(directory: String, data: String, executable: String) {
      self.directory = directory
      self.data = data
      self.executable = executable
    }
    var phones: Int { max(blocks, connections) }
  }

  let options: Options
  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what a connection throws.
  package func run() async throws -> PeakReport {
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let known = try BlockChoice(path: options.directory).rows
    guard known.count >= options.blocks else {
      throw SimulationError.tooFewBlocks(asked: options.blocks, inDirectory: known.count)
    }
    let blocks = known.prefix(options.blocks).map { BlockCode($0.block) }
    let directory = try DataDirectory.create(
      path: options.data, directoryCSV: options.directory, now: now)
    let server = try await ServerProcess.start(
      executable: options.executable, data: options.data, insecure: options.insecure,
      log: options.data + "/serve.log")
    let group = EventLoops.start(threads: 1)
    do {
      let fingerprint =
        options.insecure
        ? nil : try ServerSecurity.fingerprint(certificateChainPath: directory.certificate)
      let address = ServerAddress(text: server.address.description, fingerprint: fingerprint)
      var report = try await PeakField(
        options: options, server: address, process: server.processID, group: group, now: now
      ).run(blocks, codes: .control(path: directory.controlSocket, group))
      try await group.shutdownGracefully()
      report.serverResidentBytesMost = ProcessUsage(of: server.processID).residentBytesMost
      report.serverExitCode = await server.stop()
      return report
    } catch {
      try? await group.shutdownGracefully()
      _ = await server.stop()
      throw error
    }
  }
}
