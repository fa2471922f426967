/// Whether a national day kept its target, from what it measured.
package struct DayVerdict: Hashable, Sendable {
  /// What the burst measured.
  package struct Burst: Hashable, Sendable {
    package var offeredChanges: Int
    /// With a verified receipt within its time.
    package var committedChanges: Int
    package var smallUploads: Int
    /// Of them, from when a call was due. Milliseconds.
    package var smallP99: Double

    package init(offeredChanges: Int, committedChanges: Int, smallUploads: Int, smallP99: Double) {
      self.offeredChanges = offeredChanges
      self.committedChanges = committedChanges
      self.smallUploads = smallUploads
      self.smallP99 = smallP99
    }
  }

  package enum Fault: Hashable, Sendable {
    /// No changes, or no small uploads: nothing is said about the target.
    case nothingMeasured
    case tooLittleCommitted
    case tooSlow
    /// Not all that was written is there once.
    case notProven
    case serverEnded(code: Int32)
  }

  /// Of small uploads in the burst.
  package static let millisecondsMost = 1_000.0
  /// Committed over offered.
  package static let heldLeast = 0.99

  package let faults: [Fault]
  /// Committed over offered.
  package let held: Double

  package init(_ burst: Burst, isProven: Bool, serverExitCode: Int32) {
    held = burst.offeredChanges > 0 ? Double(burst.committedChanges) / Double(burst.offeredChanges) : 0
    var faults: [Fault] = []
    if burst.offeredChanges == 0 || burst.smallUploads == 0 {
      faults.append(.nothingMeasured)
    } else {
      if held < Self.heldLeast { faults.append(.tooLittleCommitted) }
      if burst.smallP99 > Self.millisecondsMost { faults.append(.tooSlow) }
    }
    if !isProven { faults.append(.notProven) }
    if serverExitCode != 0 { faults.append(.serverEnded(code: serverExitCode)) }
    self.faults = faults
  }

  /// The burst is held.
  package var isHeld: Bool {
    !faults.contains { [.nothingMeasured, .tooLittleCommitted, .tooSlow].contains($0) }
  }
  /// The target is kept, and nothing is lost, doubled or otherwise than it was written.
  package var isGood: Bool { faults.isEmpty }
}
