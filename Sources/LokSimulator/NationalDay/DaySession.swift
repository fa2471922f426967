import LokBooks
import LokDevice
import LokWire

/// A whole sync, up and down, of a phone that keeps in memory what it needs: stepped by the same engine as a
/// real one, every receipt verified, every page made to follow the one before it.
struct DaySession: LoadSession {
  enum Ending: Hashable, Sendable {
    case done
    /// The server asks to come again after so many milliseconds.
    case busy(UInt32?)
    /// The link is gone before the server's word for what was sent, as the plan has it.
    case lost
    /// The connection ended, or took too long.
    case broken
  }

  /// What came of one session's own sets.
  struct Committed: Sendable {
    var at: ContinuousClock.Instant
    var changes: Int
    /// Between the server's two words for it.
    var sinceStored: Duration?
  }

  private(set) var phone: DayPhone
  private(set) var committed: [Committed] = []
  private(set) var setsReceived = 0
  private(set) var snapshots = 0
  var engine: SyncEngine
  private let hasNothing: Bool
  private let losesAnswer: Bool
  private var standing: LoadStanding
  private var stored: [(before: DeviceSeq, at: ContinuousClock.Instant)] = []
  private var sentAll = false
  /// As the engine has it.
  private var finished: Ending?

  /// - Parameters:
  ///   - hasNothing: begins with no books, and takes snapshots.
  ///   - losesAnswer: ends when its sets are sent.
  init(_ phone: DayPhone, firstCall: UInt32 = 1, hasNothing: Bool = false, losesAnswer: Bool = false) {
    self.phone = phone
    self.hasNothing = hasNothing
    self.losesAnswer = losesAnswer
    standing = hasNothing ? LoadStanding(at: Cursor(epoch: phone.phone.epoch)) : phone.standing
    engine = SyncEngine(phone.start(at: standing, hasNothing: hasNothing), firstCall: firstCall)
  }

  var block: BlockCode { phone.phone.block }
  /// Nil = it goes on.
  var ending: Ending? { finished ?? (losesAnswer && sentAll ? .lost : nil) }
  var isDone: Bool { ending != nil }

  mutating func perform(_ action: SyncAction) throws -> SyncEvent? {
    switch action {
    case .remember(let nonce, let epoch):
      phone.phone.nonce = nonce
      phone.phone.epoch = epoch
      standing.cursor.epoch = epoch
    case .loadChain(let next): return .ownChain(phone.phone.chain(before: next))
    case .loadOutbox(let first, let sets, let bytes):
      return .outbox(phone.phone.outbox(from: first, sets: sets, bytes: bytes))
    case .recordSent(let sets): sentAll = sets.last?.next == phone.phone.next
    case .recordStored(let next): stored.append((next, .now))
    case .recordCommitted(let receipt): try keep(receipt)
    case .loadPlace: return standing.place
    case .apply(let page, let adopting):
      setsReceived += page.sets.count
      standing.take(page, adopting: adopting)
      return .pageApplied(.applied)
    case .loadSnapshots(let only): return .snapshotRequest(SnapshotRequest(only: only))
    case .applySnapshot(let page, let adopting):
      snapshots += page.parts.count { $0.file != nil }
      standing.take(page, adopting: adopting)
      return .snapshotApplied(.applied)
    case .finish(let outcome): try finish(outcome)
    // All is down; who keeps no books has none to compare.
    case .loadHeld: try finish(.done)
    case .send, .goBack, .enterEpoch, .rememberTaken, .caughtUp, .compareDigests,
      .noteFetchedAnew, .noteRepair:
      break
    // It has none, and its sets are short.
    case .loadBlobWork, .loadBlob, .recordBlob, .refuseBlob, .keepPiece, .loadNamedSet: break
    }
    return nil
  }

  private mutating func finish(_ outcome: SyncOutcome) throws {
    switch outcome {
    case .done: finished = .done
    case .later(let milliseconds, _): finished = .busy(milliseconds)
    default:
      throw SimulationError.loadBrokenOff(block: phone.phone.block.rawValue, detail: "\(outcome)")
    }
    // Who begins with nothing does so again the next time.
    if !hasNothing { phone.standing = standing }
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
}
