import LokBooks
import LokDevice
import LokWire

/// A whole sync, up and down, of a phone that keeps in memory what it needs: stepped by the same engine as a
/// real one, every receipt verified, every page made to follow the one before it.
struct DaySession {
  enum Ending: Hashable, Sendable {
    case done
    /// The server asks to come again after so many milliseconds.
    case busy(UInt32?)
    /// The link is gone before the server's word for what was sent.
    case lost
  }

  /// What came of one session's own sets.
  struct Committed: Sendable {
    var at: ContinuousClock.Instant
    var changes: Int
    /// Between the server's two words for it.
    var sinceStored: Duration?
  }

  private(set) var phone: DayPhone
  private(set) var ending: Ending?
  private(set) var committed: [Committed] = []
  private(set) var setsReceived = 0
  private(set) var snapshots = 0
  private var engine: SyncEngine
  private let hasNothing: Bool
  private let losesAnswer: Bool
  private var cursor: Cursor
  private var have: [RecordID: Seq]
  private var stored: [(before: DeviceSeq, at: ContinuousClock.Instant)] = []
  private var sentAll = false

  /// - Parameters:
  ///   - hasNothing: begins with no books, and takes snapshots.
  ///   - losesAnswer: ends when its sets are sent.
  init(_ phone: DayPhone, firstCall: UInt32 = 1, hasNothing: Bool = false, losesAnswer: Bool = false) {
    self.phone = phone
    self.hasNothing = hasNothing
    self.losesAnswer = losesAnswer
    let start = phone.start(hasNothing: hasNothing)
    cursor = start.cursor
    have = hasNothing ? [:] : phone.have
    engine = SyncEngine(start, firstCall: firstCall)
  }

  var nextCall: UInt32 { engine.nextCall }

  /// - Throws: `SimulationError` for any end that is no sync's, and what the connection throws.
  mutating func run(over link: any FrameLink) async throws {
    link.takeFrames(upTo: WireLimits.frameBytesMaximum)
    var outgoing = try step(.connected)
    while ending == nil {
      if !outgoing.isEmpty { link.send(outgoing) }
      if losesAnswer, sentAll { ending = .lost }
      guard ending == nil else { break }
      outgoing = []
      guard let frames = try await link.receive() else {
        throw SimulationError.loadBrokenOff(block: phone.phone.block.rawValue, detail: "closed")
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
    case .remember(let nonce, let epoch):
      phone.phone.nonce = nonce
      phone.phone.epoch = epoch
      cursor.epoch = epoch
    case .loadChain(let next): return .ownChain(phone.phone.chain(before: next))
    case .loadOutbox(let first, let sets, let bytes):
      return .outbox(phone.phone.outbox(from: first, sets: sets, bytes: bytes))
    case .recordSent(let sets): sentAll = sets.last?.next == phone.phone.next
    case .recordStored(let next): stored.append((next, .now))
    case .recordCommitted(let receipt): try keep(receipt)
    case .loadPlace:
      return .place(
        cursor, have: have.sorted { $0.key < $1.key }.map { .init(cbo: $0.key, through: $0.value) })
    case .apply(let page, let adopting):
      take(page, adopting: adopting)
      return .pageApplied(.applied)
    case .loadSnapshots(let only): return .snapshotRequest(SnapshotRequest(only: only))
    case .applySnapshot(let page, let adopting):
      for part in page.parts {
        if part.file != nil { snapshots += 1 }
        have[part.cbo] = part.seq
      }
      if let adopting { cursor.seq = adopting }
      return .snapshotApplied(.applied)
    case .finish(let outcome): try finish(outcome)
    // All is down; who keeps no books has none to compare.
    case .loadHeld: try finish(.done)
    case .send, .rememberTaken, .caughtUp, .compareDigests, .noteFetchedAnew, .noteRepair: break
    // It has none, and its sets are short.
    case .loadBlobWork, .loadBlob, .recordBlob, .refuseBlob, .keepPiece, .loadNamedSet: break
    }
    return nil
  }

  private mutating func finish(_ outcome: SyncOutcome) throws {
    switch outcome {
    case .done: ending = .done
    case .later(let milliseconds, _): ending = .busy(milliseconds)
    default:
      throw SimulationError.loadBrokenOff(block: phone.phone.block.rawValue, detail: "\(outcome)")
    }
    // Who begins with nothing does so again the next time.
    guard !hasNothing else { return }
    phone.cursor = cursor
    phone.have = have
  }

  private mutating func keep(_ receipt: Receipt) throws {
    let before = phone.phone.provenChanges
    try phone.phone.keep(receipt)
    let now = ContinuousClock.now
    let place = receipt.entries.last.map(\.committed.firstDeviceSeq)
    let word = place.flatMap { first in stored.first { $0.before > first } }
    committed.append(
      Committed(at: now, changes: phone.phone.provenChanges - before, sinceStored: word.map { now - $0.at }))
  }

  private mutating func take(_ page: DownloadPage, adopting: UInt32?) {
    setsReceived += page.sets.count
    if let cbo = page.backfill { have[cbo] = page.last } else { cursor.seq = page.last }
    if let adopting {
      cursor.scopeVersion = adopting
      have = [:]
    }
  }
}
