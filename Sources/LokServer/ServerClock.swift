import Foundation
import LokBooks
import LokTransport

/// Where times come from: handed in, so that a test's time is its own.
package struct ServerClock: Sendable {
  package var now: @Sendable () -> Session.Now
  package init(now: @escaping @Sendable () -> Session.Now) { self.now = now }

  /// The machine's clocks.
  package static let system = ServerClock {
    var wall = timespec()
    clock_gettime(CLOCK_REALTIME, &wall)
    var monotonic = timespec()
    clock_gettime(CLOCK_MONOTONIC, &monotonic)
    return Session.Now(
      instant: Instant(milliseconds: milliseconds(monotonic)),
      wall: Timestamp(milliseconds: milliseconds(wall)))
  }

  private static func milliseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
