import LokBooks

/// What a connection that stays has carried, written down from time to time: a transaction for each push
/// would wear the phone's memory for nothing. How its link was is written down once: when all there was had
/// come, or when it ended before that.
struct FollowAccount {
  enum Standing {
    case underWay
    /// All there was is down.
    case whole
    case ended
  }

  private static let interval: Duration = .seconds(60)
  private let store: DeviceStore
  private let clock: @Sendable () -> Timestamp
  private var carried = (up: 0, down: 0)
  private var unwritten = SyncReport()
  private var written = ContinuousClock.now
  private var hasToldLink = false

  init(store: DeviceStore, clock: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.clock = clock
  }

  /// - Parameter report: what was done since the last time, without the socket's bytes.
  /// - Returns: the same with them.
  @discardableResult
  mutating func settle(
    _ report: SyncReport, _ link: any FrameLink, _ standing: Standing = .underWay
  ) -> SyncReport {
    var report = report
    report.bytesUp = link.bytesUp - carried.up
    report.bytesDown = link.bytesDown - carried.down
    carried = (link.bytesUp, link.bytesDown)
    unwritten.add(report)
    let tellsLink = standing != .underWay && !hasToldLink
    if tellsLink || standing == .ended || ContinuousClock.now - written >= Self.interval {
      // A phone that cannot count goes on syncing.
      try? store.noteSession(unwritten, hasEnded: tellsLink, at: clock())
      if tellsLink { hasToldLink = true }
      let link = unwritten.link
      unwritten = SyncReport()
      unwritten.link = link
      written = .now
    }
    // The session goes on; what it was for until now is done.
    if standing == .whole { report.outcome = .done }
    return report
  }
}
