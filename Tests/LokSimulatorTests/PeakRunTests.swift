import Foundation
import LokBooks
import LokShard
import LokSimulator
import Testing

/// The measured load is a real one: merged, proven, and books that verify.
@Suite(.enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct PeakRunTests {
  @Test(arguments: [false, true])
  func `a load is merged and proven, and its shards verify`(isOneByOne: Bool) async throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appendingPathComponent("data").path
    var options = PeakRun.Options(
      directory: try Sample.directoryFile(in: folder), data: data,
      executable: try #require(Run.executable))
    options.blocks = 2
    options.connections = 3
    options.groupsPerPhone = 2
    options.setsPerRound = 30
    options.rounds = 2
    options.isOneByOne = isOneByOne
    let report = try await PeakRun(options).run()
    #expect(report.rounds.map(\.sets) == [30, 30])
    #expect(report.rounds.map(\.changes) == [1_500, 1_500])
    #expect(report.rounds.allSatisfy { $0.seconds > 0 && $0.committedMicrosecondsMedian > 0 })
    #expect(report.serverExitCode == 0)
    var entries: Int64 = 0
    for path in try shards(in: data) {
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      let block = BlockCode(try #require(UInt32(name)))
      var verifier = try ShardVerifier(
        path: path, block: block, workPath: folder.url.appendingPathComponent("verify-\(name)").path)
      #expect(try verifier.findings().isEmpty)
      let summary = try ShardInspector(path: path, block: block).summary()
      #expect(summary.setAside == 0 && summary.quarantined == 0 && summary.refused == 0)
      entries += summary.entries
    }
    // Three rounds with the warm-up, and eight lines of each group's first meeting.
    #expect(entries == 3 * 30 * Int64(report.entriesPerSet) + 3 * 2 * 8)
  }

  private func shards(in data: String) throws -> [String] {
    let files = FileManager.default.enumerator(atPath: data + "/shards")?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".sqlite") }.map { data + "/shards/" + $0 }
  }
}
