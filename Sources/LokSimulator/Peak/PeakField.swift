import Foundation
import LokBooks
import LokDevice
import LokServer
import LokWire

/// Registers a peak run's phones, and lets them send round after round.
struct PeakField {
  let options: PeakRun.Options
  let served: ServedDirectory
  private var now: Timestamp { served.now }
  private var process: Int32 { served.process }

  init(options: PeakRun.Options, served: ServedDirectory) {
    self.options = options
    self.served = served
  }

  /// A connection with the phones that take turns on it.
  struct Lane: Sendable {
    var link: any FrameLink
    var nextCall: UInt32 = 1
    var phones: [PeakPhone]
    var groups: [[PeakGroup]]
  }

  /// Registrations at a time.
  private static let registrations = 16

  func run(_ blocks: [BlockCode]) async throws -> PeakReport {
    let begin = ContinuousClock.now
    var lanes = try await self.lanes(blocks)
    // The groups with their members, then the meetings that lend: the state that a round begins with.
    _ = try await round(&lanes, isOneByOne: false)
    let setup = ContinuousClock.now - begin
    var warmUp: [PeakReport.Round] = []
    var rounds: [PeakReport.Round] = []
    for number in 0..<(options.warmUp + options.rounds) {
      try write(&lanes, sets: options.setsPerRound)
      let measured = try await round(&lanes, isOneByOne: options.isOneByOne)
      if number < options.warmUp { warmUp.append(measured) } else { rounds.append(measured) }
    }
    for lane in lanes { lane.link.close() }
    let lines = PeakGroup.lines(ofChanges: options.changesPerSet)
    return PeakReport(
      blocks: blocks.count, connections: options.connections, phones: options.phones,
      changesPerSet: lines.changes, attendancePerSet: lines.attendance, entriesPerSet: lines.entries,
      balancesPerSet: lines.balances, setupSeconds: Self.seconds(setup), warmUp: warmUp, rounds: rounds,
      serverResidentBytesMost: 0, serverExitCode: 0)
  }

  /// Registered phones with the first sets of their groups, which the next round sends.
  func lanes(_ blocks: [BlockCode]) async throws -> [Lane] {
    try await prepare(register(blocks, count: options.phones))
  }

  /// Phones of the blocks in turn.
  func register(_ blocks: [BlockCode], count: Int, grants: [Grant] = []) async throws -> [PeakPhone] {
    var phones: [PeakPhone?] = Array(repeating: nil, count: count)
    try await withThrowingTaskGroup(of: (Int, PeakPhone).self) { tasks in
      for place in 0..<count {
        if place >= Self.registrations, let (done, phone) = try await tasks.next() { phones[done] = phone }
        tasks.addTask {
          (place, try await served.register(in: blocks[place % blocks.count], grants: grants))
        }
      }
      for try await (done, phone) in tasks { phones[done] = phone }
    }
    return phones.compactMap(\.self)
  }

  private func prepare(_ phones: [PeakPhone]) async throws -> [Lane] {
    var lanes: [Lane] = []
    for lane in 0..<options.connections {
      let link = try await served.connect()
      lanes.append(Lane(link: link, phones: [], groups: []))
      for place in stride(from: lane, to: phones.count, by: options.connections) {
        var phone = phones[place]
        var groups: [PeakGroup] = []
        for _ in 0..<options.groupsPerPhone { groups.append(try PeakGroup(of: &phone, at: now)) }
        for index in groups.indices { try groups[index].writeFirstMeeting(of: &phone, at: now) }
        lanes[lane].phones.append(phone)
        lanes[lane].groups.append(groups)
      }
    }
    return lanes
  }

  /// A round's sets, spread evenly over the phones, and over each phone's groups.
  func write(_ lanes: inout [Lane], sets: Int) throws {
    let perPhone = max(1, sets / lanes.reduce(0) { $0 + $1.phones.count })
    for lane in lanes.indices {
      var (phones, groups) = (lanes[lane].phones, lanes[lane].groups)
      for phone in phones.indices {
        phones[phone].beginRound()
        for set in 0..<perPhone {
          let group = set % options.groupsPerPhone
          try groups[phone][group].writeMeeting(
            of: &phones[phone], changes: options.changesPerSet, at: now)
        }
      }
      (lanes[lane].phones, lanes[lane].groups) = (phones, groups)
    }
  }

  /// Sends what was written, until every set has its receipt.
  func round(_ lanes: inout [Lane], isOneByOne: Bool) async throws -> PeakReport.Round {
    let line = PeakLine(isOneByOne: isOneByOne, probe: isOneByOne ? FsyncProbe(in: served.data.path) : nil)
    let (server, own) = (ProcessUsage(of: process), ProcessUsage(of: getpid()))
    let begin = ContinuousClock.now
    let before = lanes
    let outcomes = try await withThrowingTaskGroup(of: (Int, Lane, PeakLine.Outcome).self) { tasks in
      for (place, lane) in before.enumerated() {
        tasks.addTask {
          var lane = lane
          let outcome = try await line.run(&lane.phones, over: lane.link, from: &lane.nextCall)
          return (place, lane, outcome)
        }
      }
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
    let seconds = Self.seconds(ContinuousClock.now - begin)
    let (serverAfter, ownAfter) = (ProcessUsage(of: process), ProcessUsage(of: getpid()))
    for (place, lane, _) in outcomes { lanes[place] = lane }
    let latencies = outcomes.flatMap(\.2.committed).sorted()
    let probes = outcomes.flatMap(\.2.probed).sorted()
    let phones = lanes.flatMap(\.phones)
    return PeakReport.Round(
      seconds: seconds, sets: phones.reduce(0) { $0 + $1.proven },
      changes: phones.reduce(0) { $0 + $1.provenChanges },
      serverCPUSeconds: serverAfter.cpuSeconds - server.cpuSeconds,
      loadCPUSeconds: ownAfter.cpuSeconds - own.cpuSeconds,
      serverResidentBytes: serverAfter.residentBytes,
      serverWrittenBytes: serverAfter.writtenBytes - server.writtenBytes,
      committedMicrosecondsMedian: Self.quantile(0.5, latencies),
      committedMicroseconds99: Self.quantile(0.99, latencies), busy: outcomes.reduce(0) { $0 + $1.2.busy },
      fsyncMicrosecondsMedian: probes.isEmpty ? nil : Self.quantile(0.5, probes))
  }

  private static func quantile(_ part: Double, _ sorted: [UInt32]) -> Int {
    sorted.isEmpty ? 0 : Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
