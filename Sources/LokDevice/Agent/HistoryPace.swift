/// How a phone that follows fetches its groups' older sets meanwhile: a little at a time, when nothing else
/// is to be done.
package struct HistoryPace: Hashable, Sendable {
  /// What one session for it may bring: about 0.8 s of the slowest link that is called fast. What is typed or
  /// committed meanwhile waits so long at most.
  package var bytes: UInt32
  /// How long nothing has to have moved before.
  package var quiet: Duration

  package init(bytes: UInt32 = 32 * 1024, quiet: Duration = .seconds(2)) {
    self.bytes = bytes
    self.quiet = quiet
  }
}
