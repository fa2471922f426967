import LokBooks
import LokDevice
import LokTransport
import LokWire

/// A phone that fetches and keeps nothing: stepped by the same engine as a real one, so that every page is
/// decoded and has to follow the one before it; what it holds is counted.
struct PullSession {
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
  /// Where the phone stands when it is done.
  private(set) var cursor: Cursor
  private var engine: SyncEngine
  private let start: SessionStart
  private var have: [RecordID: Seq] = [:]
  /// Nil = chains are not recomputed.
  private var chains: [RecordID: [UInt8]]?

  /// - Parameter checksChains: recomputes each CBO's chain and compares it with the server's.
  init(_ phone: PeakPhone, from cursor: Cursor, takesSnapshots: Bool, checksChains: Bool = false) {
    var start = phone.start
    start.cursor = cursor
    start.takesSnapshots = takesSnapshots
    self.start = start
    self.cursor = cursor
    engine = SyncEngine(start)
    chains = checksChains ? [:] : nil
  }

  mutating func run(over link: any FrameLink) async throws {
    link.takeFrames(upTo: WireLimits.frameBytesMaximum)
    var outgoing = try step(.connected)
    while !isDone {
      if !outgoing.isEmpty { link.send(outgoing) }
      outgoing = []
      guard let frames = try await link.receive() else {
        throw SimulationError.loadBrokenOff(block: start.block.rawValue, detail: "closed")
      }
      for frame in frames { outgoing += try step(.frame(try Frame(decoding: frame))) }
    }
  }

  private mutating func step(_ event: SyncEvent) throws -> [[UInt8]] {
    var outgoing: [[UInt8]] = []
    var waiting = engine.event(event)
    while !waiting.isEmpty {
      let action = waiting.removeFirst()
      if case .send(let frame) = action {
        outgoing.append(frame.encoded(compressing: .fast))
      } else if let answer = try perform(action) {
        waiting += engine.event(answer)
      }
    }
    return outgoing
  }

  private mutating func perform(_ action: SyncAction) throws -> SyncEvent? {
    switch action {
    case .remember(_, let epoch): cursor.epoch = epoch
    case .loadChain: return .ownChain(start.outboxChain)
    case .loadOutbox: return .outbox([])
    case .loadPlace:
      return .place(
        cursor, have: have.sorted { $0.key < $1.key }.map { .init(cbo: $0.key, through: $0.value) })
    case .apply(let page, let adopting):
      try take(page)
      if page.backfill == nil { cursor.seq = page.last }
      if let adopting { cursor.scopeVersion = adopting }
      return .pageApplied(.applied)
    case .loadSnapshots(let only): return .snapshotRequest(SnapshotRequest(only: only))
    case .applySnapshot(let page, let adopting):
      take(page)
      if let adopting { cursor.seq = adopting }
      return .snapshotApplied(.applied)
    case .finish(.done): isDone = true
    case .finish(let outcome):
      throw SimulationError.loadBrokenOff(block: start.block.rawValue, detail: "\(outcome)")
    // All is down; who keeps no books has none to compare.
    case .loadHeld: isDone = true
    case .send, .recordSent, .recordStored, .recordCommitted, .rememberTaken, .caughtUp, .compareDigests,
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
      have[part.cbo] = part.seq
    }
  }
}
