import LokBooks
import LokShard
import LokText
import LokWire

extension DeviceStore {
  /// What a session has mended, or could not, for the person to know.
  func noteRepairs(of report: SyncReport, at now: Timestamp) throws {
    for group in report.mended {
      try note(Trouble(.repaired, .key(.fetchedAnew, [.text(group.description)])), at: now)
    }
    for group in report.repair?.left ?? [] {
      try note(.differs(group, at: try shard.seenSeq(of: group)), at: now)
    }
  }
}
