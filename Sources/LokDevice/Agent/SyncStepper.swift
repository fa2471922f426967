package import LokBooks
import LokShard
import LokWire

/// A session's engine with the store it works on: events in, frames out, nothing that waits. Sockets step
/// it in production, a link of which every byte is counted in the simulator and in tests.
package struct SyncStepper {
  package let store: DeviceStore
  private var engine: SyncEngine
  private var timer = SetTimer()
  private var meter = TrafficMeter()
  private var linkMeter = LinkMeter()
  /// A monotonic clock's reading.
  private let clock: () -> Duration
  private static let origin = ContinuousClock.now
  /// Socket bytes are the caller's to add.
  package internal(set) var report = SyncReport()
  package private(set) var progress: SyncProgress

  /// Of a `.follow`: how often all there was had come down.
  package private(set) var timesCaughtUp = 0

  /// - Parameter firstCall: where the connection has had calls before, one beyond them; odd.
  package init(
    _ store: DeviceStore, _ start: SessionStart, goal: SyncEngine.Goal = .sync, firstCall: UInt32 = 1,
    clock: (() -> Duration)? = nil
  ) {
    self.clock = clock ?? { ContinuousClock.now - Self.origin }
    self.store = store
    progress = SyncProgress(setsToGo: start.setsToGo)
    engine = SyncEngine(start, goal: goal, firstCall: firstCall)
  }

  /// The number of the next call on this connection.
  package var nextCall: UInt32 { engine.nextCall }
  /// The last number that this session may send.
  package var outboxLast: DeviceSeq { engine.start.outboxLast }

  package var isFinished: Bool { engine.isFinished }
  var goal: SyncEngine.Goal { engine.goal }
  /// Of a session that is finished.
  var outcome: SyncOutcome { report.outcome }
  /// Of a `.follow`: nothing is owed by either side.
  package var isQuiet: Bool { engine.isQuiet }
  /// What this phone takes in one frame.
  package var maximumFrameBytes: Int { Int(engine.start.maximumFrameBytes) }

  /// What was done since it was taken last.
  package mutating func takeReport() -> SyncReport {
    defer {
      let outcome = report.outcome
      report = SyncReport()
      report.outcome = outcome
    }
    return report
  }

  /// One event and all that follows from it.
  ///
  /// - Returns: the frames that go out now, encoded.
  /// - Throws: what the store throws; acknowledgements until then are kept.
  package mutating func step(_ event: SyncEvent) throws -> [[UInt8]] {
    var outgoing: [[UInt8]] = []
    var waiting = engine.event(event)
    while !waiting.isEmpty {
      if let answer = try perform(waiting.removeFirst(), &outgoing) { waiting += engine.event(answer) }
    }
    return outgoing
  }

  /// A frame as it came; one that cannot be read ends the session.
  package mutating func step(received bytes: [UInt8]) throws -> [[UInt8]] {
    guard let frame = try? Frame(decoding: bytes) else {
      report.calls.add(.init(bytesDown: bytes.count + TrafficMeter.lengthBytes), to: nil)
      return try step(.closed)
    }
    let method = meter.count(frame, bytes: bytes.count, .down, in: &report.calls)
    linkMeter.received(method, bytes: bytes.count, at: clock())
    report.link = linkMeter.sample
    return try step(.frame(frame))
  }

  private mutating func perform(_ action: SyncAction, _ outgoing: inout [[UInt8]]) throws -> SyncEvent? {
    switch action {
    case .send(let frame):
      let bytes = frame.encoded(compressing: .small)
      let method = meter.count(frame, bytes: bytes.count, .up, in: &report.calls)
      if method == .putBlob, engine.isMovingFile {
        report.fileBytesUp += bytes.count + TrafficMeter.lengthBytes
      }
      linkMeter.sent(frame, method, at: clock())
      outgoing.append(bytes)
    case .remember(let nonce, let epoch):
      report.sessions += 1
      try store.remember(nonce: nonce, epoch: epoch)
    case .loadChain(let next): return .ownChain(try store.chain(before: next))
    case .goBack(let fork, let next):
      let place = try store.goBack(to: fork, before: next)
      report.setsSentAgain = place.setsToGo
      return .wentBack(to: place)
    case .enterEpoch: try store.enterEpoch()
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
    case .loadSnapshots(let only): return .snapshotRequest(try store.snapshotRequest(only: only))
    case .applySnapshot(let page, let head):
      report.pages += 1
      progress.tookSnapshots(left: Int(page.left))
      return .snapshotApplied(try store.apply(page, adopting: head))
    case .loadHeld: return .held(try store.shard.tracedCBOs())
    case .compareDigests(let digests, let asked):
      let compared = try store.compareBooks(asked, to: digests)
      report.madeAnew += compared.madeAnew
      return .digestsCompared(differing: compared.differing, count: compared.count)
    case .noteFetchedAnew(let cbo): report.fetchedAnew.append(cbo)
    case .noteRepair(let repair): report.repair = repair
    case .rememberTaken(let scope): try store.rememberTaken(scope: scope)
    case .loadBlobWork: return try nextBlob()
    case .loadBlob(let hash, let offset, let count):
      let room = engine.isMovingFile ? roomForFiles : nil
      guard room ?? 1 > 0 else { return .filesHeldBack }
      return .blobBytes(try store.blobBytes(hash, from: offset, count: min(count, room ?? count)))
    case .recordBlob(let hash, let reply):
      let isNews = try store.record(blob: hash, reply)
      if reply.isStored, isNews { report.blobsSent += 1 }
    case .refuseBlob(let hash, let reason): try store.refuse(blob: hash, reason)
    case .keepPiece(let piece, let hash, let offset):
      let result = try store.keep(piece, of: hash, at: offset)
      if result == .whole, engine.isMovingFile { report.blobsReceived += 1 }
      return .pieceKept(result)
    case .loadNamedSet(let page): return .namedSet(try store.nextNamedSet(of: page))
    case .caughtUp:
      timesCaughtUp += 1
      noteWhole()
    case .finish(let outcome):
      report.outcome = outcome
      if outcome == .done { progress.finished() }
      if outcome != .brokenOff { noteWhole() }
    }
    return nil
  }

  /// What a budget has left for files, both ways, without what frames take; nil = no bound.
  private var roomForFiles: Int? {
    engine.start.byteBudget.map { Int($0) - report.budgetedBytes - Self.fileFrameBytes }
  }
  private static let fileFrameBytes = 64

  private mutating func nextBlob() throws -> SyncEvent {
    let fetches = engine.start.fetchesFiles
    guard let work = try store.nextBlob(fetching: fetches) else {
      report.filesSpared = fetches ? 0 : try store.wantedFiles()
      return .blobWork(nil)
    }
    // What the server gives it counts itself, and it has not counted what it was given.
    if case .get = work, engine.start.byteBudget != nil, report.fileBytesUp > 0 { return .filesHeldBack }
    return roomForFiles ?? 1 > 0 ? .blobWork(work) : .filesHeldBack
  }

  private mutating func noteWhole() {
    linkMeter.allCame()
    report.link = linkMeter.sample
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
    progress.committed(receipt.entries.count)
    report.storedLatencies += latencies.stored
    report.committedLatencies += latencies.committed
  }

  private mutating func apply(_ page: DownloadPage, adopting version: UInt32?) throws -> PageResult {
    report.pages += 1
    report.setsReceived += page.sets.count
    if page.backfill == nil {
      progress.looked(from: engine.start.cursor.seq, through: page.last, of: engine.head)
    }
    return try store.apply(page, adopting: version)
  }
}
