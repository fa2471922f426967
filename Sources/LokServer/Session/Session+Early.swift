import LokBooks
import LokWire

/// Calls that came in Hello's flight. They wait until it is known who sends them.
extension Session {
  /// Each as long as a stranger's frame may be.
  private static let earlyMaximum = 2

  /// A stranger's first call has to say who it is; what follows in the same flight waits for that.
  mutating func beforeHello(_ frame: Frame, isFirst: Bool) -> [Action] {
    if isFirst { return close(.callBeforeHello) }
    guard isGreeting, frame.end, early.count < Self.earlyMaximum else {
      return refuse(frame.call, Self.notGreeted)
    }
    early.append(frame)
    return []
  }

  /// On a connection that goes on to its next session: whole calls that came in the flight of its Hello.
  func waitsForHello(_ frame: Frame) -> Bool {
    state == .authenticated && isGreeting && frame.end && early.count < Self.earlyMaximum
  }

  /// To be called whenever a call may have ended: of a Hello that was not taken, nothing else is.
  mutating func settleEarly(at now: Now) -> [Action] {
    guard !early.isEmpty, !isGreeting else { return [] }
    let frames = early
    early = []
    return frames.flatMap { frame in
      if state == .closed { return [] as [Action] }
      guard state == .authenticated else {
        return refuse(frame.call, state == .draining ? Self.shuttingDown : Self.notGreeted)
      }
      return admit(frame, frame.method.flatMap { Method(rawValue: $0) }, at: now)
    }
  }

  private var isGreeting: Bool {
    calls.values.contains { call in
      switch call.work {
      case .hello, .suspending: true
      default: false
      }
    }
  }

  private static let notGreeted = Status(.failedPrecondition, .callBeforeHello, next: .repair)
}
