import Foundation
import LokBooks
import LokDevice
import LokServer
import LokWire

/// What a server gives: first syncs of a few groups and of a whole block, and what is new to many phones.
package struct DownloadBench: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var data: String
    package var executable: String
    /// A multiple of four: each phone keeps the books of four.
    package var groups = 1_000
    package var meetings = 36
    package var sizes = [1, 10, 100]
    package var rounds = 5
    package var devices = 1_000
    package init(directory: String, data: String, executable: String) {
      self.directory = directory
      self.data = data
      self.executable = executable
    }
  }

  /// Phones that catch up at the same time.
  private static let atATime = 16
  /// What they have missed: sets of fifty changes.
  private static let missedSets = 2
  let options: Options
  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what a connection throws.
  package func run() async throws -> DownloadReport {
    let blocks = try ServedDirectory.blocks(1, of: options.directory)
    var load = PeakRun.Options(
      directory: options.directory, data: options.data, executable: options.executable)
    load.blocks = 1
    load.connections = max(1, options.groups / load.groupsPerPhone)
    load.setsPerRound = options.groups * options.meetings
    let peak = load
    var (report, code) = try await ServedDirectory.run(
      .init(directory: options.directory, data: options.data, executable: options.executable)
    ) { served in try await measure(blocks, peak, served) }
    report.serverExitCode = code
    return report
  }

  private func measure(
    _ blocks: [BlockCode], _ load: PeakRun.Options, _ served: ServedDirectory
  ) async throws -> DownloadReport {
    let field = PeakField(options: load, served: served)
    var lanes = try await field.lanes(blocks)
    _ = try await field.round(&lanes, isOneByOne: false)
    try field.write(&lanes, sets: load.setsPerRound)
    _ = try await field.round(&lanes, isOneByOne: false)
    let cbos = lanes.flatMap(\.groups).flatMap { $0.map(\.cbo) }
    var report = DownloadReport(
      block: blocks[0].rawValue, groups: cbos.count, setsPerGroup: options.meetings + 2,
      changesPerSet: load.changesPerSet, cbos: cbos.map(\.rawValue), rows: [], serverResidentBytesMost: 0,
      serverExitCode: 0)
    for size in options.sizes + [0] {
      let grants: [Grant] = size == 0 ? [.block] : cbos.prefix(size).map { .cbo($0) }
      let phone = try await served.register(in: blocks[0], grants: grants)
      for kind in ["sets", "snapshots"] {
        report.rows.append(try await firstSync(kind, size, phone, served))
      }
    }
    report.rows.append(try await catchUp(blocks[0], &lanes, field, served))
    for lane in lanes { lane.link.close() }
    report.serverResidentBytesMost = ProcessUsage(of: served.process).residentBytesMost
    return report
  }

  /// The same phone each round, that has nothing yet. The first one warms up, and compares the chains.
  private func firstSync(
    _ kind: String, _ size: Int, _ phone: PeakPhone, _ served: ServedDirectory
  ) async throws -> DownloadReport.Row {
    var row = DownloadReport.Row(kind: kind, groups: size, phones: 1, warmUpSeconds: 0, rounds: [])
    for round in 0...options.rounds {
      let measured = try await timed(served) {
        [
          try await Self.pull(
            phone, Cursor(epoch: phone.epoch), takesSnapshots: kind == "snapshots", checksChains: round == 0,
            served)
        ]
      }
      if round > 0 { row.rounds.append(measured) } else { row.warmUpSeconds = measured.seconds }
    }
    return row
  }

  /// All phones hold everything but the last two meetings.
  private func catchUp(
    _ block: BlockCode, _ lanes: inout [PeakField.Lane], _ field: PeakField, _ served: ServedDirectory
  ) async throws -> DownloadReport.Row {
    let phones = try await field.register([block], count: options.devices, grants: [.block])
    let pilot = try await Self.pull(phones[0], Cursor(epoch: phones[0].epoch), takesSnapshots: false, served)
    var one = [lanes[0]]
    try field.write(&one, sets: Self.missedSets)
    _ = try await field.round(&one, isOneByOne: false)
    lanes[0] = one[0]
    let cursor = pilot.cursor
    var row = DownloadReport.Row(
      kind: "catchUp", groups: 0, phones: phones.count, warmUpSeconds: 0, rounds: [])
    for round in 0...options.rounds {
      let measured = try await timed(served) {
        try await withThrowingTaskGroup(of: Pulled.self) { tasks in
          var all: [Pulled] = []
          for (place, phone) in phones.enumerated() {
            if place >= Self.atATime, let pulled = try await tasks.next() { all.append(pulled) }
            tasks.addTask { try await Self.pull(phone, cursor, takesSnapshots: false, served) }
          }
          for try await pulled in tasks { all.append(pulled) }
          return all
        }
      }
      guard measured.sets == Self.missedSets * phones.count else {
        throw SimulationError.loadBrokenOff(block: block.rawValue, detail: "\(measured.sets) sets came")
      }
      if round > 0 { row.rounds.append(measured) } else { row.warmUpSeconds = measured.seconds }
    }
    return row
  }

  private struct Pulled: Sendable {
    var tally: PullSession.Tally
    var cursor: Cursor
    var wireBytes: Int
    var microseconds: Int
  }

  private static func pull(
    _ phone: PeakPhone, _ cursor: Cursor, takesSnapshots: Bool, checksChains: Bool = false,
    _ served: ServedDirectory
  ) async throws -> Pulled {
    let begin = ContinuousClock.now
    let link = try await served.connect()
    defer { link.close() }
    var session = PullSession(
      phone, from: cursor, takesSnapshots: takesSnapshots, checksChains: checksChains)
    try await session.run(over: link)
    return Pulled(
      tally: session.tally, cursor: session.cursor, wireBytes: link.bytesDown,
      microseconds: Int((ContinuousClock.now - begin) / .microseconds(1)))
  }

  private func timed(
    _ served: ServedDirectory, _ body: () async throws -> [Pulled]
  ) async throws -> DownloadReport.Round {
    let before = ProcessUsage(of: served.process).cpuSeconds
    let begin = ContinuousClock.now
    let pulled = try await body()
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let tallies = pulled.map(\.tally)
    return DownloadReport.Round(
      seconds: seconds, serverCPUSeconds: ProcessUsage(of: served.process).cpuSeconds - before,
      sets: tallies.reduce(0) { $0 + $1.sets }, changes: tallies.reduce(0) { $0 + $1.changes },
      setBytes: tallies.reduce(0) { $0 + $1.setBytes }, snapshots: tallies.reduce(0) { $0 + $1.snapshots },
      snapshotBytes: tallies.reduce(0) { $0 + $1.snapshotBytes },
      wireBytes: pulled.reduce(0) { $0 + $1.wireBytes }, microseconds: pulled.map(\.microseconds).sorted())
  }
}
