package import LokBooks
import LokWire

/// A server whose data was put back to an older copy. Where its operator has said so, its shard is in another
/// epoch: this phone goes back to where the two histories part, and its later sets go up again as they are.
/// Where nobody has, a phone that is further on than the server, or has sent it more sets than it has, says
/// so before it changes anything. Any other takes the books as they stand: what others wrote comes again.
extension SyncEngine {
  /// The server lacks what it has told or confirmed, and takes itself for the same as before.
  func isPutBack(_ terms: SessionTerms) -> Bool {
    terms.head < start.cursor.seq || terms.nextDeviceSeq < start.firstUnstored
  }

  var putBack: SyncOutcome { .putBack(server: start.server, block: start.block) }

  /// What comes before the two chains are compared.
  mutating func comparingAction(_ terms: SessionTerms) -> [SyncAction] {
    guard isRestored else { return [.loadChain(before: terms.nextDeviceSeq)] }
    switch goal {
    case .sync, .follow: return [.goBack(to: terms.fork ?? .zero, before: terms.nextDeviceSeq)]
    // A sync comes first.
    case .ask, .history: return finish(.later(milliseconds: nil, nil))
    }
  }

  mutating func wentBack(to place: ForkPlace) -> [SyncAction] {
    guard case .comparing(let terms) = state else { return [] }
    start.cursor = place.cursor
    start.firstUnproven = min(start.firstUnproven, place.firstUnproven)
    start.firstUnstored = min(start.firstUnstored, terms.nextDeviceSeq)
    start.takenScope = nil
    lost = place.lost
    return [.loadChain(before: terms.nextDeviceSeq)]
  }

  /// What was written before is up: from now on this phone writes in the new epoch.
  mutating func beginNewEpoch() -> [SyncAction] {
    guard isRestored else { return beginDownload() }
    // Sets that have not gone up are of the old epoch: the next session has to say so too.
    if let uploadOutcome, case .later = uploadOutcome { return finish(uploadOutcome) }
    isRestored = false
    let lost = start.takesSnapshots ? lost : []
    guard !lost.isEmpty else { return [.enterEpoch] + beginDownload() }
    state = .downloading
    return [.enterEpoch, .loadSnapshots(only: lost)]
  }
}

/// Where a phone stands when it has gone back to the end of an older epoch.
package struct ForkPlace: Hashable, Sendable {
  package var cursor: Cursor
  /// The first own set that has to be sent, or asked about, again.
  package var firstUnproven: DeviceSeq
  /// CBOs that were held beyond it, and are not held any more.
  package var lost: [RecordID]
  /// Own sets that go up again.
  package var setsToGo: Int
}
