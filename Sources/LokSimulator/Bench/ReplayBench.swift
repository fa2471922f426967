import Foundation
import LokBooks
import LokDevice
import LokIntake
import LokServer
import LokWire

/// How long a server takes from its start until it has merged what its log holds.
package struct ReplayBench: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var data: String
    package var executable: String
    package var blocks = 64
    /// Rows that the log holds and no shard: sets of one change.
    package var entries = 1_000_000
    package init(directory: String, data: String, executable: String) {
      self.directory = directory
      self.data = data
      self.executable = executable
    }
  }

  package struct Report: Codable, Sendable {
    package var blocks: Int
    package var entries: Int
    /// Appending them, an fsync for each group.
    package var appendSeconds: Double
    /// Both from the start of the process.
    package var listeningSeconds: Double
    package var caughtUpSeconds: Double
    package var serverCPUSeconds: Double
    package var residentBytesMost: Int
    package var unavailable: Int
    package var serverExitCode: Int32
  }

  private static let group = 1_024
  private let options: Options
  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what the log or a connection throws.
  package func run() async throws -> Report {
    let blocks = try ServedDirectory.blocks(options.blocks, of: options.directory)
    let servedOptions = ServedDirectory.Options(
      directory: options.directory, data: options.data, executable: options.executable)
    let (writers, _) = try await ServedDirectory.run(servedOptions) { served in
      try await founded(blocks, served)
    }
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let data = DataDirectory(options.data)
    let begin = ContinuousClock.now
    try append(writers, to: IntakeLog(folder: data.intakeFolder), at: now)
    let appended = (ContinuousClock.now - begin) / .seconds(1)
    let started = ContinuousClock.now
    var (report, code) = try await ServedDirectory.serve(data, servedOptions, at: now) { served in
      let listening = (ContinuousClock.now - started) / .seconds(1)
      var report = Report(
        blocks: blocks.count, entries: options.entries, appendSeconds: appended, listeningSeconds: listening,
        caughtUpSeconds: 0, serverCPUSeconds: 0, residentBytesMost: 0, unavailable: 0, serverExitCode: 0)
      report.unavailable = try await Self.caughtUp(served)
      report.caughtUpSeconds = (ContinuousClock.now - started) / .seconds(1)
      let usage = ProcessUsage(of: served.process)
      report.serverCPUSeconds = usage.cpuSeconds
      report.residentBytesMost = usage.residentBytesMost
      return report
    }
    report.serverExitCode = code
    return report
  }

  private struct GroupWriter: Sendable {
    var phone: PeakPhone
    var group: PeakGroup
  }

  /// A phone with a group in each block.
  private func founded(_ blocks: [BlockCode], _ served: ServedDirectory) async throws -> [GroupWriter] {
    var writers: [GroupWriter] = []
    for block in blocks {
      var phone = try await served.register(in: block)
      let group = try PeakGroup(of: &phone, at: served.now)
      let link = try await served.connect()
      var session = PeakSession(phone, firstCall: 1, isOneByOne: false)
      try await session.run(over: link)
      link.close()
      writers.append(GroupWriter(phone: session.phone, group: group))
    }
    return writers
  }

  /// As the server's intake stores them; nobody merges.
  private func append(_ writers: [GroupWriter], to log: IntakeLog, at now: Timestamp) throws {
    var writers = writers
    var written = 0
    while written < options.entries {
      let count = min(Self.group, options.entries - written)
      for index in writers.indices { writers[index].phone.beginRound() }
      var rows: [PendingAppend] = []
      for place in written..<written + count {
        let index = place % writers.count
        try writers[index].group.writeMember(of: &writers[index].phone, at: now)
      }
      for writer in writers {
        rows += try BenchShard.commands(writer.phone).map {
          PendingAppend(
            block: writer.phone.block, payload: $0.encoded(), kind: Envelope.Kind.set.rawValue)
        }
      }
      _ = try log.append(rows, now: now)
      written += count
    }
  }

  private struct Status: Decodable {
    struct Blocks: Decodable {
      var catching_up: Int
      var unavailable: [String: String]
    }
    struct Counters: Decodable { var row_lag: Int }
    var blocks: Blocks
    var counters: Counters
  }

  /// - Returns: blocks that cannot be served.
  private static func caughtUp(_ served: ServedDirectory) async throws -> Int {
    while true {
      let json = try await served.status()
      let status = try JSONDecoder().decode(Status.self, from: Data(json.utf8))
      if status.blocks.catching_up == 0, status.counters.row_lag == 0 {
        return status.blocks.unavailable.count
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
