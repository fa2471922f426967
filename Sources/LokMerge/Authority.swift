package import LokBooks
package import LokWire

/// What is known of a set's sender at its place in the log.
package struct Sender: Hashable, Sendable {
  package enum Standing: Hashable, Sendable { case active, revoked, suspended }
  package var device: DeviceNumber
  package var role: Role
  package var standing: Standing
  /// The set's CBO is in its scope now.
  package var inScope: Bool
  /// It was once, or may have been: grants and parents that were ever in force.
  package var everInScope: Bool
  /// The lowest record counter it has not used.
  package var nextCounter: UInt64

  package init(
    device: DeviceNumber, role: Role, standing: Standing, inScope: Bool, everInScope: Bool,
    nextCounter: UInt64
  ) {
    self.device = device
    self.role = role
    self.standing = standing
    self.inScope = inScope
    self.everInScope = everInScope
    self.nextCounter = nextCounter
  }
}

/// Whether a set's sender may send it: binding, at the set's place in the log.
package enum Authority {
  /// Nil = judge it. Otherwise the word for the whole set: QUARANTINED where the sender is in doubt,
  /// REFUSED where there never was a right.
  package static func verdict(on set: ChangeSet, from sender: Sender) -> Verdict? {
    switch sender.standing {
    case .revoked: return Verdict(.quarantined, .senderRevoked)
    case .suspended: return Verdict(.quarantined, .senderSuspended)
    case .active: break
    }
    guard mayWrite(set.kind, sender.role) else { return Verdict(.refused, .roleMayNotWrite) }
    guard sender.inScope || isOwnCreation(set, sender) else {
      return sender.everInScope
        ? Verdict(.quarantined, .cboNoLongerInScope) : Verdict(.refused, .cboNeverInScope)
    }
    if set.cbo == .blockBook, sender.role != .blockAdmin { return Verdict(.refused, .roleMayNotWrite) }
    // A device's counters only rise: a lower one would give a second record an id that is taken.
    if set.changes.contains(where: \.isNew), UInt64(set.firstCounter) < sender.nextCounter {
      return Verdict(.quarantined, .recordTaken)
    }
    return nil
  }

  /// A CBO whose id the device itself minted is its own creation.
  private static func isOwnCreation(_ set: ChangeSet, _ sender: Sender) -> Bool {
    set.cbo != .blockBook && set.cbo.device == sender.device
  }

  /// What a phone can tell of its own sets: nobody of this role may write such a one.
  package static func mayWrite(_ set: ChangeSet, _ role: Role) -> Bool {
    mayWrite(set.kind, role) && (set.cbo != .blockBook || role == .blockAdmin)
  }

  package static func mayWrite(_ kind: ChangeSet.Kind, _ role: Role) -> Bool {
    switch (kind, role) {
    case (.meeting, .bookkeeperSHG), (.meeting, .bookkeeperVO), (.meeting, .bookkeeperCLF): true
    case (.records, .bookkeeperSHG), (.records, .bookkeeperVO), (.records, .bookkeeperCLF),
      (.records, .blockAdmin):
      true
    case (.decision, .approver): true
    default: false
    }
  }
}
