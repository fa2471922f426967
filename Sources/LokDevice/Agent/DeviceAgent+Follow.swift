extension DeviceAgent {
  /// A sync that goes on: while the connection lasts, what others commit comes as soon as the server has it,
  /// and what is typed here goes up within half a second. Ends with the connection, or when the server says
  /// so; nothing is lost by that.
  ///
  /// - Parameters:
  ///   - deadline: for each answer; where nothing comes so long, the connection has stalled.
  ///   - history: how older sets of this phone's own groups come when nothing else does; nil = they do not.
  ///   - connected: the server is in reach.
  ///   - told: what has come and gone since the last time, whenever all there was is down.
  /// - Throws: as `sync`.
  package func follow(
    deadline: Duration = .seconds(120), history: HistoryPace? = HistoryPace(),
    connected: @escaping @Sendable () -> Void = {},
    told: @escaping @Sendable (SyncReport) -> Void
  ) async throws -> SyncReport {
    try await exclusively { try await following(deadline, history, connected, told) }
  }

  private func following(
    _ deadline: Duration, _ history: HistoryPace?, _ connected: @Sendable () -> Void,
    _ told: @Sendable (SyncReport) -> Void
  ) async throws -> SyncReport {
    let store = try store()
    try store.doubtFiles(at: surroundings.clock())
    let link = try await dial()
    defer { link.close() }
    connected()
    var driver = try FollowDriver(
      store: store, link: link, appBuild: surroundings.appBuild, clock: surroundings.clock,
      deadline: deadline, history: history)
    let events = FollowEvents(of: link)
    defer { events.stop() }
    do {
      try driver.begin()
      while let event = await events.next(), try driver.take(event, told: told) {}
    } catch {
      // What was there to count is counted; why it ended is what the caller has to hear.
      _ = try? driver.end()
      try noteStall(error)
      throw error
    }
    let report = try driver.end()
    try store.noteOutcome(report.outcome, at: surroundings.clock())
    // Where all had come once, a connection that ends says nothing of its packets.
    if !driver.wasWhole, !Task.isCancelled {
      try store.notePath(isBroken: report.outcome == .brokenOff, at: surroundings.clock())
    }
    return report
  }
}
