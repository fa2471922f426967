import LokBooks
import LokServer
import LokWire
import Synchronization

/// The server is away from the third day on, when profiles are approved; when it comes back, so do all.
extension Field {
  private static let stream: UInt64 = 41

  /// Groups that two phones keep stay out of it: which of the two comes first is planned.
  func daysWithOutage(
    _ phones: [SimulatedPhone], _ stampede: StampedeOptions
  ) async throws -> (report: StampedeReport, newcomers: [Newcomer]) {
    let doubled = Set(phones.filter { $0.plan.role == .second }.flatMap(\.plan.groups))
    let (first, last) = (workload.options.firstDay + 2, workload.options.checkDay)
    let away = Set(
      phones.filter { phone in
        phone.plan.role == .bookkeeper && doubled.isDisjoint(with: phone.plan.groups)
          && phone.plan.steps.contains { step in
            if case .act = step.deed { (first..<last).contains(step.day) } else { false }
          }
      }.map(\.number))
    try await days(phones) { plan, step in
      if case .act = step.deed { return step.day < last }
      return step.day < (away.contains(plan.phone) ? first : last)
    }
    let newcomers = try await newcomers(stampede.newcomers)
    let report = try await comeBack(phones.filter { away.contains($0.number) }, newcomers, stampede)
    try await days(phones) { _, step in step.day >= last }
    return (report, newcomers)
  }

  private func newcomers(_ count: Int) async throws -> [Newcomer] {
    var newcomers: [Newcomer] = []
    for place in 0..<count {
      let block = BlockCode(workload.blocks[place % workload.blocks.count].block)
      newcomers.append(
        Newcomer(
          number: phones.count + place, block: block, path: options.store(of: phones.count + place),
          server: server, code: try await codes.code(for: block, role: .viewer, grants: [.block]),
          dialing: dialing, thread: thread(place),
          now: Day(number: workload.options.checkDay).start))
    }
    return newcomers
  }

  private enum Arrival: Sendable {
    case phone(SimulatedPhone)
    case newcomer(Newcomer)
  }

  private enum Arrived: Sendable {
    case phone(Homecoming)
    case newcomer(wait: Duration, dials: Int)
  }

  private func comeBack(
    _ phones: [SimulatedPhone], _ newcomers: [Newcomer], _ stampede: StampedeOptions
  ) async throws -> StampedeReport {
    progress.begin("all come back", of: phones.count + newcomers.count)
    let written = try await unsent(of: phones)
    var random = SeededGenerator(seed: workload.options.seed, stream: Self.stream, index: 0)
    let span = stampede.seconds * 1_000
    let all = (phones.map { Arrival.phone($0) } + newcomers.map { .newcomer($0) })
      .map { (at: random.below(span), who: $0) }.sorted { $0.at < $1.at }
    let (arrived, late) = try await letCome(all, day: workload.options.checkDay - 1)
    var report = StampedeReport(
      phones: phones.count, newcomers: newcomers.count, seconds: Double(stampede.seconds),
      uploads: Measures.latencies([]), firstSyncs: Measures.latencies([]), longestWait: 0, cameAgain: 0,
      setsWritten: written, setsCommitted: written - (try await unsent(of: phones)),
      latestStart: late.seconds)
    var uploads: [Duration] = []
    var firsts: [Duration] = []
    for one in arrived {
      switch one {
      case .phone(let homecoming):
        uploads += [homecoming.upload].compactMap { $0 }
        report.longestWait = max(report.longestWait, homecoming.wait.seconds)
        report.cameAgain += homecoming.dials - 1
      case .newcomer(let wait, let dials):
        firsts.append(wait)
        report.longestWait = max(report.longestWait, wait.seconds)
        report.cameAgain += max(0, dials - 1)
      }
    }
    report.uploads = Measures.latencies(uploads)
    report.firstSyncs = Measures.latencies(firsts)
    return report
  }

  /// Sets of which the server has not said that they are merged.
  private func unsent(of phones: [SimulatedPhone]) async throws -> Int {
    var count = 0
    for phone in phones { count += try await phone.uncommitted() }
    return count
  }

  /// Each at its time, and as many at once as files may be open: a store has three, its connection one.
  private func letCome(
    _ arrivals: [(at: Int, who: Arrival)], day: Int32
  ) async throws -> (arrived: [Arrived], late: Duration) {
    let most = max(64, (OpenFileLimit.raise() - 256) / 5)
    let underWay = Counter()
    let progress = progress
    return try await withThrowingTaskGroup(of: Arrived.self) { group in
      let began = ContinuousClock.now
      var late = Duration.zero
      for arrival in arrivals {
        let due = began + .milliseconds(arrival.at)
        try await Task.sleep(until: due)
        while underWay.count >= most { try await Task.sleep(for: .milliseconds(20)) }
        late = max(late, .now - due)
        underWay.enter()
        group.addTask {
          defer {
            underWay.leave()
            progress.advance()
          }
          switch arrival.who {
          case .phone(let phone): return .phone(try await phone.comeBack(day: day))
          case .newcomer(let newcomer):
            let (wait, dials) = try await newcomer.arrive()
            return .newcomer(wait: wait, dials: dials)
          }
        }
      }
      var arrived: [Arrived] = []
      for try await one in group { arrived.append(one) }
      return (arrived, late)
    }
  }
}

private final class Counter: Sendable {
  private let value = Atomic(0)
  var count: Int { value.load(ordering: .relaxed) }
  func enter() { value.add(1, ordering: .relaxed) }
  func leave() { value.subtract(1, ordering: .relaxed) }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
