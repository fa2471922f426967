import LokBooks

/// What stands between a phone and "all is up, all is down". The middle word of each says what becomes of it.
package enum TroubleKey: String, MessageKey, CaseIterable {
  // --- It passes: sync again later ---
  /// Seconds.
  case later = "trouble.wait.later"
  case link = "trouble.wait.link"
  // --- The phone has mended it ---
  /// Old number, new number, sets written again.
  case reenrolled = "trouble.repaired.reenrolled"
  /// Group.
  case fetchedAnew = "trouble.repaired.fetchedAnew"
  /// Group.
  case madeAnew = "trouble.repaired.madeAnew"
  /// Sets sent again.
  case wentBack = "trouble.repaired.wentBack"
  // --- A person has to see it ---
  case revoked = "trouble.person.revoked"
  /// Server, block.
  case putBack = "trouble.person.putBack"
  /// The server's code.
  case refused = "trouble.person.refused"
  /// What was found.
  case unproven = "trouble.person.unproven"
  /// Group, seq.
  case diverged = "trouble.person.diverged"
  /// What was found.
  case violated = "trouble.person.violated"
}
