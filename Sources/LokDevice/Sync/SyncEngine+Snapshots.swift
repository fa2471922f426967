import LokBooks
import LokWire

/// Where the snapshots of a session stand.
struct SnapshotProgress: Hashable, Sendable {
  var call: UInt32
  /// The block's last seq before the first of them was read.
  var head: Seq?
  /// Pages handed to the store and not answered yet.
  var applying = 0
  var isComplete = false
}

/// Before the download of a phone whose scope has grown: what is new to it, as it stands.
extension SyncEngine {
  mutating func askSnapshots(_ request: SnapshotRequest) -> [SyncAction] {
    guard state == .downloading, snapshots == nil else { return [] }
    let call = openCall()
    snapshots = SnapshotProgress(call: call)
    return [.send(Frame(call: call, method: .snapshot, payload: request.encoded(), end: true))]
  }

  /// They are of CBOs that are here already, and differ.
  private var isRepair: Bool { mending != nil || check != nil }

  /// Not all of it has come. The download tells how much is left of what is new; the next session asks for
  /// the rest, and goes on where a file was.
  private mutating func cutShort() -> [SyncAction] {
    snapshots = nil
    if let check { return checkAgain(check, isCutShort: true) }
    if mending == nil { hasSnapshots = true }
    mending = nil
    return [.loadPlace]
  }

  mutating func snapshotReceived(_ frame: Frame, _ progress: SnapshotProgress) -> [SyncAction] {
    if let status = frame.status, status.code != .ok {
      // An older server: everything comes with the download, as history.
      if status.code == .unimplemented, progress.head == nil { return endSnapshots() }
      if status.reason == .budgetSpent { return cutShort() }
      let outcome = Self.outcome(of: status)
      return finish(outcome == .revoked ? outcome : uploadOutcome ?? outcome)
    }
    guard let payload = frame.payload, let page = try? SnapshotPage(decoding: payload, keys: frame.keys),
      !progress.isComplete, page.isLast == frame.end
    else { return finish(.violated(.unreadable(.snapshot))) }
    var progress = progress
    progress.head = progress.head ?? page.head
    progress.applying += 1
    progress.isComplete = page.isLast
    snapshots = progress
    return [.applySnapshot(page, adopting: page.isLast && !isRepair ? progress.head : nil)]
  }

  mutating func snapshotApplied(_ result: SnapshotResult) -> [SyncAction] {
    guard state == .downloading, var progress = snapshots, progress.applying > 0 else { return [] }
    if case .refused(let cbo) = result { return finish(.violated(.snapshotDiffers(cbo))) }
    progress.applying -= 1
    snapshots = progress
    return progress.isComplete && progress.applying == 0 ? endSnapshots() : []
  }

  private mutating func endSnapshots() -> [SyncAction] {
    snapshots = nil
    if let mending { return endMending(mending) }
    if let check { return checkAgain(check) }
    if !lost.isEmpty {
      lost = []
      return beginDownload()
    }
    hasSnapshots = true
    return [.rememberTaken(scope: serverScope), .loadPlace]
  }
}
