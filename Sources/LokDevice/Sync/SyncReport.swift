package import LokBooks
package import LokWire

/// What a session did.
package struct SyncReport: Sendable {
  package var outcome = SyncOutcome.brokenOff
  package var setsSent = 0
  package var changesSent = 0
  package var setsCommitted = 0
  package var setsReceived = 0
  package var pages = 0
  /// Hellos that were answered.
  package var sessions = 0
  /// Frames with their lengths, by call; TLS not included.
  package var calls = CallTraffic()
  /// What the last session found its link to be like.
  package var link = LinkSample()
  /// Whole ones.
  package var blobsSent = 0
  package var blobsReceived = 0
  /// Frames of files going up, which a budget counts too: what was typed it does not.
  package var fileBytesUp = 0
  /// Files that were asked for and are spared, since bytes are dear on this link.
  package var filesSpared = 0
  /// Socket bytes, TLS included, TCP/IP not.
  package var bytesUp = 0
  package var bytesDown = 0
  /// From handing a set to the connection to the server's word.
  package var storedLatencies: [Duration] = []
  package var committedLatencies: [Duration] = []
  /// Sets written again under a new number on the way.
  package var setsRewritten = 0
  package var reenrolments = 0
  /// CBOs whose sets did not lead to the server's chains and that are here anew.
  package var fetchedAnew: [RecordID] = []
  /// CBOs whose books were not what their own sets make, and were made anew from these.
  package var madeAnew: [RecordID] = []
  /// Own sets that the server had and lacks since it was put back.
  package var setsSentAgain = 0
  /// Of a session that compared all books.
  package var repair: RepairReport?

  package init() {}

  /// CBOs that came anew from the server, whatever showed that they differed.
  package var refetched: [RecordID] { fetchedAnew + (repair?.mended ?? []) }
  /// The same, and those that this phone has mended alone.
  package var mended: [RecordID] { refetched + madeAnew }

  /// What was spent of a budget.
  package var budgetedBytes: Int { calls.budgetedBytesDown + fileBytesUp }

  /// What a later session may cost of a budget for all of them. Never nothing: each brings its smallest page.
  func left(of budget: UInt32?) -> UInt32? {
    budget.map { UInt32(clamping: max(1, Int($0) - budgetedBytes)) }
  }

  /// The sum of two sessions, with the later outcome.
  package mutating func add(_ later: SyncReport) {
    outcome = later.outcome
    setsSent += later.setsSent
    changesSent += later.changesSent
    setsCommitted += later.setsCommitted
    setsReceived += later.setsReceived
    pages += later.pages
    sessions += later.sessions
    calls.add(later.calls)
    if later.link != LinkSample() { link = later.link }
    blobsSent += later.blobsSent
    blobsReceived += later.blobsReceived
    fileBytesUp += later.fileBytesUp
    filesSpared = later.filesSpared
    bytesUp += later.bytesUp
    bytesDown += later.bytesDown
    storedLatencies += later.storedLatencies
    committedLatencies += later.committedLatencies
    setsRewritten += later.setsRewritten
    reenrolments += later.reenrolments
    fetchedAnew += later.fetchedAnew
    madeAnew += later.madeAnew
    setsSentAgain += later.setsSentAgain
    repair = later.repair ?? repair
  }
}

/// What a comparison of all books with the server's has found and mended.
package struct RepairReport: Hashable, Sendable {
  /// CBOs whose books could be compared.
  package var compared = 0
  /// Ascending.
  package var mended: [RecordID] = []
  /// They differ still.
  package var left: [RecordID] = []
  /// They differ, and were not fetched whole within the budget: the next sync goes on with them.
  package var waiting: [RecordID] = []
}

/// Times the way of each set of one session; readings of any monotonic clock.
struct SetTimer {
  private var sent: [(set: OutboxSet, at: ContinuousClock.Instant, isStored: Bool)] = []

  mutating func sent(_ sets: [OutboxSet], at now: ContinuousClock.Instant) {
    sent += sets.map { ($0, now, false) }
  }

  mutating func stored(before bound: DeviceSeq, at now: ContinuousClock.Instant) -> [Duration] {
    var latencies: [Duration] = []
    for index in sent.indices where !sent[index].isStored && sent[index].set.next <= bound {
      sent[index].isStored = true
      latencies.append(sent[index].at.duration(to: now))
    }
    return latencies
  }

  mutating func committed(
    _ numbers: [DeviceSeq], at now: ContinuousClock.Instant
  ) -> (stored: [Duration], committed: [Duration]) {
    var stored: [Duration] = []
    var committed: [Duration] = []
    for number in numbers {
      guard let index = sent.firstIndex(where: { $0.set.firstDeviceSeq == number }) else { continue }
      let latency = sent[index].at.duration(to: now)
      if !sent[index].isStored { stored.append(latency) }
      committed.append(latency)
      sent.remove(at: index)
    }
    return (stored, committed)
  }
}
