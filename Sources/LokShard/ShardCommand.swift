package import LokBooks
package import LokWire

/// An intake row on its way into its shard.
package struct ShardCommand: Sendable {
  package var lsn: LSN
  /// The block's row before it in the log; `.zero` for the first.
  package var previous: LSN
  package var received: Timestamp
  package var rules: RulesVersion
  package var command: Command
  /// Of a set, where somebody has decoded it already.
  package var decoded: ChangeSet?

  package init(
    lsn: LSN, previous: LSN, received: Timestamp, rules: RulesVersion, command: Command,
    decoded: ChangeSet? = nil
  ) {
    self.lsn = lsn
    self.previous = previous
    self.received = received
    self.rules = rules
    self.command = command
    self.decoded = decoded
  }
}

/// What became of an intake row.
package struct CommandOutcome: Sendable {
  package enum Result: Sendable {
    /// A set, a refusal or a quarantined set has its place. `leaf` is what a receipt signs.
    case committed(Committed, leaf: [UInt8])
    /// A registration (also the repetition of one) has its device; and what its predecessor holds.
    case registered(DeviceState, Committed, leaf: [UInt8], predecessorSets: [HeldSet])
    /// The command changed nothing and left no journal row.
    case refused(Reason)
    /// Revocation, scope, code, opening: its place in the shard.
    case done(Seq)
  }

  package var lsn: LSN
  package var device: DeviceNumber?
  package var result: Result
  /// One command's share of releases was not enough: append `Command.release` for this block.
  package var hasMoreToRelease: Bool

  package init(lsn: LSN, device: DeviceNumber?, result: Result, hasMoreToRelease: Bool = false) {
    self.lsn = lsn
    self.device = device
    self.result = result
    self.hasMoreToRelease = hasMoreToRelease
  }
}
