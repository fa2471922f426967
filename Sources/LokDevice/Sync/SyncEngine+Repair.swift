import LokBooks
import LokShard
import LokWire

/// Where the comparison of a session stands: digests of all that is held, then of what was fetched anew.
struct CheckProgress: Hashable, Sendable {
  /// Not asked about yet.
  var waiting: [RecordID]
  var call: UInt32?
  var asked: [RecordID] = []
  var compared = 0
  var differing: [RecordID] = []
  /// What differed before it was fetched anew; nil at the first comparison.
  var fetched: [RecordID]?
  /// The budget was spent on it.
  var isCutShort = false
}

/// Books that differ are taken up anew as they stand at the server, each CBO once a session and alone. The
/// outbox is no part of it.
extension SyncEngine {
  /// A page's sets do not lead to the server's chain: it waits until its CBO is here anew.
  mutating func mend(_ divergence: Divergence) -> [SyncAction] {
    guard start.takesSnapshots, goal == .sync || goal == .follow, mended.insert(divergence.cbo).inserted
    else {
      return finish(.diverged(divergence))
    }
    let given = download.call
    download = DownloadProgress()
    mending = divergence.cbo
    return (given.map { [.send(Frame(call: $0, cancel: true))] } ?? []) + [
      .loadSnapshots(only: [divergence.cbo])
    ]
  }

  /// What was fetched anew is here.
  mutating func endMending(_ cbo: RecordID) -> [SyncAction] {
    mending = nil
    return [.noteFetchedAnew(cbo), .loadPlace]
  }

  mutating func beginCheck(_ held: [RecordID]) -> [SyncAction] {
    check = CheckProgress(waiting: held)
    return askDigests()
  }

  private mutating func askDigests() -> [SyncAction] {
    guard var check else { return [] }
    guard !check.waiting.isEmpty else { return compared(check) }
    check.asked = Array(check.waiting.prefix(WireLimits.digestsPerCall))
    check.waiting.removeFirst(check.asked.count)
    let call = openCall()
    check.call = call
    self.check = check
    state = .checking
    let payload = CboDigest.encodeRequest(check.asked)
    return [.send(Frame(call: call, method: .digest, payload: payload, end: true))]
  }

  mutating func digestsReceived(_ frame: Frame) -> [SyncAction] {
    guard let check else { return [] }
    if let status = frame.status, status.code != .ok { return failed(status) }
    guard let payload = frame.payload, let digests = try? CboDigest.decodeReply(payload) else {
      return finish(.violated(.unreadable(.digest)))
    }
    return [.compareDigests(digests, of: check.asked)]
  }

  mutating func digestsCompared(_ differing: [RecordID], count: Int) -> [SyncAction] {
    guard state == .checking, var check else { return [] }
    check.differing += differing
    check.compared += count
    self.check = check
    return askDigests()
  }

  private mutating func compared(_ check: CheckProgress) -> [SyncAction] {
    if check.fetched == nil, !check.differing.isEmpty {
      state = .downloading
      return [.loadSnapshots(only: check.differing)]
    }
    self.check = nil
    let fetched = check.fetched ?? []
    var report = RepairReport(
      compared: check.compared, mended: fetched.filter { !check.differing.contains($0) })
    guard !check.isCutShort || check.differing.isEmpty else {
      report.waiting = check.differing
      return [.noteRepair(report)] + finish(.budgetSpent(HeldBack()))
    }
    report.left = check.differing
    return [.noteRepair(report)] + complete()
  }

  /// The CBOs that differed are here anew, or as many of them as the budget let come: they are compared once
  /// more.
  mutating func checkAgain(_ check: CheckProgress, isCutShort: Bool = false) -> [SyncAction] {
    self.check = CheckProgress(
      waiting: check.differing, compared: check.compared - check.differing.count, fetched: check.differing,
      isCutShort: isCutShort)
    return askDigests()
  }
}
