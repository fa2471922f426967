import LokWire

/// What one session found of its link.
package struct LinkSample: Hashable, Sendable {
  /// Of Hello's flight, the server's work on it included.
  package var roundTripMilliseconds: Int?
  /// Frames of books and sets, and how long they took to come: without the round trips in which they were
  /// asked for.
  package var bytes = 0
  package var milliseconds = 0
  /// It did not break off before all was done.
  package var wasWhole = false

  package init(
    roundTripMilliseconds: Int? = nil, bytes: Int = 0, milliseconds: Int = 0, wasWhole: Bool = false
  ) {
    self.roundTripMilliseconds = roundTripMilliseconds
    self.bytes = bytes
    self.milliseconds = milliseconds
    self.wasWhole = wasWhole
  }

  /// Nil where too little came to tell.
  package var bytesPerSecond: Int? {
    guard bytes >= Self.bytesTelling else { return nil }
    return Int(clamping: Int64(bytes) * 1_000 / Int64(max(1, milliseconds)))
  }

  /// Less comes in one burst, whatever the link is.
  private static let bytesTelling = 4 * 1024
}

/// Takes the time of a session's frames.
struct LinkMeter {
  private(set) var sample = LinkSample()
  private var helloSent: Duration?
  /// When the first books or sets were asked for, and how many calls have since waited a round trip.
  private var asked: Duration?
  private var calls = 0

  mutating func sent(_ frame: Frame, _ method: Method?, at now: Duration) {
    if method == .hello, helloSent == nil { helloSent = now }
    guard method?.isBudgeted == true, frame.method != nil else { return }
    asked = asked ?? now
    calls += 1
  }

  mutating func received(_ method: Method?, bytes: Int, at now: Duration) {
    if method == .hello, let sent = helloSent, sample.roundTripMilliseconds == nil {
      sample.roundTripMilliseconds = Self.milliseconds(now - sent)
    }
    // What is pushed later comes when it is written, however fast the link is.
    guard method?.isBudgeted == true, !sample.wasWhole, let asked else { return }
    sample.bytes += bytes
    let waited = calls * (sample.roundTripMilliseconds ?? 0)
    sample.milliseconds = max(1, Self.milliseconds(now - asked) - waited)
  }

  mutating func allCame() { sample.wasWhole = true }

  private static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }
}
