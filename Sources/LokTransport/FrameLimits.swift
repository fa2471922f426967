internal import LokWire

/// What a connection may take, in bytes and time; `standard` is what production uses.
package struct FrameLimits: Sendable {
  /// Frames a peer may send until `setMaximum` says otherwise.
  package var frameBytes = WireLimits.frameBytesDefault
  package var strangerBytes = WireLimits.unauthenticatedBytes
  package var strangerTime: Duration = .seconds(WireLimits.unauthenticatedSeconds)
  package var frameTime: Duration = .seconds(WireLimits.frameSeconds)
  package var window: Duration = .seconds(60)
  package var bytesPerSecondMinimum = WireLimits.bytesPerSecondMinimum
  /// Read but not decoded while the owner asks for nothing. A read loop that is under way when the owner
  /// says stop brings up to 4 × 64 KiB, twice that with what TLS held.
  package var unreadBytes = 512 * 1024
  /// Given to `send`, not yet taken by the socket. Owners stop at `writabilityChanged`; this bounds those
  /// that cannot.
  package var unsentBytes = 16 * 1024 * 1024
  /// At 2.5 KB/s (20 kbit/s) the 96 KiB between the two watermarks leave in 40 s.
  package var unwritableTime: Duration = .seconds(120)
  /// After a close: how long what was already sent may take to leave, and then the peer to hear of it.
  /// Closing with unread input makes the kernel send a reset that destroys the last answer under way.
  package var farewellTime: Duration = .seconds(30)
  package var lingerTime: Duration = .seconds(5)

  package static let standard = FrameLimits()
  package init() {}

  /// What has to come in each window while a frame is open.
  var windowBytes: Int { bytesPerSecondMinimum * Int(window.components.seconds) }
}

/// A reading of any monotonic clock.
package struct Instant: Hashable, Comparable, Sendable {
  package let milliseconds: Int64
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
  package static func + (a: Self, b: Duration) -> Self {
    Self(milliseconds: a.milliseconds + b.wholeMilliseconds)
  }
}

extension Duration {
  /// Rounded towards zero; saturates.
  package var wholeMilliseconds: Int64 {
    let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000)
    if overflow { return components.seconds < 0 ? .min : .max }
    return seconds + components.attoseconds / 1_000_000_000_000_000
  }
}
