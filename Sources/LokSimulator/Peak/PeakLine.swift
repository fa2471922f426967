import LokBooks
import LokDevice
import LokTransport
import LokWire

/// One connection of a peak run: its phones' sessions, one after the other, each stepped by the same engine
/// as a real phone's, until every set has a receipt.
struct PeakLine: Sendable {
  /// What one phone's session measured.
  struct Outcome: Sendable {
    /// From the frame that carried a set until its receipt was verified, in microseconds.
    var committed: [UInt32] = []
    /// Sessions that the server ended early, being busy.
    var busy = 0
    /// What a write and fsync of the same bytes took between the sets, in microseconds.
    var probed: [UInt32] = []
  }
  /// What a phone waits then; the server would have it wait longer, but its next session begins anew anyway.
  private static let pause: Duration = .milliseconds(100)

  /// One set, and the next when its receipt is there: what a person waits for.
  let isOneByOne: Bool
  /// Asked before each set that goes alone.
  var probe: FsyncProbe?

  /// - Parameter call: the number of the connection's next call.
  func run(_ phones: inout [PeakPhone], over link: any FrameLink, from call: inout UInt32) async throws
    -> Outcome
  {
    var outcome = Outcome()
    for index in phones.indices {
      while !phones[index].isProven {
        var session = PeakSession(phones[index], firstCall: call, isOneByOne: isOneByOne, probe: probe)
        try await session.run(over: link)
        call = session.nextCall
        outcome.committed += session.latencies
        outcome.probed += session.probed
        phones[index] = session.phone
        guard !session.phone.isProven else { break }
        outcome.busy += 1
        try await Task.sleep(for: Self.pause)
      }
    }
    return outcome
  }
}

/// A phone's session over the sets that it holds in memory. Ends where its upload does: nothing is fetched.
struct PeakSession: LoadSession {
  private(set) var phone: PeakPhone
  private(set) var isDone = false
  private(set) var latencies: [UInt32] = []
  private(set) var probed: [UInt32] = []
  var engine: SyncEngine
  private var sent: [DeviceSeq: ContinuousClock.Instant] = [:]
  private let isOneByOne: Bool
  private let probe: FsyncProbe?
  /// What the engine asked for while a set was on its way.
  private var postponed: SyncAction?

  init(_ phone: PeakPhone, firstCall: UInt32, isOneByOne: Bool, probe: FsyncProbe? = nil) {
    self.phone = phone
    self.probe = probe
    self.isOneByOne = isOneByOne
    engine = SyncEngine(phone.start, firstCall: firstCall)
    latencies.reserveCapacity(phone.sets.count)
  }

  var block: BlockCode { phone.block }

  mutating func nextPostponed() -> SyncAction? {
    guard sent.isEmpty, let postponed else { return nil }
    self.postponed = nil
    return postponed
  }

  mutating func perform(_ action: SyncAction) throws -> SyncEvent? {
    switch action {
    case .remember(let nonce, let epoch):
      phone.nonce = nonce
      phone.epoch = epoch
    case .loadChain(let next): return .ownChain(phone.chain(before: next))
    case .loadOutbox(let first, let sets, let bytes):
      guard isOneByOne else { return .outbox(phone.outbox(from: first, sets: sets, bytes: bytes)) }
      guard sent.isEmpty else {
        postponed = action
        return nil
      }
      let next = phone.outbox(from: first, sets: 1, bytes: bytes)
      // The server has nothing to do now: what a set costs is compared with the disk of the same moment.
      if let set = next.first, let took = probe?.microseconds(of: set.bytes) { probed.append(took) }
      return .outbox(next)
    case .recordSent(let sets):
      let now = ContinuousClock.now
      for set in sets { sent[set.firstDeviceSeq] = now }
    case .recordCommitted(let receipt): try keep(receipt)
    // All is up; what others wrote is not this load's to fetch.
    case .loadPlace: isDone = true
    case .finish(let outcome):
      throw SimulationError.loadBrokenOff(block: phone.block.rawValue, detail: "\(outcome)")
    case .send, .goBack, .enterEpoch, .recordStored, .apply, .loadSnapshots, .applySnapshot,
      .loadHeld,
      .compareDigests, .noteFetchedAnew, .noteRepair, .rememberTaken, .caughtUp:
      break
    case .loadBlobWork, .loadBlob, .recordBlob, .refuseBlob, .keepPiece, .loadNamedSet: break
    }
    return nil
  }

  private mutating func keep(_ receipt: Receipt) throws {
    try phone.keep(receipt)
    let now = ContinuousClock.now
    for entry in receipt.entries {
      guard let since = sent.removeValue(forKey: entry.committed.firstDeviceSeq) else { continue }
      let (seconds, attoseconds) = (now - since).components
      latencies.append(UInt32(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
    }
  }
}
