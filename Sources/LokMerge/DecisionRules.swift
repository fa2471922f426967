import LokBooks

/// The rules of a checker's decision. One that cannot take effect is refused and changes nothing: of two
/// checkers the first in log order decides, and the second is told.
extension Judge {
  mutating func decisionVerdict(_ index: Int) throws -> Verdict {
    let change = set.changes[index]
    guard change.entity == .decision else { return word(.refused, .entityDiffers, index) }
    guard let decision = Decision(change.patch) else {
      return word(.refused, .fieldMissing, index, arguments: [Int64(DecisionField.targetSeq)])
    }
    switch decision.target {
    case .profile(let record): return try profileVerdict(on: record, decision, index)
    case .set(let seq, let part):
      // Each is judged on the books before this set: what a release or rejection changes, the next decision
      // of the same set cannot know. Approvals change no books.
      let areApprovals = decision.word == .approve && decidedInSet.allSatisfy { $0 == .approve }
      guard decidedInSet.isEmpty || areApprovals else {
        return word(
          .refused, .alreadyDecided, index, arguments: [Int64(clamping: envelope.seq.rawValue)])
      }
      let verdict = try setVerdict(on: seq, part, decision, index)
      if verdict.word == .accepted { decidedInSet.append(decision.word) }
      return verdict
    }
  }

  private func setVerdict(
    on seq: Seq, _ part: UInt32?, _ decision: Decision, _ index: Int
  ) throws -> Verdict {
    let target = Int64(clamping: seq.rawValue)
    guard let journaled = try state.journaledSet(seq), journaled.cbo == set.cbo else {
      return word(.refused, .nothingToDecide, index, arguments: [target])
    }
    guard !journaled.isBySame(as: set) else {
      return word(.refused, .ownWork, index, arguments: [target])
    }
    if let item = try state.setAside(seq, index: part) {
      switch decision.word {
      case .approve: return word(.refused, .nothingToDecide, index, arguments: [target])
      case .reject: return Verdict(index: UInt32(index), .accepted)
      case .release: return try releaseVerdict(item, index)
      }
    }
    guard part == nil, decision.word != .release,
      let meeting = try state.meeting(postedBy: seq)
    else { return decided(journaled, index, target) }
    guard meeting.standing == .unapproved else { return decided(journaled, index, target) }
    guard decision.word == .approve else { return try rejectionVerdict(meeting, decision, index) }
    if meeting.type == .cutoff {
      let suspense = try balance(.openingDifference)
      guard suspense == .zero else {
        return word(.refused, .suspenseNotZero, index, arguments: [suspense.rawValue])
      }
    }
    return Verdict(index: UInt32(index), .accepted)
  }

  /// What no checker can overrule (a number that is taken, a record that is missing) is not released: the
  /// decision is refused with the reason that stands in its way.
  private func releaseVerdict(_ item: SetAside, _ index: Int) throws -> Verdict {
    guard let (target, envelope) = try state.changeSet(at: item.seq) else {
      return word(.refused, .nothingToDecide, index, arguments: [Int64(clamping: item.seq.rawValue)])
    }
    var judge = Judge(target, envelope: envelope, state: state, isReleased: true)
    let verdict = try judge.verdict(again: item)
    guard !verdict.word.isPosted else { return Verdict(index: UInt32(index), .accepted) }
    return word(.refused, verdict.reason, index, record: verdict.record, arguments: verdict.arguments)
  }

  private func decided(_ journaled: JournaledSet, _ index: Int, _ target: Int64) -> Verdict {
    guard let resolution = journaled.resolvedBy else {
      return word(.refused, .nothingToDecide, index, arguments: [target])
    }
    return word(.refused, .alreadyDecided, index, arguments: [Int64(clamping: resolution.rawValue)])
  }

  /// A meeting on which later ones stand goes with them or not at all: their opening cash is its closing
  /// cash. What is approved stays; it is corrected by reversal.
  private func rejectionVerdict(_ meeting: HeldMeeting, _ decision: Decision, _ index: Int) throws -> Verdict
  {
    let later = try state.meetings(of: set.cbo, above: meeting.number)
    guard let last = later.first else { return Verdict(index: UInt32(index), .accepted) }
    guard decision.withLater, later.allSatisfy({ $0.standing == .unapproved }) else {
      return word(.refused, .laterMeetingsStand, index, arguments: [Int64(last.number)])
    }
    return Verdict(index: UInt32(index), .accepted)
  }
}
