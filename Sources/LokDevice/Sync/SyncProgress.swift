import LokBooks

/// How far a session is, for a bar on a screen. It never runs backwards, not where more turns out to
/// come than was known, and it is at its end only when the session is.
package struct SyncProgress: Hashable, Sendable {
  package struct Count: Hashable, Sendable {
    package var done = 0
    package var of = 0
  }

  /// 0 to 1,000.
  package private(set) var permille = 0
  /// Own sets with a receipt, of those that had none.
  package private(set) var setsUp = Count()
  /// Previews and wholes of groups that are new here.
  package private(set) var snapshots = Count()
  /// Places of the block's journal that have been looked through, of those since the last sync.
  package private(set) var places = Count()
  /// Of the socket, TLS included.
  package var bytesUp = 0
  package var bytesDown = 0

  package init(setsToGo: Int) { setsUp.of = setsToGo }

  mutating func committed(_ sets: Int) {
    setsUp.done += sets
    setsUp.of = max(setsUp.of, setsUp.done)
    step()
  }

  /// - Parameter left: of them, after a page.
  mutating func tookSnapshots(left: Int) {
    snapshots.of = max(snapshots.of, snapshots.done + left + 1)
    snapshots.done = max(snapshots.done, snapshots.of - left)
    step()
  }

  mutating func looked(from cursor: Seq, through seq: Seq, of head: Seq) {
    guard head > cursor, seq >= cursor else { return }
    places.of = max(places.of, Int(clamping: head.rawValue - cursor.rawValue))
    places.done = max(places.done, min(places.of, Int(clamping: seq.rawValue - cursor.rawValue)))
    step()
  }

  mutating func finished() { permille = 1_000 }

  /// A set up is a line's work, a snapshot some kilobytes, a place in the journal mostly nothing.
  private mutating func step() {
    func weigh(_ path: KeyPath<Count, Int>) -> Int {
      setsUp[keyPath: path] * 4 + snapshots[keyPath: path] * 16 + min(places[keyPath: path], 1 << 30)
    }
    let total = weigh(\.of)
    guard total > 0 else { return }
    permille = max(permille, min(999, weigh(\.done) * 1_000 / total))
  }
}
