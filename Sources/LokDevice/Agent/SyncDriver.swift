import LokBooks
import LokWire

/// Steps one session's engine over a link and a store. Everything of the store runs on the caller's
/// thread; only receiving waits elsewhere.
struct SyncDriver {
  let store: DeviceStore
  let link: any FrameLink
  private var engine: SyncEngine
  private var timer = SetTimer()
  private(set) var report = SyncReport()
  private var waiting: [SyncAction] = []
  private var outgoing: [[UInt8]] = []

  init(store: DeviceStore, link: any FrameLink, start: SessionStart, goal: SyncEngine.Goal = .sync) {
    self.store = store
    self.link = link
    engine = SyncEngine(start, goal: goal)
  }

  /// - Throws: what the store or the connection throws; acknowledgements until then are kept.
  mutating func run(isolation: isolated (any Actor)? = #isolation) async throws -> SyncReport {
    link.takeFrames(upTo: Int(engine.start.maximumFrameBytes))
    try step(.connected)
    while !engine.isFinished {
      guard let frames = try await link.receive() else {
        try step(.closed)
        break
      }
      for bytes in frames {
        let frame = try? Frame(decoding: bytes)
        try step(frame.map { .frame($0) } ?? .closed)
      }
    }
    report.bytesUp = link.bytesUp
    report.bytesDown = link.bytesDown
    return report
  }

  /// One event and all that follows from it; then what is to be sent goes out at once.
  private mutating func step(_ event: SyncEvent) throws {
    waiting += engine.event(event)
    while !waiting.isEmpty {
      if let answer = try perform(waiting.removeFirst()) { waiting += engine.event(answer) }
    }
    guard !outgoing.isEmpty else { return }
    link.send(outgoing)
    outgoing.removeAll()
  }

  private mutating func perform(_ action: SyncAction) throws -> SyncEvent? {
    switch action {
    case .send(let frame): outgoing.append(frame.encoded(compressing: .small))
    case .remember(let nonce, let epoch): try store.remember(nonce: nonce, epoch: epoch)
    case .loadChain(let next): return .ownChain(try store.chain(before: next))
    case .loadOutbox(let first, let sets, let bytes):
      return .outbox(try store.outbox(from: first, sets: sets, bytes: bytes))
    case .recordSent(let sets): try recordSent(sets)
    case .recordStored(let bound):
      try store.recordStored(before: bound)
      report.storedLatencies += timer.stored(before: bound, at: .now)
    case .recordCommitted(let receipt): try commit(receipt)
    case .loadPlace:
      let place = try store.place()
      return .place(place.cursor, have: place.have)
    case .apply(let page, let version): return .pageApplied(try apply(page, adopting: version))
    case .finish(let outcome): report.outcome = outcome
    }
    return nil
  }

  private mutating func recordSent(_ sets: [OutboxSet]) throws {
    try store.recordSent(sets)
    timer.sent(sets, at: .now)
    report.setsSent += sets.count
    report.changesSent += sets.reduce(0) { $0 + Int($1.count) }
  }

  private mutating func commit(_ receipt: Receipt) throws {
    try store.recordCommitted(receipt)
    let latencies = timer.committed(receipt.entries.map(\.committed.firstDeviceSeq), at: .now)
    report.setsCommitted += receipt.entries.count
    report.storedLatencies += latencies.stored
    report.committedLatencies += latencies.committed
  }

  private mutating func apply(_ page: DownloadPage, adopting version: UInt32?) throws -> PageResult {
    report.pages += 1
    report.setsReceived += page.sets.count
    return try store.apply(page, adopting: version)
  }
}
