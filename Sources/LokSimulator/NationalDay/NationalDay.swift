import Foundation
import LokBooks
package import LokDevice
import LokServer

/// The country's day against a server in another process: its real rates, its hours shortened.
package struct NationalDay: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var data: String
    /// The loksync binary, for the server.
    package var executable: String
    /// Nil = all of the directory, up to the country's.
    package var blocks: Int?
    /// Changes a second in the burst; the whole day grows with it.
    package var rate = DayCurve.burst
    /// As which an hour is played.
    package var hourSeconds = 8.0
    package var burstSeconds = 20.0
    package var seed: UInt64 = 1
    package var isInsecure = false
    /// Shards that are recomputed from their journals afterwards.
    package var verified = 64
    /// Each block has a bookkeeper with so many groups.
    package var groupsPerPhone = 2
    /// Of so many blocks one has a phone that sees all its groups.
    package var blocksForAReader = 4
    /// Blocks with years of books, that first syncs fetch.
    package var seasonedBlocks = 16
    package var seasonedGroups = 15
    package var seasonedMeetings = 36
    /// What a session may take; then its connection counts as broken, and is dialled anew.
    package var callLimit: Duration = .seconds(60)
    /// What lies between phones and server.
    package var dialing: @Sendable (Dialing) -> Dialing = { $0 }

    package init(directory: String, data: String, executable: String) {
      self.directory = directory
      self.data = data
      self.executable = executable
    }

    /// Says that all of it works, in less than a minute; of rates it says nothing.
    package mutating func makeQuick() {
      blocks = min(blocks ?? 24, 24)
      rate = min(rate, 1_200)
      (hourSeconds, burstSeconds) = (min(hourSeconds, 0.5), min(burstSeconds, 5))
      (blocksForAReader, seasonedBlocks, seasonedMeetings) = (2, 2, 6)
    }
  }

  /// The country's blocks.
  package static let blocksOfTheCountry = 7_241
  let options: Options
  private let progress: Progress

  /// - Parameter silent: nothing on standard error.
  package init(_ options: Options, silent: Bool = false) {
    self.options = options
    progress = Progress(isSilent: silent)
  }

  /// - Throws: `SimulationError`, and what a connection throws; what is not kept is in the report.
  package func run() async throws -> DayReport {
    let known = try BlockChoice(path: options.directory).rows.count
    let blocks = try ServedDirectory.blocks(
      options.blocks ?? min(known, Self.blocksOfTheCountry), of: options.directory)
    let (measured, code) = try await ServedDirectory.run(
      .init(
        directory: options.directory, data: options.data, executable: options.executable,
        isInsecure: options.isInsecure)
    ) { served in try await measure(blocks, served) }
    var report = measured.report
    report.serverExitCode = code
    report.proof = try DayProof(
      measured.phones, blocks, of: measured.data, verified: options.verified, seed: options.seed, progress)
    return report
  }

  private struct Measured: Sendable {
    var report: DayReport
    var phones: [DayPhone]
    var data: DataDirectory
  }

  private func measure(_ blocks: [BlockCode], _ served: ServedDirectory) async throws -> Measured {
    OpenFileLimit.raise()
    let field = DayField(options: options, served: served, progress: progress)
    let called = ContinuousClock.now
    let plan = DayPlan(
      DayCurve.stretches(
        burst: options.rate, hourSeconds: options.hourSeconds, burstSeconds: options.burstSeconds),
      seed: options.seed)
    let yard = try await field.gather(blocks, daysBefore: plan.daysBefore(of: blocks.count))
    let watch = DayWatch(served)
    _ = try await watch.drain()
    let setup = (ContinuousClock.now - called) / .seconds(1)
    let before = yard.all.reduce(0) { $0 + $1.written.changes }
    let begin = ContinuousClock.now
    let outcomes = try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await watch.run() }
      defer { tasks.cancelAll() }
      return try await field.play(plan, yard, from: begin)
    }
    let drain = try await watch.drain()
    let samples = watch.samples
    let tally = DayTally(plan: plan, begin: begin, outcomes: outcomes, samples: samples)
    let (hours, burst) = tally.rows()
    guard let burst, let first = samples.first(where: { $0.at >= begin }), let last = samples.last else {
      throw SimulationError.loadBrokenOff(block: 0, detail: "the day was too short to be looked at")
    }
    let lagging = outcomes.filter(\.arrival.purpose.isLagging).map(\.daysBehind)
    let report = DayReport(
      blocks: blocks.count, phones: yard.all.count, seed: options.seed, isInsecure: options.isInsecure,
      hourSeconds: options.hourSeconds, burstSeconds: options.burstSeconds, burstRate: options.rate,
      setupSeconds: setup, changesBefore: before, reconnectedBefore: yard.reconnected, hours: hours,
      burst: burst,
      storedToCommitted: Measures.latencies(outcomes.flatMap(\.committed).compactMap(\.sinceStored)),
      answersLost: outcomes.count(where: \.arrival.losesAnswer), setsDuplicate: last.setsDuplicate,
      setsReceived: outcomes.reduce(0) { $0 + $1.setsReceived },
      snapshots: outcomes.reduce(0) { $0 + $1.snapshots },
      laggingDaysLeast: lagging.min() ?? 0, laggingDaysMost: lagging.max() ?? 0,
      latestStart: (outcomes.map(\.late).max() ?? .zero) / .seconds(1),
      shardsOpenMost: samples.map(\.shardsOpen).max() ?? 0, drainSeconds: drain,
      serverResidentBytesMost: ProcessUsage(of: served.process).residentBytesMost,
      serverCPUSeconds: last.serverCPUSeconds - first.serverCPUSeconds,
      loadCPUSeconds: last.loadCPUSeconds - first.loadCPUSeconds, serverExitCode: 0, proof: nil)
    return Measured(report: report, phones: yard.all, data: served.data)
  }
}
