import Foundation
import LokSimulator
import Testing

/// Small runs of what tools/bench measures with: each does what it says, and finds its own result right.
@Suite struct BenchTests {
  @Test func `each step of a change is measured, and what it wrote verifies`() throws {
    let folder = try TemporaryFolder()
    var options = CodeBench.Options(folder: folder.url.path)
    options.setsPerRound = 16
    options.rounds = 2
    options.setsFile = folder.url.appendingPathComponent("sets").path
    let report = try CodeBench(options).run()
    #expect(report.setsWritten == 3 * 16 && report.changesPerSet == 50)
    #expect(Set(report.stages.map(\.name)).isSuperset(of: ["decode", "merge", "hash", "encode"]))
    #expect(report.stages.allSatisfy { $0.nanoseconds.count == 2 && $0.nanoseconds.allSatisfy { $0 > 0 } })
    let sets = try Data(contentsOf: folder.url.appendingPathComponent("sets"))
    #expect(sets.count > 16 * report.changesPerSet)
  }

  @Test func `each conflict of profile edits is recorded`() throws {
    let folder = try TemporaryFolder()
    var options = MergeBench.Options(folder: folder.url.path)
    options.groups = 10
    options.rounds = 1
    let report = try MergeBench(options).run()
    // The round that warms up counts too; ten groups are the first ten of a hundred.
    let all: Int64 = 2 * 10 * 12 * 3
    let found: [Int64] = report.parts.map { $0.conflicts }
    #expect(found == [0, all, all])
    #expect(report.parts.allSatisfy { $0.nanoseconds.count == 1 })
  }
}

/// The same for those with a server in another process.
@Suite(.enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct ServedBenchTests {
  private let folder: TemporaryFolder
  private let directory: String
  private let executable: String
  private var data: String { folder.url.appendingPathComponent("data").path }

  init() throws {
    folder = try TemporaryFolder()
    directory = try Sample.directoryFile(in: folder)
    executable = try #require(Run.executable)
  }

  @Test(arguments: [false, true])
  func `silent connections are there and answer`(isInsecure: Bool) async throws {
    var options = IdleBench.Options(directory: directory, data: data, executable: executable)
    options.connections = 50
    options.isInsecure = isInsecure
    let report = try await IdleBench(options).run()
    #expect(report.connections == 50 && report.stillAnswering == report.asked && report.asked == 50)
    #expect(report.bytesBefore > 0 && report.bytesWith > 0)
    #expect(report.serverExitCode == 0)
  }

  @Test func `a log is replayed to its end`() async throws {
    var options = ReplayBench.Options(directory: directory, data: data, executable: executable)
    options.blocks = 2
    options.entries = 300
    let report = try await ReplayBench(options).run()
    #expect(report.unavailable == 0 && report.serverExitCode == 0)
    #expect(report.caughtUpSeconds >= report.listeningSeconds)

    var opening = OpenBench.Options(data: data)
    opening.kept = 1
    opening.rounds = 2
    let opened = try OpenBench(opening).run()
    #expect(opened.shards == 2 && opened.alone == 2 && opened.storms.count == 2)
    #expect(opened.openings.count == 4 && opened.openings.values.allSatisfy { $0.count == 2 })
  }

  @Test func `first syncs and catching up bring every set`() async throws {
    var options = DownloadBench.Options(directory: directory, data: data, executable: executable)
    options.groups = 4
    options.meetings = 3
    options.sizes = [1, 3]
    options.devices = 5
    options.rounds = 1
    let report = try await DownloadBench(options).run()
    #expect(report.setsPerGroup == 5 && report.cbos.count == 4 && report.serverExitCode == 0)
    let sets: [Int] = report.rows.filter { $0.kind == "sets" }.flatMap { $0.rounds.map { $0.sets } }
    #expect(sets == [5, 15, 20])
    let snapshots: [Int] = report.rows.filter { $0.kind == "snapshots" }
      .flatMap { $0.rounds.map { $0.snapshots } }
    #expect(snapshots == [1, 3, 4])
    let caughtUp = try #require(report.rows.last?.rounds.first)
    #expect(caughtUp.sets == 10 && caughtUp.changes == 500 && caughtUp.microseconds.count == 5)
  }

  @Test func `a shard grows to each size before it is measured`() async throws {
    var options = ScaleBench.Options(directory: directory, data: data, executable: executable)
    options.records = [2_000, 5_000]
    options.rounds = 2
    options.sets = 16
    let report = try await ScaleBench(options).run()
    #expect(report.steps.count == 2 && report.serverExitCode == 0)
    for (step, wanted) in zip(report.steps, options.records) {
      #expect((wanted..<wanted + 1_000).contains(step.records))
      #expect(step.rounds.count == 2)
      for round in step.rounds { #expect(round.changes == 800 && round.serverCPUSeconds > 0) }
    }
  }
}
