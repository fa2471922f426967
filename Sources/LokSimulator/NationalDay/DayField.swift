import LokBooks
import LokDevice
import LokServer
import LokTransport
import LokWire

/// The phones of a national day: registered and with their groups before it begins, then called each at its
/// time.
struct DayField: Sendable {
  let options: NationalDay.Options
  let served: ServedDirectory
  let progress: Progress

  /// Connections that bring the groups before the day; phones take turns on them.
  private static let lanes = 16
  /// Loopback addresses that calls come from: ports of a closed connection rest for a minute.
  private static let addresses = 16
  private static let stream: UInt64 = 52

  /// Registers everybody, founds the groups, and lets each phone sync once, so that the day finds phones as
  /// any day does.
  func gather(_ blocks: [BlockCode]) async throws -> DayYard {
    let seasoned = Array(blocks.prefix(options.seasonedBlocks))
    let watched = blocks.indices.filter { $0 % options.blocksForAReader == 0 }.map { blocks[$0] }
    progress.begin("registration of phones", of: blocks.count + watched.count + 2 * seasoned.count)
    let field = PeakField(options: peak, served: served)
    let writers = try await field.register(blocks, count: blocks.count)
    let elders = try await field.register(seasoned, count: seasoned.count)
    let readers = try await field.register(watched, count: watched.count, grants: [.block])
    let newcomers = try await field.register(seasoned, count: seasoned.count, grants: [.block])
    progress.begin("groups and their books", of: blocks.count + watched.count + seasoned.count)
    var lines: [DayYard.Line: [DayPhone]] = [:]
    lines[.writers] = try await bring(writers.map { DayPhone($0, at: served.now) }) { phone in
      try phone.found(options.groupsPerPhone)
    }
    lines[.elders] = try await bring(elders.map { DayPhone($0, at: served.now) }) { phone in
      try phone.found(options.seasonedGroups, meetings: options.seasonedMeetings)
    }
    lines[.readers] = try await bring(readers.map { DayPhone($0, at: served.now) }) { _ in }
    lines[.newcomers] = newcomers.map { DayPhone($0, at: served.now) }
    // Neighbours in the directory do not call one after the other.
    for line in DayYard.Line.allCases {
      var random = SeededGenerator(seed: options.seed, stream: Self.stream, index: line.rawValue)
      lines[line]?.shuffle(using: &random)
    }
    return DayYard(lines)
  }

  private var peak: PeakRun.Options {
    PeakRun.Options(directory: options.directory, data: options.data, executable: options.executable)
  }

  private func bring(
    _ phones: [DayPhone], _ write: @escaping @Sendable (inout DayPhone) throws -> Void
  ) async throws -> [DayPhone] {
    try await withThrowingTaskGroup(of: [DayPhone].self) { tasks in
      for lane in 0..<min(Self.lanes, phones.count) {
        tasks.addTask {
          let link = try await served.connect()
          defer { link.close() }
          var call: UInt32 = 1
          var brought: [DayPhone] = []
          for place in stride(from: lane, to: phones.count, by: Self.lanes) {
            var phone = phones[place]
            try write(&phone)
            try await Self.sync(&phone, over: link, from: &call)
            brought.append(phone)
            progress.advance()
          }
          return brought
        }
      }
      return try await tasks.reduce(into: []) { $0 += $1 }
    }
  }

  private static func sync(
    _ phone: inout DayPhone, over link: any FrameLink, from call: inout UInt32
  ) async throws {
    for _ in 0..<100 {
      var session = DaySession(phone, firstCall: call)
      try await session.run(over: link)
      phone = session.phone
      call = session.nextCall
      if session.ending == .done { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw SimulationError.loadBrokenOff(block: phone.phone.block.rawValue, detail: "busy for too long")
  }

  /// Everybody calls at her time, whether the server has answered those before or not.
  func play(_ plan: DayPlan, _ yard: DayYard, from begin: ContinuousClock.Instant) async throws
    -> [DayVisit.Outcome]
  {
    progress.begin("the day", of: plan.arrivals.count)
    let dialings = (0..<Self.addresses).map { Dialing.tcp(served.group, from: IdleBench.address($0)) }
    try await withThrowingDiscardingTaskGroup { tasks in
      for (number, arrival) in plan.arrivals.enumerated() {
        let due = begin + .microseconds(arrival.due)
        if due > .now { try await Task.sleep(until: due, tolerance: .milliseconds(1)) }
        let line = DayYard.Line(of: arrival.purpose)
        let visit = DayVisit(
          arrival: arrival, due: due, late: .now - due, dialing: dialings[number % Self.addresses],
          address: served.address, now: served.now)
        tasks.addTask {
          var phone = try await take(from: line, of: yard)
          let outcome = try await visit.run(&phone)
          yard.give(phone, to: line, with: outcome)
          progress.advance()
        }
      }
    }
    return yard.outcomes
  }

  /// Where all of a line are calling, this call waits and no other; its time counts from when it was due.
  private func take(from line: DayYard.Line, of yard: DayYard) async throws -> DayPhone {
    while true {
      if let phone = yard.take(from: line) { return phone }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}

extension DayYard.Line {
  init(of purpose: DayPlan.Purpose) {
    switch purpose {
    case .small, .lagging, .look: self = .writers
    case .blockLook: self = .readers
    case .firstSync: self = .newcomers
    }
  }
}
