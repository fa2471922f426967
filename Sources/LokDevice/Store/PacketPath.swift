package import LokBooks

/// How large packets may be on the way to the server, by how the last sessions went.
///
/// Behind some tunnels large packets vanish and nobody is told (RFC 2923, 2.1): the connection is made, and
/// the first full packet is sent for ever. So after a session that stalled or broke the next one asks for
/// small packets, which cost 5 % more; where that does not help either, the one after it for usual ones
/// again. Where it does help, small ones stay, and usual ones are tried from time to time: a tunnel seldom
/// changes, and each trial costs a stall.
package struct PacketPath: Hashable, Sendable {
  package private(set) var isSmall = false
  /// When small ones were asked for last; of no meaning before that.
  private(set) var since = Timestamp(milliseconds: 0)
  /// After so many days usual ones are tried; 0 = nothing has gone well with small ones yet.
  private(set) var days: Int64 = 0

  private static let daysMaximum: Int64 = 30
  private static let millisecondsOfDay: Int64 = 24 * 3_600 * 1_000

  package init() {}

  init(isSmall: Bool, since: Timestamp, days: Int64) {
    (self.isSmall, self.since, self.days) = (isSmall, since, days)
  }

  /// A session, or the attempt to begin one, has ended.
  package mutating func note(isBroken: Bool, at now: Timestamp) {
    switch (isSmall, isBroken) {
    case (false, false): self = PacketPath()
    case (false, true):
      (isSmall, since, days) = (true, now, min(days * 2, Self.daysMaximum))
    case (true, false):
      days = max(days, 1)
      // A clock that was set back is no reason to wait for it.
      let isOver = !(0..<days * Self.millisecondsOfDay).contains(now.milliseconds - since.milliseconds)
      if isOver { isSmall = false }
    // What has helped stays: this time it was something else.
    case (true, true): if days == 0 { self = PacketPath() }
    }
  }
}
