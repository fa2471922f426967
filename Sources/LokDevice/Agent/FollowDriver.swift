import LokBooks
import LokTransport
import LokWire

/// Stays on one connection: what the server pushes is applied as it comes, what is typed meanwhile goes up
/// in a session of its own on the same connection. Between them no byte moves, or older sets of this phone's
/// own groups come, in short sessions too, each with a budget: on a link that is called fast, and only where
/// nothing else is to be sent or fetched.
struct FollowDriver {
  /// All there was has been down once.
  private(set) var wasWhole = false

  private let store: DeviceStore
  private let link: any FrameLink
  private let appBuild: String
  private let clock: @Sendable () -> Timestamp
  private let deadline: Duration
  /// Nil = older sets are left where they are.
  private var history: HistoryPace?
  /// The session that runs is one for older sets.
  private var isFetchingHistory = false
  private var stepper: SyncStepper
  private var account: FollowAccount
  /// How often the session that runs has had all there was.
  private var caughtUp = 0
  /// When something last came, or was asked for.
  private var heard = ContinuousClock.now
  /// `heard` when older sets were last looked for: they are missing for no other reason than what came since.
  private var looked: ContinuousClock.Instant?

  init(
    store: DeviceStore, link: any FrameLink, appBuild: String, clock: @escaping @Sendable () -> Timestamp,
    deadline: Duration, history: HistoryPace?
  ) throws {
    self.store = store
    self.link = link
    self.appBuild = appBuild
    self.clock = clock
    self.deadline = deadline
    self.history = history
    stepper = SyncStepper(
      store, try store.sessionStart(appBuild: appBuild), goal: .follow, clock: link.clock)
    account = FollowAccount(store: store, clock: clock)
  }

  mutating func begin() throws {
    link.takeFrames(upTo: stepper.maximumFrameBytes)
    heard = .now
    send(try stepper.step(.connected))
  }

  /// - Parameter told: called with what has happened since the last call, each time all there was is down.
  /// - Throws: what the store or the connection throws, `TransportError.frameTooLate` where an answer does
  ///   not come; acknowledgements until then are kept.
  /// - Returns: false when the connection or the session has ended.
  mutating func take(_ event: FollowEvents.Event, told: (SyncReport) -> Void) throws -> Bool {
    switch event {
    case .frames(let frames):
      heard = .now
      for frame in frames { send(try stepper.step(received: frame)) }
    case .glance: try glance()
    case .closed: _ = try stepper.step(.closed)
    case .failed(let error): throw error
    }
    if stepper.timesCaughtUp > caughtUp {
      caughtUp = stepper.timesCaughtUp
      told(try settle(.whole))
      if !wasWhole { try store.notePath(isBroken: false, at: clock()) }
      wasWhole = true
    }
    return try !stepper.isFinished || followAgain(told)
  }

  /// How it ended, with what has not been told.
  mutating func end() throws -> SyncReport { try settle(.ended) }

  private mutating func glance() throws {
    guard stepper.isQuiet || ContinuousClock.now - heard < deadline else {
      throw TransportError.frameTooLate
    }
    // What was typed since this session signed its outbox needs another one.
    if try store.counters().nextDeviceSeq > stepper.outboxLast.advanced(by: 1) {
      try leave(for: .follow)
    } else if stepper.isQuiet, let history, ContinuousClock.now - heard >= history.quiet {
      try fetchHistory(history)
    }
  }

  private mutating func fetchHistory(_ pace: HistoryPace) throws {
    guard looked != heard else { return }
    looked = heard
    let missing = try store.missingOwnHistory()
    guard !missing.isEmpty, try store.link().link == .fast else { return }
    try leave(for: .history(missing), budget: pace.bytes)
    isFetchingHistory = stepper.goal == .history(missing)
  }

  /// After a session for older sets.
  ///
  /// - Returns: false after any other, and where the connection is at its end.
  private mutating func followAgain(_ told: (SyncReport) -> Void) throws -> Bool {
    guard isFetchingHistory, stepper.outcome != .brokenOff else { return false }
    isFetchingHistory = false
    let report = try settle()
    told(report)
    switch report.outcome {
    case .done, .budgetSpent: break
    default:
      // What is wrong is noted, and tried again on the next connection.
      try store.noteOutcome(report.outcome, at: clock())
      history = nil
    }
    try begin(.follow)
    return true
  }

  /// The next session begins on this connection, once nothing is under way in the one that runs.
  private mutating func leave(for goal: SyncEngine.Goal, budget: UInt32? = nil) throws {
    send(try stepper.step(.leave))
    guard stepper.isFinished else { return }
    _ = try settle()
    try begin(goal, budget: budget)
  }

  private mutating func begin(_ goal: SyncEngine.Goal, budget: UInt32? = nil) throws {
    var start = try store.sessionStart(appBuild: appBuild)
    start.byteBudget = budget
    stepper = SyncStepper(store, start, goal: goal, firstCall: stepper.nextCall, clock: link.clock)
    caughtUp = 0
    heard = .now
    send(try stepper.step(.connected))
  }

  private mutating func settle(_ standing: FollowAccount.Standing = .underWay) throws -> SyncReport {
    let report = account.settle(stepper.takeReport(), link, standing)
    try store.noteRepairs(of: report, at: clock())
    return report
  }

  private func send(_ frames: [[UInt8]]) {
    if !frames.isEmpty { link.send(frames) }
  }
}
