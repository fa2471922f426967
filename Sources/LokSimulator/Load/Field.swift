import LokBooks
import LokDevice
import LokTransport
import LokWire
import NIOCore

/// All the phones of a run, day by day.
struct Field {
  /// What the auditor is given.
  struct Evidence: Sendable {
    var recorded: [Recorded]
    var phones: [AuditedPhone]
    var heads: [AuditedHead]
  }

  let workload: Workload
  let options: RunOptions
  let server: ServerAddress
  let codes: CodeSource
  let progress: Progress
  let phones: [SimulatedPhone]
  let names: [UInt32: BlockNames]
  let measures = Measures()
  let dialing: Dialing
  private let threads: [StoreThread]

  /// Store threads are few: SQLite on a phone's file is quick, and two cores are all a laptop may have.
  private static let threadCount = 8

  init(
    workload: Workload, options: RunOptions, server: ServerAddress, codes: CodeSource,
    _ group: any EventLoopGroup, _ progress: Progress
  ) {
    self.workload = workload
    self.options = options
    self.server = server
    self.codes = codes
    self.progress = progress
    let names = Dictionary(uniqueKeysWithValues: workload.blocks.map { ($0.block, BlockNames()) })
    let threads = (0..<Self.threadCount).map { StoreThread(name: "phones-\($0)") }
    let dialing = Dialing.tcp(group)
    self.threads = threads
    self.dialing = dialing
    phones = workload.phones.map { plan in
      SimulatedPhone(
        plan: plan, path: options.store(of: plan.phone), names: names[plan.block] ?? BlockNames(),
        dialing: dialing, thread: threads[plan.phone % threads.count],
        link: options.link.map { PhoneLink($0, seed: workload.options.seed, phone: plan.phone) })
    }
    self.names = names
  }

  /// Staff first, then everybody's registration, then the days one after the other, then two last syncs: one
  /// to send what is left, one to fetch what the others sent.
  func work() async throws -> (RunReport.Traffic, StampedeReport?) {
    let begin = ContinuousClock.now
    let (staff, others) = (phones.filter { $0.plan.role == .staff }, phones.filter { $0.plan.role != .staff })
    try await each("block staff", staff) { phone in
      let code = try await codes.code(for: phone.block, role: .blockAdmin, grants: [.block])
      try await phone.register(server: server, code: code, measures)
      try await phone.take(phone.plan.steps, of: workload.acts, measures)
    }
    try await each("registration", others) { phone in
      let groups = phone.plan.groups.compactMap { names[phone.plan.block]?.group($0) }
      let isChecker = phone.plan.role == .checker
      let code = try await codes.code(
        for: phone.block, role: isChecker ? .approver : .bookkeeperSHG,
        grants: isChecker ? [.block] : groups.map { .cbo($0) })
      try await phone.register(server: server, code: code, measures)
    }
    let stampede = try await options.stampede.asyncMap { try await daysWithOutage(others, $0) }
    if stampede == nil { try await days(others) }
    for round in ["last uploads", "last downloads"] {
      try await each(round, phones) { try await $0.finish(measures) }
    }
    let (seconds, attoseconds) = (ContinuousClock.now - begin).components
    let traffic = measures.report(seconds: Double(seconds) + Double(attoseconds) / 1e18)
    guard var report = stampede?.report, let newcomers = stampede?.newcomers else { return (traffic, nil) }
    report.newcomersAgreeing = try await each("newcomers", newcomers) { try await $0.agrees() }.count { $0 }
    return (traffic, report)
  }

  /// Nil = all links were good.
  var linkReport: LinkReport? {
    options.link.map { LinkReport($0, phones.compactMap { $0.link?.tally }, syncs: measures.overLink) }
  }

  func thread(_ place: Int) -> StoreThread { threads[place % threads.count] }

  /// Everything is reopened from disk for this.
  func evidence() async throws -> Evidence {
    // On the last day, and when much more has fallen due.
    let days = [workload.options.lastDay, workload.options.lastDay + 60]
    let audited = try await each("digests", phones) { try await $0.audited(loansOn: days) }
    let staff = phones.filter { $0.plan.role == .staff }
    let heads = try await each("heads", staff) { try await $0.head() }
    return Evidence(
      recorded: phones.flatMap(\.recorded), phones: audited.sorted { $0.phone < $1.phone },
      heads: heads.sorted { $0.block < $1.block })
  }

  /// A part of a day ends when all phones that have something to do in it have done it: who had seen what,
  /// when she wrote, comes from the plan and not from which phone was quicker.
  ///
  /// - Parameter happens: steps for which it is false are left out.
  func days(
    _ phones: [SimulatedPhone],
    where happens: @escaping @Sendable (PhonePlan, PhonePlan.Step) -> Bool = { _, _ in true }
  ) async throws {
    var sittings: [PhonePlan.DayPart: [SimulatedPhone]] = [:]
    for phone in phones {
      let steps = phone.plan.steps.filter { happens(phone.plan, $0) }
      for part in Set(steps.map(\.part)) { sittings[part, default: []].append(phone) }
    }
    progress.begin("bookkeepers' and checkers' days", of: sittings.values.reduce(0) { $0 + $1.count })
    for (part, phones) in sittings.sorted(by: { $0.key < $1.key }) {
      _ = try await bounded(phones) { phone in
        let steps = phone.plan.steps.filter { $0.part == part && happens(phone.plan, $0) }
        try await phone.take(steps, of: workload.acts, measures)
      }
    }
  }

  @discardableResult
  func each<Phone: FieldPhone, Result: Sendable>(
    _ part: String, _ phones: [Phone], _ body: @escaping @Sendable (Phone) async throws -> Result
  ) async throws -> [Result] {
    progress.begin(part, of: phones.count)
    return try await bounded(phones, body)
  }

  /// At most so many phones at once as the run allows; the first that fails ends it, named.
  private func bounded<Phone: FieldPhone, Result: Sendable>(
    _ phones: [Phone], _ body: @escaping @Sendable (Phone) async throws -> Result
  ) async throws -> [Result] {
    let progress = progress
    return try await withThrowingTaskGroup(of: Result.self) { group in
      var results: [Result] = []
      for (place, phone) in phones.enumerated() {
        if place >= options.concurrency, let result = try await group.next() { results.append(result) }
        group.addTask {
          defer { progress.advance() }
          do {
            return try await body(phone)
          } catch let error as SimulationError {
            throw error
          } catch {
            throw SimulationError.phoneFailed(
              phone: phone.number, block: phone.block.rawValue, detail: "\(error)")
          }
        }
      }
      for try await result in group { results.append(result) }
      return results
    }
  }
}

/// What a run does something with, many at once.
protocol FieldPhone: Sendable {
  var number: Int { get }
  var block: BlockCode { get }
}

extension Optional where Wrapped: Sendable {
  fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async rethrows -> Value? {
    guard let self else { return nil }
    return try await body(self)
  }
}
