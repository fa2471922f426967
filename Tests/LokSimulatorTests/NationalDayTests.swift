import Foundation
import LokSimulator
import Testing

/// A day in small: everybody calls at her time, and all that was written is there once.
@Suite(.enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct NationalDayTests {
  @Test func `the curve is a whole day with a quarter of it in the peak hour`() {
    #expect(DayCurve.perMille.count == 24 && DayCurve.perMille.reduce(0, +) == 1_000)
    #expect(DayCurve.perMille[DayCurve.peakHour] == 250 && DayCurve.perMille.max() == 250)
    // Five crore a day, as the domain facts have it of weekly meetings.
    let day = Double(DayCurve.burst) / DayCurve.burstFactor * 3_600 * 4
    #expect((4.9e7...5.1e7).contains(day))
  }

  @Test func `a small day is played, proven and adds up`() async throws {
    let folder = try TemporaryFolder()
    var options = NationalDay.Options(
      directory: try Sample.directoryFile(in: folder), data: folder.path("data"),
      executable: try #require(Run.executable))
    options.makeQuick()
    let report = try await NationalDay(options, silent: true).run()
    let proof = try #require(report.proof)
    #expect(proof.isGood, "\(proof)")
    #expect(report.serverExitCode == 0 && report.hours.count == 24)
    let rows = report.hours + [report.burst]
    #expect(report.burst.small.count > 20 && report.burst.firstSyncs.count + report.burst.looks.count > 20)
    #expect(rows.contains { $0.lagging.count > 0 })
    #expect(rows.allSatisfy { $0.small.count == 0 || $0.small.p50 > 0 })
    #expect(report.answersLost > 0 && report.setsReceived > 0 && report.snapshots > 0)
    // The burst is three times the peak hour, and the night far below both.
    let offered = report.hours.map(\.offeredPerSecond)
    #expect(abs(report.burst.offeredPerSecond / 1_200 - 1) < 0.05)
    #expect(abs((offered.max() ?? 0) / 400 - 1) < 0.2 && offered[2] < 60)
    // What is measured is measured; whether a busy machine holds the rate is not a test's to say.
    #expect(report.burst.committedChanges > 0 && report.burst.serverCPUSeconds > 0)
  }
}
