import Foundation
import LokSimulator
import Testing

/// The byte budget, on meetings as groups hold them, over a server in another process.
@Suite(.enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct ByteRunTests {
  @Test func `every conversation keeps its budget, and nothing new is one round trip`() async throws {
    let folder = try TemporaryFolder()
    let report = try await ByteRun(
      .init(
        directory: try Sample.directoryFile(in: folder), names: Sample.names, seed: 3, groups: 3, meetings: 5,
        executable: try #require(Run.executable), folder: folder.url.path)
    ).run()
    #expect(
      report.rows.map(\.name) == [
        "meeting_up", "acknowledgement", "nothing_new", "meeting_down", "meeting_session", "second_session",
        "first_books", "first_sync", "history",
      ])
    let (books, first, history) = (6, 7, 8)
    #expect(report.rows[books].bytes.median < report.rows[first].bytes.median)
    #expect(report.rows[first].bytes.median < report.rows[history].bytes.median)
    let time = try #require(report.firstSyncOver2G)
    #expect(time.minimum > 1_600 && time.median <= 12_000)
    for row in report.rows {
      #expect(row.bytes.count > 0 && row.bytes.minimum > 0)
      if let budget = row.budget { #expect(row.bytes.median <= budget, "\(row.what): \(row.bytes.median)") }
    }
    #expect(report.rows.first { $0.name == "nothing_new" }?.roundTrips == 1)
  }
}
