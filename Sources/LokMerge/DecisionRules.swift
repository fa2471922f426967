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
      if verdict.word == .accepted {
        decidedInSet.append(decision.word)
        if decision.word == .approve { approvedInSet.insert(seq) }
      }
      return verdict
    }
  }

  private func setVerdict(
    on seq: Seq, _ part: UInt32?, _ decision: Decision, _ index: Int
  ) throws -> Verdict {
    let target = Int64(clamping: seq.rawValue)
    // What a checker of an older epoch saw beyond its end is gone, and another set may stand in its place.
    guard set.canName(seq), let journaled = try state.journaledSet(seq), journaled.cbo == set.cbo else {
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
    if let problem = try approvalProblem(meeting.number, meeting.type, seq, index) { return problem }
    return Verdict(index: UInt32(index), .accepted)
  }

  /// Meetings are approved in their order: one stands on what those before it have made of the books. What a
  /// cut-off brings forward has to balance by itself, whatever later meetings that may still be taken back
  /// have booked against it.
  private func approvalProblem(_ number: UInt32, _ type: MeetingType?, _ seq: Seq, _ index: Int) throws
    -> Verdict?
  {
    let earlier = try state.unapprovedMeetings(of: set.cbo, below: number)
    if let first = earlier.first(where: { !approvedInSet.contains($0.seq) }) {
      return word(
        .refused, .earlierMeetingUnapproved, index,
        arguments: [Int64(first.number), Int64(clamping: first.seq.rawValue)])
    }
    guard type == .cutoff, let (cutoff, _) = try state.changeSet(at: seq) else { return nil }
    let suspense = cutoff.suspense
    guard suspense != .zero else { return nil }
    return word(.refused, .suspenseNotZero, index, arguments: [suspense.rawValue])
  }

  /// What no checker can overrule (a number that is taken, a record that is missing) is not released: the
  /// decision is refused with the reason that stands in its way.
  private func releaseVerdict(_ item: SetAside, _ index: Int) throws -> Verdict {
    guard let (target, envelope) = try state.changeSet(at: item.seq) else {
      return word(.refused, .nothingToDecide, index, arguments: [Int64(clamping: item.seq.rawValue)])
    }
    var judge = Judge(target, envelope: envelope, state: state, isReleased: true)
    let verdict = try judge.verdict(again: item)
    guard verdict.word.isPosted else {
      return word(.refused, verdict.reason, index, record: verdict.record, arguments: verdict.arguments)
    }
    if item.index == nil, let number = item.meetingNumber {
      // A meeting that is released is approved with it.
      let type = target.changes.first?.patch.integer(MeetingField.type).flatMap { MeetingType(rawValue: $0) }
      if let problem = try approvalProblem(number, type, item.seq, index) { return problem }
    }
    return Verdict(index: UInt32(index), .accepted)
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

extension ChangeSet {
  /// What a cut-off's own lines leave on the account of the difference, debit positive.
  fileprivate var suspense: Paise {
    let lines = changes.filter { $0.entity == .entry }.compactMap { LedgerLine($0.patch) }
    let sum = lines.reduce(Int128(0)) { sum, line in
      let amount = Int128(line.amount.rawValue)
      return sum + (line.debit == .openingDifference ? amount : 0)
        - (line.credit == .openingDifference ? amount : 0)
    }
    return Paise(Int64(clamping: sum))
  }
}
