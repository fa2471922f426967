import Dispatch
import Foundation
import LokBooks
import LokTransport

/// Where times come from: handed in, so that a test's time is its own.
package struct ServerClock: Sendable {
  package var now: @Sendable () -> Session.Now
  package init(now: @escaping @Sendable () -> Session.Now) { self.now = now }

  /// The machine's clocks.
  package static let system = ServerClock {
    Session.Now(
      instant: Instant(milliseconds: Int64(clamping: DispatchTime.now().uptimeNanoseconds / 1_000_000)),
      wall: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
  }
}
