import LokBooks
import LokDevice
import LokTransport
import LokWire
import Synchronization

/// One person's phone: a store file of its own and a clock that may be wrong. Between its days it is
/// closed, as phones are.
final class SimulatedPhone: FieldPhone {
  let plan: PhonePlan
  let path: String
  private let names: BlockNames
  /// Over its link.
  let dialing: Dialing
  /// What the auditor asks goes another way.
  private let direct: Dialing
  /// Nil = a good one.
  let link: PhoneLink?
  /// The auditor looks at all of a phone's books.
  private let fetchesHistory: Bool
  private let thread: StoreThread
  /// Milliseconds since 1970 by a clock that is right.
  private let now = Mutex<Int64>(0)
  private let written = Mutex<[Recorded]>([])
  private let synced = Mutex<Int64?>(nil)

  var recorded: [Recorded] { written.withLock { $0 } }
  var lastSync: Int64? { synced.withLock { $0 } }
  var block: BlockCode { BlockCode(plan.block) }
  var number: Int { plan.phone }

  init(
    plan: PhonePlan, path: String, names: BlockNames, dialing: Dialing, thread: StoreThread,
    link: PhoneLink? = nil, fetchesHistory: Bool = true
  ) {
    self.fetchesHistory = fetchesHistory
    self.plan = plan
    self.path = path
    self.names = names
    self.link = link
    self.dialing = link?.dialing(dialing) ?? dialing
    direct = dialing
    self.thread = thread
  }

  /// Becomes a device, and fetches what it may see.
  func register(server: ServerAddress, code: String, _ measures: Measures) async throws {
    setClock(day: plan.steps.first?.day ?? 0, minute: 540)
    let agent = try await open(dialing)
    try await register(agent, server, code)
    try await sync(agent, measures)
  }

  /// Over a poor link the reply may get lost; asked again, the server knows the key.
  private func register(_ agent: DeviceAgent, _ server: ServerAddress, _ code: String) async throws {
    for _ in 1..<attempts {
      do {
        return try await agent.register(server: server, code: code)
      } catch let error as TransportError where error.mayPass && link != nil {
        continue
      }
    }
    try await agent.register(server: server, code: code)
  }

  /// The steps of some days, in their order.
  func take(_ steps: some Sequence<PhonePlan.Step>, of acts: [Act], _ measures: Measures) async throws {
    let agent = try await open(dialing)
    for step in steps {
      setClock(day: step.day, minute: step.minute)
      switch step.deed {
      case .act(let place):
        let recorder = ActRecorder(names: names)
        let act = acts[place]
        let recorded = try await agent.with { store, now in try recorder.record(act, in: store, at: now) }
        written.withLock { $0.append(recorded) }
        measures.recorded(recorded.count)
      case .sync(let lost):
        if lost { try await syncAndForget(measures) }
        try await sync(agent, measures)
      }
    }
  }

  /// Uploads what is left, and fetches what others uploaded meanwhile.
  func finish(_ measures: Measures) async throws {
    try await sync(try await open(dialing), measures)
  }

  /// Comes back after an outage, and again while the server has no time.
  func comeBack(day: Int32) async throws -> Homecoming {
    setClock(day: day, minute: PhonePlan.DayPart.eveningMinute)
    let watch = UploadWatch()
    let agent = try await open(watch.dialing(dialing))
    let homecoming = try await Homecoming.of(agent, phone: number, watch)
    synced.withLock { $0 = now.withLock { $0 } }
    return homecoming
  }

  /// Sets of which it has no receipt.
  func uncommitted() async throws -> Int {
    try await open(dialing).with { store, _ in
      let status = try store.status()
      return status.unsent + status.stored
    }
  }

  func head() async throws -> AuditedHead {
    let head = try await open(direct).fetchHead()
    return AuditedHead(
      block: head.block.rawValue, epoch: head.epoch.bytes, size: head.size.rawValue, root: head.root,
      time: head.time.milliseconds, signature: head.signature)
  }

  /// For the auditor.
  func openDirectly() async throws -> DeviceAgent { try await open(direct) }

  func open(_ dialing: Dialing) async throws -> DeviceAgent {
    try await DeviceAgent.open(
      path: path, block: block, thread: thread,
      surroundings: .init(
        dialing: dialing,
        clock: { [self] in Timestamp(milliseconds: now.withLock { $0 } + plan.clockErrorMilliseconds) },
        appBuild: "simulator"))
  }

  private func setClock(day: Int32, minute: Int) {
    now.withLock { $0 = Day(number: day).start.milliseconds + Int64(minute) * 60_000 }
  }

  private func sync(_ agent: DeviceAgent, _ measures: Measures) async throws {
    let before = link?.tally.milliseconds
    // How long the link is away is reckoned, as all its time.
    let backoff =
      link == nil ? Backoff() : Backoff(first: .milliseconds(1), longest: .milliseconds(10))
    let report = try await agent.syncUntilDone(
      attempts: attempts, backoff: backoff, history: fetchesHistory)
    measures.add(report)
    if let link, let before { measures.tookOverLink(.milliseconds(link.tally.milliseconds - before)) }
    guard report.outcome == .done else {
      throw SimulationError.phoneFailed(
        phone: plan.phone, block: plan.block, detail: "sync ended as \(report.outcome)")
    }
    synced.withLock { $0 = now.withLock { $0 } }
  }

  /// The server has it all, the phone does not know. Where the link is cut before, neither does the server.
  private func syncAndForget(_ measures: Measures) async throws {
    do {
      let report = try await open(ForgetfulLink.dialing(dialing)).sync()
      measures.add(report)
      measures.forgot()
    } catch let error as TransportError where error.mayPass && link != nil {
      return
    }
  }

  /// A sync over `hill` is cut now and then, its first one again and again.
  private var attempts: Int { link == nil ? 8 : 100 }
}
