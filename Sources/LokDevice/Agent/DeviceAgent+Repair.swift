import LokBooks
import LokShard
import LokText
import LokWire

extension DeviceAgent {
  /// Compares chain and state of every CBO held with the server's, and takes those that differ up once more
  /// as they stand there, in one session. What this phone wrote is not touched; only what differs is fetched.
  ///
  /// - Throws: `CallError`, and what a sync throws. Sync first: what one side has not seen is not compared.
  package func repair(deadline: Duration = .seconds(120)) async throws -> RepairReport {
    try await exclusively {
      let report = try await session(.check, deadline: deadline)
      guard report.outcome == .done, let repair = report.repair else {
        throw CallError(outcome: report.outcome)
      }
      return repair
    }
  }

  /// What a session has mended, for the person to know.
  func noteRepairs(of report: SyncReport) throws {
    for group in report.fetchedAnew + (report.repair?.mended ?? []) {
      try store().note(
        Trouble(.repaired, .key(.fetchedAnew, [.text(group.description)])), at: surroundings.clock())
    }
    for group in report.repair?.left ?? [] {
      let seq = try store().shard.seenSeq(of: group)
      try store().note(.differs(group, at: seq), at: surroundings.clock())
    }
  }
}
