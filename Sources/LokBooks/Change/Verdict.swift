/// What became of a change: a closed list. Values are those of `loksync.v1.Word`.
package enum Word: Int, CaseIterable, Sendable {
  case accepted = 1
  case merged = 2
  case waiting = 3
  case flagged = 4
  case review = 5
  case quarantined = 6
  case refused = 7

  /// The change counts in the books.
  package var isPosted: Bool { self == .accepted || self == .merged || self == .review }
}

/// One word with its reason.
package struct Verdict: Hashable, Sendable {
  /// Of the change in its set; in `Verdicts.whole`: of the line that caused it, where one did.
  package var index: UInt32?
  package var word: Word
  package var reason: Reason?
  package var record: RecordID?
  package var arguments: [Int64]

  package init(
    index: UInt32? = nil, _ word: Word, _ reason: Reason? = nil, record: RecordID? = nil,
    arguments: [Int64] = []
  ) {
    self.index = index
    self.word = word
    self.reason = reason
    self.record = record
    self.arguments = arguments
  }
}

/// The verdicts of one set. Nothing in it = everything accepted.
package struct Verdicts: Hashable, Sendable {
  /// One word for the set as a unit: a meeting, a refusal, a quarantine.
  package var whole: Verdict?
  /// The changes that are not simply accepted, ascending by index.
  package var changes: [Verdict]
  /// Of a set of an older epoch: where that one ended, and so how far its writer can have seen.
  package var seenThrough: Seq?

  package init(whole: Verdict? = nil, changes: [Verdict] = [], seenThrough: Seq? = nil) {
    self.whole = whole
    self.changes = changes
    self.seenThrough = seenThrough
  }

  package static let allAccepted = Verdicts()
  package var isAllAccepted: Bool { whole == nil && changes.isEmpty }

  /// The word for the change at `index`.
  package func word(at index: UInt32) -> Word {
    whole?.word ?? changes.first { $0.index == index }?.word ?? .accepted
  }
}

/// A later decision about a set, or one change of it. The set's own verdicts never change.
package struct Resolution: Hashable, Sendable {
  package var target: Seq
  /// Nil = the whole set; its verdict's index is that of the line that caused it.
  package var index: UInt32?
  package var verdict: Verdict
  /// The command that led to it.
  package var cause: Seq

  package init(target: Seq, index: UInt32?, verdict: Verdict, cause: Seq) {
    self.target = target
    self.index = index
    self.verdict = verdict
    self.cause = cause
  }
}
