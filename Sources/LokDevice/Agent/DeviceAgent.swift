package import LokBooks
import LokTransport
import LokWire

/// A phone: its store on a thread of its own, its server over a connection when there is one. What
/// `loksync device` and the simulator use.
package actor DeviceAgent {
  /// What a phone is made of besides its store.
  package struct Surroundings: Sendable {
    package var dialing: Dialing
    package var clock: @Sendable () -> Timestamp
    package var random: RandomBytes
    package var appBuild: String
    /// Told of each session how far it is.
    package var progress: (@Sendable (SyncProgress) -> Void)?
    package init(
      dialing: Dialing, clock: @escaping @Sendable () -> Timestamp, random: RandomBytes = .system,
      appBuild: String, progress: (@Sendable (SyncProgress) -> Void)? = nil
    ) {
      self.dialing = dialing
      self.clock = clock
      self.random = random
      self.appBuild = appBuild
      self.progress = progress
    }
  }

  package nonisolated let path: String
  package nonisolated let block: BlockCode
  private let thread: StoreThread
  let surroundings: Surroundings
  private var opened: DeviceStore?
  private var isSyncing = false

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private init(path: String, block: BlockCode, thread: StoreThread, surroundings: Surroundings) {
    self.path = path
    self.block = block
    self.thread = thread
    self.surroundings = surroundings
  }

  /// Opens or makes the store.
  package static func open(
    path: String, block: BlockCode, thread: StoreThread = StoreThread(), surroundings: Surroundings
  ) async throws -> DeviceAgent {
    let agent = DeviceAgent(path: path, block: block, thread: thread, surroundings: surroundings)
    try await agent.prepare()
    return agent
  }

  private func prepare() throws { _ = try store() }

  /// Opened on this phone's thread at first use.
  func store() throws -> DeviceStore {
    if let opened { return opened }
    let store = try DeviceStore(path: path, block: block, random: surroundings.random)
    opened = store
    return store
  }

  /// Runs on the phone's thread with its store: any writing or reading.
  package func with<Result: Sendable>(
    _ body: @Sendable (DeviceStore, Timestamp) throws -> Result
  ) throws -> Result {
    try body(store(), surroundings.clock())
  }

  package func status() throws -> DeviceStatus { try store().status() }
  package func traffic() throws -> DeviceTraffic { try store().traffic(at: surroundings.clock()) }
  package func link() throws -> DeviceLink { try store().link() }
  package func books(of cbo: RecordID) throws -> Books {
    try store().books(of: cbo, at: surroundings.clock())
  }
  package func groups() throws -> [HeldGroup] { try store().groups(at: surroundings.clock()) }

  /// Becomes a device of the block that `code` is for.
  ///
  /// - Throws: `DeviceError`, `TransportError`.
  package func register(server: ServerAddress, code: String) async throws {
    guard RegistrationExchange.block(of: code) == block else { throw DeviceError.codeUnreadable }
    let request = try store().registration(code: code, appBuild: surroundings.appBuild)
    try store().setServer(server)
    let reply = try await exchange(request)
    try store().adopt(reply, at: surroundings.clock())
  }

  /// One session, or as many as a re-enrolment takes.
  ///
  /// - Parameters:
  ///   - deadline: for each connection; then it ends as `.brokenOff`.
  ///   - budget: bytes of frames that may come down in all, beside what always does, and of files that go up;
  ///     nil = no bound. What was typed goes up whatever it is, and at least the smallest page comes.
  ///   - comparing: chain and state of every CBO held with the server's, when all is down; those that differ
  ///     are taken up as they stand there, in the same session. What was found is in the report.
  ///   - asksForFiles: those that were asked for come over a slow link too.
  /// - Throws: `DeviceError.syncRunsAlready`, `.notRegistered`; `TransportError`; what the store throws.
  package func sync(
    deadline: Duration = .seconds(120), budget: UInt32? = nil, comparing: Bool = false,
    asksForFiles: Bool = false
  ) async throws -> SyncReport {
    try await exclusively {
      // Once in a while, where it costs next to nothing.
      if budget == nil { try store().doubtFiles(at: surroundings.clock()) }
      var report = try await session(
        .sync, deadline: deadline, budget: budget, comparing: comparing, asksForFiles: asksForFiles)
      while case .reenrol = report.outcome, report.reenrolments < Self.reenrolmentsMaximum {
        let request = try store().reenrolment(appBuild: surroundings.appBuild)
        let reply = try await exchange(request)
        report.setsRewritten += try store().adopt(reply, at: surroundings.clock())
        report.reenrolments += 1
        report.add(
          try await session(
            .sync, deadline: deadline, budget: report.left(of: budget), comparing: comparing,
            asksForFiles: asksForFiles))
      }
      return report
    }
  }

  /// One conversation with the server at a time.
  func exclusively<Result>(_ body: () async throws -> Result) async throws -> Result {
    guard !isSyncing else { throw DeviceError.syncRunsAlready }
    isSyncing = true
    defer { isSyncing = false }
    return try await body()
  }

  /// Two stores that share a number re-enrol once each; more often is a server that contradicts itself.
  private static let reenrolmentsMaximum = 2

  private func exchange(_ request: RegisterRequest) async throws -> RegisterReply {
    let link = try await dial()
    var report = SyncReport()
    defer {
      (report.bytesUp, report.bytesDown) = (link.bytesUp, link.bytesDown)
      try? store().noteTraffic(report, at: surroundings.clock())
    }
    return try await RegistrationExchange.run(request, over: link, counting: &report.calls)
  }

  /// A connection to the server. Where large packets may be what it fails by, the next asks for small ones.
  func dial() async throws -> any FrameLink {
    try await notingPath { try await surroundings.dialing.connect(try store().server()) }
  }

  private func notingPath<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch {
      try noteStall(error)
      throw error
    }
  }

  func noteStall(_ error: any Error) throws {
    guard let error = error as? TransportError, error.isStall else { return }
    try store().notePath(isBroken: true, at: surroundings.clock())
  }

  func session(
    _ goal: SyncEngine.Goal, deadline: Duration, budget: UInt32? = nil, comparing: Bool = false,
    asksForFiles: Bool = false
  ) async throws -> SyncReport {
    let store = try store()
    var start = try store.sessionStart(appBuild: surroundings.appBuild, asksForFiles: asksForFiles)
    start.byteBudget = budget
    start.comparesBooks = comparing
    let link = try await dial()
    let alarm = Task {
      try await Task.sleep(for: deadline)
      link.close()
    }
    defer {
      alarm.cancel()
      link.close()
    }
    var driver = SyncDriver(
      store: store, link: link, start: start, goal: goal, told: surroundings.progress)
    // What could not be counted is not: the session's own end, or the fault of the store that it met, is what
    // the caller has to hear.
    defer { try? store.noteSession(driver.report, at: surroundings.clock()) }
    let report = try await notingPath { try await driver.run(isolation: self) }
    try store.noteOutcome(report.outcome, at: surroundings.clock())
    try store.noteRepairs(of: report, at: surroundings.clock())
    try store.notePath(isBroken: report.outcome == .brokenOff, at: surroundings.clock())
    return report
  }
}
