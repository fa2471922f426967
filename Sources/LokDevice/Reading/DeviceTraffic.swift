package import LokWire

/// What this phone's connections have carried in a span of days.
package struct TrafficOfDays: Hashable, Sendable {
  package var sessions = 0
  /// Frames with their lengths, by call.
  package var calls = CallTraffic()
  /// The same and what TLS adds, TCP and IP not; only of connections over a socket.
  package var socketBytesUp = 0
  package var socketBytesDown = 0
  package init() {}
}

/// Today's, and that of the last 30 days with today.
package struct DeviceTraffic: Hashable, Sendable {
  package static let recentDays: Int32 = 30
  package var today = TrafficOfDays()
  package var recent = TrafficOfDays()
  package init(today: TrafficOfDays = TrafficOfDays(), recent: TrafficOfDays = TrafficOfDays()) {
    self.today = today
    self.recent = recent
  }
}
