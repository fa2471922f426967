import LokBooks
import LokShard
import LokText
import LokWire

extension DeviceAgent {
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
