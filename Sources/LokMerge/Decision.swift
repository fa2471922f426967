package import LokBooks

/// A checker's word as its patch says it.
package struct Decision: Hashable, Sendable {
  package enum Target: Hashable, Sendable {
    /// `index` nil = the whole set.
    case set(Seq, index: UInt32?)
    /// The profile of a group, member or bank account.
    case profile(RecordID)
  }
  package var target: Target
  package var word: DecisionWord
  package var withLater: Bool

  /// Nil where target or word are missing or unknown.
  package init?(_ patch: Patch) {
    guard let word = patch.integer(DecisionField.word).flatMap({ DecisionWord(rawValue: $0) }) else {
      return nil
    }
    if let record = patch.record(DecisionField.targetRecord), record.rawValue != 0 {
      target = .profile(record)
    } else if let seq = patch.integer(DecisionField.targetSeq), seq > 0 {
      let index = patch.integer(DecisionField.targetIndex).flatMap { UInt32(exactly: $0) }
      target = .set(Seq(UInt64(seq)), index: index)
    } else {
      return nil
    }
    self.word = word
    withLater = patch.integer(DecisionField.withLater) == 1
  }
}
