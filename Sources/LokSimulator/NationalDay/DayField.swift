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
  private static let waitStream: UInt64 = 54

  /// Phones that have been brought over one connection, dialled anew so often.
  private struct Brought: Sendable {
    var phones: [DayPhone] = []
    var reconnected = 0

    mutating func add(_ other: Brought) {
      phones += other.phones
      reconnected += other.reconnected
    }
  }

  /// Registers everybody, founds the groups, and lets each phone sync once, so that the day finds phones as
  /// any day does.
  /// - Parameter daysBefore: so long ago groups were founded.
  func gather(_ blocks: [BlockCode], daysBefore: Int) async throws -> DayYard {
    let seasoned = Array(blocks.prefix(options.seasonedBlocks))
    let watched = blocks.indices.filter { $0 % options.blocksForAReader == 0 }.map { blocks[$0] }
    progress.begin("registration of phones", of: blocks.count + watched.count + 2 * seasoned.count)
    let field = PeakField(options: peak, served: served)
    let writers = try await field.register(blocks, count: blocks.count)
    let elders = try await field.register(seasoned, count: seasoned.count)
    let readers = try await field.register(watched, count: watched.count, grants: [.block])
    let newcomers = try await field.register(seasoned, count: seasoned.count, grants: [.block])
    progress.begin("groups and their books", of: blocks.count + watched.count + seasoned.count)
    let new = { (phone: PeakPhone) in DayPhone(phone, daysBefore: daysBefore, at: served.now) }
    var lines: [DayYard.Line: [DayPhone]] = [:]
    var reconnected = 0
    let groups: [(DayYard.Line, [PeakPhone], @Sendable (inout DayPhone) throws -> Void)] = [
      (.writers, writers, { try $0.found(options.groupsPerPhone) }),
      (.elders, elders, { try $0.found(options.seasonedGroups, meetings: options.seasonedMeetings) }),
      (.readers, readers, { _ in }),
    ]
    for (line, phones, write) in groups {
      let brought = try await bring(phones.map(new), write)
      lines[line] = brought.phones
      reconnected += brought.reconnected
    }
    lines[.newcomers] = newcomers.map(new)
    // Neighbours in the directory do not call one after the other.
    for line in DayYard.Line.allCases {
      var random = SeededGenerator(seed: options.seed, stream: Self.stream, index: line.rawValue)
      lines[line]?.shuffle(using: &random)
    }
    return DayYard(lines, reconnected: reconnected)
  }

  private var peak: PeakRun.Options {
    PeakRun.Options(directory: options.directory, data: options.data, executable: options.executable)
  }

  private func bring(
    _ phones: [DayPhone], _ write: @escaping @Sendable (inout DayPhone) throws -> Void
  ) async throws -> Brought {
    let dialing = options.dialing(.tcp(served.group))
    return try await withThrowingTaskGroup(of: Brought.self) { tasks in
      for number in 0..<min(Self.lanes, phones.count) {
        tasks.addTask {
          var lane = Lane(link: try await dialing.connect(served.address))
          defer { lane.link.close() }
          var brought = Brought()
          for place in stride(from: number, to: phones.count, by: Self.lanes) {
            var phone = phones[place]
            try write(&phone)
            brought.reconnected += try await sync(&phone, over: &lane, dialing)
            brought.phones.append(phone)
            progress.advance()
          }
          return brought
        }
      }
      return try await tasks.reduce(into: Brought()) { $0.add($1) }
    }
  }

  /// A connection that phones take turns on.
  private struct Lane: Sendable {
    var link: any FrameLink
    var call: UInt32 = 1
  }

  /// - Returns: how often it had to be dialled anew.
  private func sync(_ phone: inout DayPhone, over lane: inout Lane, _ dialing: Dialing) async throws -> Int {
    var reconnected = 0
    for _ in 0..<100 {
      var session = DaySession(phone, firstCall: lane.call)
      let isThrough = try await session.run(over: lane.link, within: options.callLimit)
      phone = session.phone
      lane.call = session.nextCall
      if isThrough, session.ending == .done { return reconnected }
      try await Task.sleep(for: .milliseconds(100))
      guard !isThrough else { continue }
      lane.link.close()
      lane = Lane(link: try await dialing.connect(served.address))
      reconnected += 1
    }
    throw SimulationError.loadBrokenOff(block: phone.phone.block.rawValue, detail: "busy for too long")
  }

  /// Everybody calls at her time, whether the server has answered those before or not.
  func play(_ plan: DayPlan, _ yard: DayYard, from begin: ContinuousClock.Instant) async throws
    -> [DayVisit.Outcome]
  {
    progress.begin("the day", of: plan.arrivals.count)
    let dialings = (0..<Self.addresses).map {
      options.dialing(.tcp(served.group, from: IdleBench.address($0)))
    }
    try await withThrowingDiscardingTaskGroup { tasks in
      for (number, arrival) in plan.arrivals.enumerated() {
        let due = begin + .microseconds(arrival.due)
        if due > .now { try await Task.sleep(until: due, tolerance: .milliseconds(1)) }
        let line = DayYard.Line(of: arrival.purpose)
        let visit = DayVisit(
          arrival: arrival, due: due, late: .now - due, dialing: dialings[number % Self.addresses],
          address: served.address, now: served.now, limit: options.callLimit,
          chance: SeededGenerator(seed: options.seed, stream: Self.waitStream, index: number))
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
