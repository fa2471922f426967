/// Whether a frame that is open still moves. True between calls: the last `windowBytes` of the frame came
/// within the last window, or the window since its first byte is not over.
///
/// Arrivals are kept in steps of a second, rounded up, so that a peer that drips single bytes costs at
/// most 61 entries; it is never closed early, and at most a second late.
struct FrameProgress: Sendable {
  private struct Arrival {
    var at: Int64
    /// Of the frame, through this arrival.
    var bytes: Int
  }

  private static let stepMilliseconds: Int64 = 1_000
  private var began: Int64
  private var arrivals: [Arrival] = []

  init(began: Instant) { self.began = began.milliseconds }

  /// The frame, still open, has `bytes` in all.
  mutating func note(bytes: Int, at now: Instant, limits: FrameLimits) {
    let steps = (now.milliseconds - began + Self.stepMilliseconds - 1) / Self.stepMilliseconds
    let at = began + steps * Self.stepMilliseconds
    if let last = arrivals.last, last.at == at {
      arrivals[arrivals.count - 1].bytes = bytes
    } else if arrivals.last?.bytes != bytes {
      arrivals.append(Arrival(at: at, bytes: bytes))
    }
    let settled = bytes - limits.windowBytes
    if let first = arrivals.firstIndex(where: { $0.bytes > settled }), first > 0 {
      arrivals.removeFirst(first)
    }
  }

  /// When the frame is too late or too slow if nothing more comes.
  func deadline(limits: FrameLimits) -> (at: Instant, error: TransportError) {
    let late = began + limits.frameTime.wholeMilliseconds
    let windowBegan =
      (arrivals.last?.bytes ?? 0) < limits.windowBytes ? began : arrivals.first?.at ?? began
    let slow = windowBegan + limits.window.wholeMilliseconds
    return slow < late
      ? (Instant(milliseconds: slow), .frameTooSlow) : (Instant(milliseconds: late), .frameTooLate)
  }

  /// The time in which this side did not read is not the peer's.
  mutating func skip(milliseconds: Int64) {
    began += milliseconds
    for index in arrivals.indices { arrivals[index].at += milliseconds }
  }
}
