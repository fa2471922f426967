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

  /// A phone may dial anew before the server has seen its last connection end.
  private static let connectionsOfOthers = 500

  let options: Options
  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what a connection throws.
  package func run() async throws -> PeakReport {
    let blocks = try ServedDirectory.blocks(options.blocks, of: options.directory)
    let (report, code) = try await ServedDirectory.run(
      .init(
        directory: options.directory, data: options.data, executable: options.executable,
        isInsecure: options.insecure, connections: options.connections + Self.connectionsOfOthers)
    ) { served in
      var report = try await PeakField(options: options, served: served).run(blocks)
      report.serverResidentBytesMost = ProcessUsage(of: served.process).residentBytesMost
      return report
    }
    var ended = report
    ended.serverExitCode = code
    return ended
  }
}
