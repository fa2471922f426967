import Foundation
import LokBooks
import LokDevice
import LokServer
import LokTransport
import LokWire
import NIOCore

/// Realistic meetings, one a session, each fetched by a second phone: what each conversation costs.
package struct ByteRun: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var names: String
    package var seed: UInt64
    /// One a bookkeeper.
    package var groups: Int
    package var meetings: Int
    /// The loksync binary, for the server.
    package var executable: String
    package var folder: String

    package init(
      directory: String, names: String, seed: UInt64, groups: Int, meetings: Int, executable: String,
      folder: String
    ) {
      self.directory = directory
      self.names = names
      self.seed = seed
      self.groups = groups
      self.meetings = meetings
      self.executable = executable
      self.folder = folder
    }
  }

  let options: Options

  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what a phone throws.
  package func run() async throws -> ByteReport {
    let workload = try Workload(
      WorkloadOptions(
        blocks: 1, devices: options.groups, meetings: options.meetings, days: options.meetings * 30,
        seed: options.seed, groupsPerDevice: 1),
      directory: BlockChoice(path: options.directory), names: Names(path: options.names))
    let data = options.folder + "/data"
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let directory = try DataDirectory.create(path: data, directoryCSV: options.directory, now: now)
    let server = try await ServerProcess.start(
      executable: options.executable, data: data, insecure: true, log: options.folder + "/serve.log")
    let group = EventLoops.start(threads: 1)
    do {
      var village = ByteVillage(
        workload, folder: options.folder, server: ServerAddress(text: server.address.description),
        codes: .control(path: directory.controlSocket, group), group)
      let report = try await village.report()
      try await group.shutdownGracefully()
      _ = await server.stop()
      return report
    } catch {
      try? await group.shutdownGracefully()
      _ = await server.stop()
      throw error
    }
  }
}
