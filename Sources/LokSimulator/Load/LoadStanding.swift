import LokBooks
import LokDevice
import LokWire

/// Where a load's phone stands in its block: all that it keeps of what comes down.
struct LoadStanding: Sendable {
  var cursor: Cursor
  /// CBOs of which it holds more than the cursor says, since its scope last became another one.
  private var have: [RecordID: Seq] = [:]

  init(at cursor: Cursor) { self.cursor = cursor }

  /// As the engine asks for it.
  var place: SyncEvent {
    .place(cursor, have: have.sorted { $0.key < $1.key }.map { .init(cbo: $0.key, through: $0.value) })
  }

  mutating func take(_ page: DownloadPage, adopting version: UInt32?) {
    if let cbo = page.backfill { have[cbo] = page.last } else { cursor.seq = page.last }
    if let version {
      cursor.scopeVersion = version
      have = [:]
    }
  }

  mutating func take(_ page: SnapshotPage, adopting head: Seq?) {
    for part in page.parts { have[part.cbo] = part.seq }
    if let head { cursor.seq = head }
  }
}
