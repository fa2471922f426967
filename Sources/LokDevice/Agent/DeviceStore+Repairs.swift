import LokBooks
import LokShard
import LokText
import LokWire

extension DeviceStore {
  /// What a session has mended, or could not, for the person to know.
  func noteRepairs(of report: SyncReport, at now: Timestamp) throws {
    for repair in report.repairs { try note(repair, at: now) }
    for group in report.repair?.left ?? [] {
      try note(.differs(group, at: try shard.seenSeq(of: group)), at: now)
    }
  }
}

extension SyncReport {
  /// What was mended, for the whole phone and group by group, in words that any language can be made of.
  package var repairs: [Trouble] {
    (setsSentAgain > 0 ? [Trouble(.repaired, .key(.wentBack, [.number(setsSentAgain)]))] : [])
      + refetched.map { Trouble(.repaired, .key(.fetchedAnew, [.text($0.description)])) }
      + madeAnew.map { Trouble(.repaired, .key(.madeAnew, [.text($0.description)])) }
  }
}
