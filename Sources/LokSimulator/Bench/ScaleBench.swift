import Foundation
import LokBooks
import LokDevice

/// What a change costs as one shard grows.
package struct ScaleBench: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var data: String
    package var executable: String
    /// Records in the shard before each measurement, ascending.
    package var records = [10_000, 100_000, 1_000_000]
    package var rounds = 5
    /// Sets of a measured round; so few that the shard hardly grows by them.
    package var sets = 100
    package init(directory: String, data: String, executable: String) {
      self.directory = directory
      self.data = data
      self.executable = executable
    }
  }

  package struct Step: Codable, Sendable {
    /// Before its first round.
    package var records: Int
    package var rounds: [PeakReport.Round]
  }

  package struct Report: Codable, Sendable {
    package var steps: [Step]
    package var changesPerSet: Int
    package var serverExitCode: Int32
  }

  private static let connections = 16
  private let options: Options
  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what a connection throws.
  package func run() async throws -> Report {
    let blocks = try ServedDirectory.blocks(1, of: options.directory)
    var load = PeakRun.Options(
      directory: options.directory, data: options.data, executable: options.executable)
    load.blocks = 1
    load.connections = Self.connections
    let field = load
    let (steps, code) = try await ServedDirectory.run(
      .init(directory: options.directory, data: options.data, executable: options.executable)
    ) { served in try await measure(blocks, field, served) }
    return Report(steps: steps, changesPerSet: load.changesPerSet, serverExitCode: code)
  }

  private func measure(
    _ blocks: [BlockCode], _ load: PeakRun.Options, _ served: ServedDirectory
  ) async throws -> [Step] {
    let field = PeakField(options: load, served: served)
    var lanes = try await field.lanes(blocks)
    var records = try await field.round(&lanes, isOneByOne: false).changes
    var steps: [Step] = []
    for size in options.records {
      while records < size {
        // So that it ends where it has to, and no phone's sets of a round fill the memory.
        let missing = (size - records) / load.changesPerSet
        let sets = min(20_000, max(Self.connections, missing))
        try field.write(&lanes, sets: sets)
        records += try await field.round(&lanes, isOneByOne: false).changes
      }
      var step = Step(records: records, rounds: [])
      // The first warms up.
      for round in 0...options.rounds {
        try field.write(&lanes, sets: options.sets)
        let measured = try await field.round(&lanes, isOneByOne: false)
        records += measured.changes
        if round > 0 { step.rounds.append(measured) }
      }
      steps.append(step)
    }
    for lane in lanes { lane.link.close() }
    return steps
  }
}
