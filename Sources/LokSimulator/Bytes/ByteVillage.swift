import LokBooks
import LokDevice
import LokShard
import LokTransport
import LokWire
import NIOCore

/// The phones of a byte run, and what they said.
struct ByteVillage {
  private let workload: Workload
  private let folder: String
  private let server: ServerAddress
  private let codes: CodeSource
  private let dialing: Dialing
  private let thread = StoreThread(name: "phones")
  private let names = BlockNames()
  private let measures = Measures()
  private let recorder = ConversationRecorder()

  private var changes: [Int] = []
  private var up: [Conversation] = []
  private var down: [Conversation] = []
  private var nothing: [Conversation] = []
  private var meetings: [[RecordJSON]] = []

  /// A meeting of about twelve members.
  private static let changesMeasured = 28...36

  init(
    _ workload: Workload, folder: String, server: ServerAddress, codes: CodeSource,
    _ group: any EventLoopGroup
  ) {
    self.workload = workload
    self.folder = folder
    self.server = server
    self.codes = codes
    let recorder = recorder
    dialing = Dialing.tcp(group).noting { recorder.note($0) }
  }

  mutating func report() async throws -> ByteReport {
    try await hold()
    let (first, history, sets) = try await firstSync()
    let books = first.untilBooksAreThere
    let whole = first.bytes + history.bytes
    guard let changesPerMeeting = ByteReport.Figures(changes) else {
      throw SimulationError.outOfRange(option: "meetings", allowed: 2...1_000)
    }
    return ByteReport(
      seed: workload.options.seed, changesPerMeeting: changesPerMeeting,
      rows: rows
        + row("first_books", "first sync of all groups, until one can work", [books], \.bytes, budget: 25_000)
        + row("first_sync", "until they are whole, as they stand", [first], \.bytes, budget: nil)
        + row("history", "and all that came before", [first], { _ in whole }, budget: 400_000),
      firstSyncOver2G: seconds(of: books),
      peer: ByteReport.Peer(meetings: meetings, first: sets.map { RecordJSON.records(of: $0) }))
  }

  private var rows: [ByteReport.Row] {
    row("meeting_up", "a meeting up", up, { $0.bytes(of: .upload, .up) }, budget: 240)
      + row("acknowledgement", "its acknowledgement", up, { $0.bytes(of: .upload, .down) }, budget: 180)
      + row("nothing_new", "nothing new, both ways", nothing, \.bytes, budget: 200)
      + row("meeting_down", "a meeting down", down, { $0.bytes(of: .download, .down) }, budget: 280)
      + row("meeting_session", "a meeting up, the whole session", up, \.bytes, budget: nil)
      + row("second_session", "a meeting down, the whole session", down, \.bytes, budget: nil)
  }

  private func row(
    _ name: String, _ what: String, _ conversations: [Conversation], _ bytes: (Conversation) -> Int,
    budget: Int?
  ) -> [ByteReport.Row] {
    guard let figures = ByteReport.Figures(conversations.map(bytes)) else { return [] }
    let trips = ByteReport.Figures(conversations.map(\.roundTrips))?.median
    return [ByteReport.Row(name: name, what: what, bytes: figures, roundTrips: trips, budget: budget)]
  }

  /// Staff first, then every act in its order; a sync before each, so that decisions find what they are
  /// about, and one after it, on the phone and on a second one of the same group.
  private mutating func hold() async throws {
    var phones: [Int: SimulatedPhone] = [:]
    var seconds: [Int: SimulatedPhone] = [:]
    for plan in workload.phones where plan.role == .staff {
      let phone = phone(plan)
      try await enrol(phone, .blockAdmin, [.block])
      try await phone.take(plan.steps, of: workload.acts, measures)
    }
    for plan in workload.phones where plan.role != .staff {
      let isChecker = plan.role == .checker
      let grants: [Grant] = isChecker ? [.block] : plan.groups.compactMap { names.group($0) }.map { .cbo($0) }
      phones[plan.phone] = phone(plan)
      try await enrol(phones[plan.phone], isChecker ? .approver : .bookkeeperSHG, grants)
      guard !isChecker else { continue }
      seconds[plan.phone] = phone(second(of: plan))
      try await enrol(seconds[plan.phone], .bookkeeperSHG, grants)
    }
    for (place, act) in workload.acts.enumerated() {
      guard let phone = phones[act.phone] else { continue }
      let step = PhonePlan.Step(day: act.day, minute: act.minute, deed: .act(place))
      try await phone.finish(measures)
      _ = recorder.take()
      try await phone.take([step], of: workload.acts, measures)
      try await phone.finish(measures)
      let sent = recorder.take()
      guard let second = seconds[act.phone] else { continue }
      try await phone.finish(measures)
      let idle = recorder.take()
      try await second.finish(measures)
      try measure(sent, idle, recorder.take())
    }
  }

  private mutating func measure(
    _ sent: [Conversation], _ idle: [Conversation], _ fetched: [Conversation]
  ) throws {
    nothing += idle
    guard let session = sent.last, let set = try session.uploaded.first, try session.uploaded.count == 1,
      set.kind == .meeting, Self.changesMeasured.contains(set.changes.count)
    else { return }
    changes.append(set.changes.count)
    up.append(session)
    meetings.append(RecordJSON.records(of: set))
    if let session = fetched.last, try session.downloaded.count == 1 { down.append(session) }
  }

  /// Over the in-process model of a link of 40 kbit/s, 800 ms and 3 % loss, as often as it has seeds.
  private func seconds(of conversation: Conversation) -> ByteReport.Figures? {
    let timing = LinkTiming(profile: .secondGeneration)
    return ByteReport.Figures((1...101).map { Int(timing.milliseconds(of: conversation, seed: $0)) })
  }

  /// A new bookkeeper of all groups takes them up as they stand, then fetches their older sets.
  private func firstSync() async throws -> (first: Conversation, history: Conversation, sets: [ChangeSet]) {
    let groups = workload.phones.filter { $0.role == .bookkeeper }.flatMap(\.groups)
    let plan = PhonePlan(
      phone: workload.phones.count * 2, block: workload.blocks[0].block, role: .second, groups: groups,
      clockErrorMilliseconds: 0)
    _ = recorder.take()
    let phone = phone(plan, fetchesHistory: false)
    try await enrol(phone, .bookkeeperSHG, groups.compactMap { names.group($0) }.map { .cbo($0) })
    let first = recorder.take().last ?? Conversation()
    let agent = try await phone.open(dialing)
    let report = try await agent.fetchHistory()
    guard report.outcome == .done else {
      throw SimulationError.phoneFailed(
        phone: plan.phone, block: plan.block, detail: "history ended as \(report.outcome)")
    }
    let history = recorder.take().last ?? Conversation()
    return (first, history, try await agent.with { store, _ in try store.shard.heldSets() })
  }

  private func second(of plan: PhonePlan) -> PhonePlan {
    PhonePlan(
      phone: workload.phones.count + plan.phone, block: plan.block, role: .second, groups: plan.groups,
      clockErrorMilliseconds: 0)
  }

  private func phone(_ plan: PhonePlan, fetchesHistory: Bool = true) -> SimulatedPhone {
    SimulatedPhone(
      plan: plan, path: "\(folder)/phone-\(plan.phone).sqlite", names: names, dialing: dialing,
      thread: thread, fetchesHistory: fetchesHistory)
  }

  private func enrol(_ phone: SimulatedPhone?, _ role: Role, _ grants: [Grant]) async throws {
    guard let phone else { return }
    let code = try await codes.code(for: phone.block, role: role, grants: grants)
    try await phone.register(server: server, code: code, measures)
  }
}
