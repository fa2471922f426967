import LokBooks
import LokDevice
import LokTransport
import NIOCore

/// One sync of a phone, from the time at which it was due until it is through, however often it has to come.
struct DayVisit: Sendable {
  /// What came of it.
  struct Outcome: Sendable {
    var arrival: DayPlan.Arrival
    /// From the due time to the last receipt; nil = it had nothing to send.
    var upload: Duration?
    /// From the due time until nothing more was to do.
    var whole: Duration
    /// Turned away by the server.
    var cameAgain = 0
    /// Its connection ended too soon.
    var reconnected = 0
    /// By which the oldest of its meetings is older than the call.
    var daysBehind = 0
    /// By which it began late, the simulator's own work.
    var late: Duration
    var committed: [DaySession.Committed] = []
    var setsReceived = 0
    var snapshots = 0
  }

  private static let attempts = 100

  let arrival: DayPlan.Arrival
  let due: ContinuousClock.Instant
  let late: Duration
  let dialing: Dialing
  let address: ServerAddress
  let now: Timestamp
  /// What a session may take; then its connection counts as broken.
  let limit: Duration
  /// Of its waits between two calls.
  let chance: SeededGenerator

  /// - Throws: `SimulationError`, and what a connection throws that will not pass.
  func run(_ phone: inout DayPhone) async throws -> Outcome {
    var outcome = Outcome(arrival: arrival, whole: .zero, late: late)
    if arrival.sets > 0 {
      try phone.write(arrival.sets, ofLast: days, at: now)
      outcome.daysBehind = phone.daysBehind
    }
    var backoff = Backoff(first: .milliseconds(200), longest: .seconds(5))
    var chance = chance
    let block = phone.phone.block.rawValue
    var losesAnswer = arrival.losesAnswer
    func wait(_ milliseconds: UInt32?) async throws {
      guard backoff.attempts < Self.attempts else {
        throw SimulationError.loadBrokenOff(block: block, detail: "busy for too long")
      }
      try await Task.sleep(for: backoff.wait(retryAfterMilliseconds: milliseconds, using: &chance))
    }
    while true {
      switch try await session(&phone, &outcome, losesAnswer: losesAnswer) {
      case .done:
        outcome.whole = .now - due
        if arrival.sets > 0 { outcome.upload = outcome.committed.last.map { $0.at - due } }
        return outcome
      // Whose own link broke dials again at once.
      case .lost: losesAnswer = false
      case .busy(let milliseconds):
        outcome.cameAgain += 1
        try await wait(milliseconds)
      case .broken:
        outcome.reconnected += 1
        try await wait(nil)
      }
    }
  }

  private var days: Int {
    if case .lagging(let days) = arrival.purpose { days } else { 2 }
  }

  private func session(
    _ phone: inout DayPhone, _ outcome: inout Outcome, losesAnswer: Bool
  ) async throws -> DaySession.Ending {
    let link: any FrameLink
    do {
      link = try await dialing.connect(address)
    } catch let error as TransportError where error.mayPass {
      return .broken
    }
    defer { link.close() }
    var session = DaySession(phone, hasNothing: arrival.purpose == .firstSync, losesAnswer: losesAnswer)
    defer {
      phone = session.phone
      outcome.committed += session.committed
      outcome.setsReceived += session.setsReceived
      outcome.snapshots += session.snapshots
    }
    return try await session.run(over: link, within: limit) ? session.ending ?? .broken : .broken
  }
}
