import LokBooks
import LokTransport
import LokWire

/// Stays on one connection: what the server pushes is applied as it comes, what is typed meanwhile goes up
/// in a session of its own on the same connection. Between them no byte moves.
struct FollowDriver {
  private enum Event: Sendable {
    case frames([[UInt8]])
    case glance
    case closed
    case failed(any Error)
  }

  let store: DeviceStore
  let link: any FrameLink
  let appBuild: String
  let clock: @Sendable () -> Timestamp
  /// How soon what was typed is seen: looking costs the phone a row, and nobody a byte.
  private static let glanceInterval: Duration = .milliseconds(500)

  /// - Parameter isolation: whose thread the store is used on; named by the caller, since a closure that does
  ///   not mention its actor has none.
  /// - Parameter told: called with what has happened since the last call, each time all there was is down.
  /// - Throws: what the store or the connection throws; acknowledgements until then are kept.
  /// - Returns: how it ended, when the connection or the session did.
  func run(
    isolation: isolated any Actor, told: (SyncReport) -> Void
  ) async throws -> SyncReport {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let link = link
    let listening = Task { await Self.listen(to: link, continuation) }
    let glancing = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: Self.glanceInterval)
        continuation.yield(.glance)
      }
    }
    defer {
      listening.cancel()
      glancing.cancel()
    }
    var stepper = SyncStepper(
      store, try store.sessionStart(appBuild: appBuild), goal: .follow, clock: link.clock)
    link.takeFrames(upTo: stepper.maximumFrameBytes)
    send(try stepper.step(.connected))
    var caughtUp = 0
    var account = FollowAccount(store: store, clock: clock)
    defer { account.settle(stepper.takeReport(), link, isLast: true) }
    while let event = await Self.next(of: events) {
      switch event {
      case .frames(let frames): for frame in frames { send(try stepper.step(received: frame)) }
      case .glance: try lookAtOutbox(&stepper, &account)
      case .closed: _ = try stepper.step(.closed)
      case .failed(let error): throw error
      }
      if stepper.timesCaughtUp > caughtUp {
        told(account.settle(stepper.takeReport(), link))
      }
      // A new session begins to count anew.
      caughtUp = stepper.timesCaughtUp
      if stepper.isFinished { break }
    }
    return account.settle(stepper.takeReport(), link)
  }

  /// What was typed since this session signed its outbox needs another one.
  private func lookAtOutbox(_ stepper: inout SyncStepper, _ account: inout FollowAccount) throws {
    guard try store.counters().nextDeviceSeq > stepper.outboxLast.advanced(by: 1) else { return }
    send(try stepper.step(.leave))
    guard stepper.isFinished else { return }
    account.settle(stepper.takeReport(), link)
    stepper = SyncStepper(
      store, try store.sessionStart(appBuild: appBuild), goal: .follow, firstCall: stepper.nextCall,
      clock: link.clock)
    send(try stepper.step(.connected))
  }

  private func send(_ frames: [[UInt8]]) {
    if !frames.isEmpty { link.send(frames) }
  }

  /// Waits outside of every actor, so that whoever asked goes on where it was: a `for await` in a function
  /// with an isolated parameter was seen to go on in the cooperative pool, beside the store's own thread.
  @concurrent private static func next(of events: AsyncStream<Event>) async -> Event? {
    for await event in events { return event }
    return nil
  }

  private static func listen(
    to link: any FrameLink, _ continuation: AsyncStream<Event>.Continuation
  ) async {
    do {
      while let frames = try await link.receive() { continuation.yield(.frames(frames)) }
      continuation.yield(.closed)
    } catch {
      continuation.yield(.failed(error))
    }
    continuation.finish()
  }
}

/// What a connection that stays has carried, written down from time to time: a transaction for each push
/// would wear the phone's memory for nothing.
private struct FollowAccount {
  private static let interval: Duration = .seconds(60)
  let store: DeviceStore
  let clock: @Sendable () -> Timestamp
  private var carried = (up: 0, down: 0)
  private var unwritten = SyncReport()
  private var written = ContinuousClock.now

  init(store: DeviceStore, clock: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.clock = clock
  }

  /// - Parameter report: what was done since the last time, without the socket's bytes.
  /// - Returns: the same with them.
  @discardableResult
  mutating func settle(_ report: SyncReport, _ link: any FrameLink, isLast: Bool = false) -> SyncReport {
    var report = report
    report.bytesUp = link.bytesUp - carried.up
    report.bytesDown = link.bytesDown - carried.down
    carried = (link.bytesUp, link.bytesDown)
    unwritten.add(report)
    if isLast || ContinuousClock.now - written >= Self.interval {
      // A phone that cannot count goes on syncing.
      try? store.noteSession(unwritten, hasEnded: isLast, at: clock())
      let link = unwritten.link
      unwritten = SyncReport()
      unwritten.link = link
      written = .now
    }
    return report
  }
}
