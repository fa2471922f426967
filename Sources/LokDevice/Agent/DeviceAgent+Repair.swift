package import LokBooks
import LokShard
import LokText
import LokWire

/// What a comparison of all books with the server's has found and mended.
package struct RepairReport: Hashable, Sendable {
  /// CBOs whose books could be compared.
  package var compared = 0
  /// Ascending.
  package var mended: [RecordID] = []
  /// They differ still.
  package var left: [RecordID] = []
}

extension DeviceAgent {
  /// Compares chain and state of every CBO held with the server's, and takes those that differ up once more
  /// as they stand there. What this phone wrote is not touched; only what differs is fetched.
  ///
  /// - Throws: `CallError`, and what a sync throws. Sync first: what one side has not seen is not compared.
  package func repair(deadline: Duration = .seconds(120)) async throws -> RepairReport {
    try await exclusively {
      let before = try await digests(deadline: deadline).filter { $0.isEqual != nil }
      let differing = before.filter { $0.isEqual == false }.map(\.own.cbo).sorted()
      guard !differing.isEmpty else { return RepairReport(compared: before.count) }
      let report = try await session(.repair(differing), deadline: deadline)
      guard report.outcome == .done else { throw CallError(outcome: report.outcome) }
      let after = try await digests(deadline: deadline).filter { differing.contains($0.own.cbo) }
      let left = after.filter { $0.isEqual == false }.map(\.own.cbo).sorted()
      let mended = differing.filter { !left.contains($0) }
      try noteFetchedAnew(mended)
      return RepairReport(compared: before.count, mended: mended, left: left)
    }
  }

  private func noteFetchedAnew(_ groups: [RecordID]) throws {
    for group in groups {
      try store().note(
        Trouble(.repaired, .key(.fetchedAnew, [.text(group.description)])), at: surroundings.clock())
    }
  }

  /// A sync that found other books than the server's goes on with those CBOs taken up anew, each once: what
  /// differs again is shown to a person.
  func mendingSync(deadline: Duration) async throws -> SyncReport {
    var report = try await session(.sync, deadline: deadline)
    var taken: Set<RecordID> = []
    while case .diverged(let divergence) = report.outcome, taken.insert(divergence.cbo).inserted {
      let repair = try await session(.repair([divergence.cbo]), deadline: deadline)
      guard repair.outcome == .done else { return report }
      try noteFetchedAnew([divergence.cbo])
      report.add(repair)
      report.add(try await session(.sync, deadline: deadline))
    }
    return report
  }
}
