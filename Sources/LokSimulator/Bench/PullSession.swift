import LokBooks
import LokDevice
import LokTransport
import LokWire

/// A phone that fetches and keeps nothing: stepped by the same engine as a real one, so that every page is
/// decoded and has to follow the one before it; what it holds is counted.
struct PullSession: LoadSession {
  /// What came, beside what the socket carried.
  struct Tally: Codable, Sendable {
    var sets = 0
    var changes = 0
    /// Of the sets, as they are stored.
    var setBytes = 0
    var snapshots = 0
    var snapshotBytes = 0
  }

  private(set) var tally = Tally()
  private(set) var isDone = false
  private var standing: LoadStanding
  /// Where the phone stands when it is done.
  var cursor: Cursor { standing.cursor }
  var engine: SyncEngine
  private let start: SessionStart
  var block: BlockCode { start.block }
  /// Nil = chains are not recomputed.
  private var chains: [RecordID: [UInt8]]?

  /// - Parameter checksChains: recomputes each CBO's chain and compares it with the server's.
  init(_ phone: PeakPhone, from cursor: Cursor, takesSnapshots: Bool, checksChains: Bool = false) {
    var start = phone.start
    start.cursor = cursor
    start.takesSnapshots = takesSnapshots
    self.start = start
    standing = LoadStanding(at: cursor)
    engine = SyncEngine(start)
    chains = checksChains ? [:] : nil
  }

  mutating func perform(_ action: SyncAction) throws -> SyncEvent? {
    switch action {
    case .remember(_, let epoch): standing.cursor.epoch = epoch
    case .loadChain: return .ownChain(start.outboxChain)
    case .loadOutbox: return .outbox([])
    case .loadPlace: return standing.place
    case .apply(let page, let adopting):
      try take(page)
      standing.take(page, adopting: adopting)
      return .pageApplied(.applied)
    case .loadSnapshots(let only): return .snapshotRequest(SnapshotRequest(only: only))
    case .applySnapshot(let page, let adopting):
      take(page)
      standing.take(page, adopting: adopting)
      return .snapshotApplied(.applied)
    case .finish(.done): isDone = true
    case .finish(let outcome):
      throw SimulationError.loadBrokenOff(block: start.block.rawValue, detail: "\(outcome)")
    // All is down; who keeps no books has none to compare.
    case .loadHeld: isDone = true
    case .send, .goBack, .enterEpoch, .recordSent, .recordStored, .recordCommitted,
      .rememberTaken, .caughtUp, .compareDigests,
      .noteFetchedAnew, .noteRepair:
      break
    // It has none, and its sets are short.
    case .loadBlobWork, .loadBlob, .recordBlob, .refuseBlob, .keepPiece, .loadNamedSet: break
    }
    return nil
  }

  private mutating func take(_ page: DownloadPage) throws {
    for set in page.sets {
      tally.sets += 1
      tally.changes += Int(set.envelope.count)
      tally.setBytes += set.bytes?.count ?? 0
      try chain(set)
    }
    for mark in page.chains {
      if let own = chains?[mark.cbo], !mark.matches(own) {
        throw SimulationError.loadBrokenOff(block: start.block.rawValue, detail: "chain of \(mark.cbo)")
      }
    }
  }

  private mutating func chain(_ set: StoredSet) throws {
    guard chains != nil, let bytes = set.bytes, set.envelope.kind == .set else { return }
    let cbo = try ChangeSet(decoding: bytes).cbo
    let leaf = Leaf.hash(
      block: start.block, envelope: set.envelope, setHash: Hash.sha256(bytes), verdicts: set.verdicts)
    let before = chains?[cbo] ?? CboChain.start
    chains?[cbo] = CboChain.next(after: before, leaf: leaf)
  }

  private mutating func take(_ page: SnapshotPage) {
    for part in page.parts {
      if part.file != nil { tally.snapshots += 1 }
      tally.snapshotBytes += part.bytes.count
    }
  }
}
