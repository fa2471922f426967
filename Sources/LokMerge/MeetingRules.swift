import LokBooks

/// The rules of a meeting: atomic, one verdict for the whole set, naming the line that caused it.
extension Judge {
  /// Nil = the meeting can be posted.
  mutating func meetingProblem() throws -> Verdict? {
    guard let meeting = set.changes.first, meeting.entity == .meeting, meeting.isNew,
      set.changes.dropFirst().allSatisfy({ $0.entity != .meeting })
    else { return word(.flagged, .meetingIncomplete, 0) }
    guard let group = try record(set.cbo) else { return word(.waiting, .recordNotThere, 0, record: set.cbo) }
    guard group.entity == .cbo else { return word(.flagged, .entityDiffers, 0, record: set.cbo) }
    let patch = meeting.patch
    guard let number = patch.integer(MeetingField.number).flatMap({ UInt32(exactly: $0) }), number > 0 else {
      return missing(MeetingField.number, 0)
    }
    guard let day = patch.day(MeetingField.day) else { return missing(MeetingField.day, 0) }
    guard let opening = patch.paise(MeetingField.openingCashPaise) else {
      return missing(MeetingField.openingCashPaise, 0)
    }
    guard let closing = patch.paise(MeetingField.closingCashPaise) else {
      return missing(MeetingField.closingCashPaise, 0)
    }
    let type = patch.integer(MeetingField.type).flatMap { MeetingType(rawValue: $0) }
    if let problem = activityProblem(group.values) { return problem }
    if let problem = try replacementProblem(patch) { return problem }
    if let problem = try orderProblem(type, number, day, group.values) { return problem }
    if let problem = try quorumProblem(type, day, percent: group.values.integer(CBOField.quorumPercent)) {
      return problem
    }
    let openingInBooks = try balance(.cashInHand)
    if let problem = try linesProblem(type, day) { return problem }
    if type == .closing, let problem = try leftoverProblem(in: Self.emptied, 0) { return problem }
    return try cashProblem(opening: opening, closing: closing, inBooks: openingInBooks) ?? bankProblem()
  }

  /// A maker replaces what she wrote herself and is set aside, and anybody what was rejected.
  private func replacementProblem(_ meeting: Patch) throws -> Verdict? {
    guard let seq = meeting.integer(MeetingField.replacesSeq), seq != 0 else { return nil }
    let target = Seq(UInt64(bitPattern: seq))
    // What it replaces is gone, with the epoch that it was written in.
    guard set.canName(target) else { return nil }
    if let journaled = try state.journaledSet(target), journaled.cbo == set.cbo {
      // What was rejected counts nowhere: whoever keeps the group's books now may write it anew.
      if try state.setAside(target, index: nil) != nil {
        if journaled.isBySame(as: set) { return nil }
      } else if let meeting = try state.meeting(postedBy: target) {
        if meeting.standing == .rejected { return nil }
      } else if journaled.resolvedBy != nil {
        return nil
      }
    }
    return word(.flagged, .replacedNotOpen, 0, arguments: [seq])
  }

  private func orderProblem(_ type: MeetingType?, _ number: UInt32, _ day: Day, _ group: Patch) throws
    -> Verdict?
  {
    let formed = group.day(CBOField.formationDay)
    let last = try state.lastMeeting(of: set.cbo)
    let held = last?.number ?? 0
    if last?.type == .closing { return word(.flagged, .groupClosed, 0, arguments: [Int64(held)]) }
    if type == .cutoff, held > 0 { return word(.flagged, .cutoffNotFirst, 0, arguments: [Int64(held)]) }
    guard number > held else {
      return word(.flagged, .meetingNumberTaken, 0, arguments: [Int64(number), Int64(held)])
    }
    // A cut-off's number is that of the meetings held before, on paper.
    let due = type == .cutoff ? number : held + 1
    if number > due {
      if let earlier = try state.meetingSetAside(of: set.cbo, numbers: due..<number) {
        return word(.waiting, .earlierMeetingUnresolved, 0, arguments: [Self.cause(of: earlier)])
      }
      // Those between were lost with the end of an epoch: they come again from the phones that wrote them.
      if set.seenThrough != nil { return word(.waiting, .earlierMeetingUnresolved, 0) }
      if held == 0, number > Self.meetingsWithoutCutoff {
        return word(.flagged, .cutoffRequired, 0, arguments: [Int64(number)])
      }
      return word(.flagged, .meetingNumberSkipped, 0, arguments: [Int64(number), Int64(due)])
    }
    if isReleased { return nil }
    if let formed, day < formed {
      return word(.flagged, .dateBeforeFormation, 0, arguments: days(day, formed))
    }
    if day > lastDayAllowed {
      return word(.flagged, .dateInFuture, 0, arguments: days(day, lastDayAllowed))
    }
    if let last, day < last.day {
      return word(.flagged, .dateBeforeLastMeeting, 0, arguments: days(day, last.day))
    }
    if held == 0, type != .cutoff, hasMetForLong(group, before: day) {
      return word(.flagged, .cutoffRequired, 0, arguments: [Int64(number)])
    }
    return nil
  }

  /// A group that met more often enters its opening balances first. Source: domain notes 1.1.
  private static var meetingsWithoutCutoff: UInt32 { 12 }

  /// By the day it was formed and the days between its meetings, a month where that is not known. One that
  /// was formed long ago and never met a checker lets through.
  private func hasMetForLong(_ group: Patch, before day: Day) -> Bool {
    guard group.integer(CBOField.tier) == Tier.selfHelpGroup.rawValue,
      let formed = group.day(CBOField.formationDay)
    else { return false }
    let every = group.integer(CBOField.meetingEveryDays).flatMap { $0 > 0 ? $0 : nil } ?? 30
    return Int64(day.number) - Int64(formed.number) > Int64(Self.meetingsWithoutCutoff) * every
  }

  /// Where the group's settings ask for a quorum: of all who belong to it on that day, whether or not the
  /// attendance names them.
  private func quorumProblem(_ type: MeetingType?, _ day: Day, percent: Int64?) throws -> Verdict? {
    guard let percent, percent > 0, !isReleased, type == .regular || type == .special else { return nil }
    let attendance = set.changes.filter { $0.entity == .attendance }
    let present = Int64(attendance.count { $0.patch.integer(AttendanceField.present) == 1 })
    let members = Int64(max(attendance.count, try state.memberCount(of: set.cbo, on: day)))
    let needed = (members * percent + 99) / 100
    return present < needed ? word(.flagged, .quorumMissing, 0, arguments: [present, needed]) : nil
  }

  /// After a share-out nothing is left that could be anybody's.
  static var emptied: [Account] {
    [
      .cashInHand, .bank, .fixedDeposit, .loansToMembers, .savingsCompulsory, .savingsFood, .savingsHealth,
      .savingsOptional,
    ]
  }

  func leftoverProblem(in accounts: [Account], _ index: Int) throws -> Verdict? {
    for account in accounts {
      let left = try balance(account)
      guard left == .zero else {
        return word(.flagged, .balanceLeft, index, arguments: [Int64(account.rawValue), left.rawValue])
      }
    }
    return nil
  }

  /// A group that rests or is dissolved holds no meetings, unless a checker lets one through.
  private func activityProblem(_ group: Patch) -> Verdict? {
    guard let status = group.integer(CBOField.status), status != CBOStatus.active.rawValue, !isReleased else {
      return nil
    }
    return word(.flagged, .groupNotActive, 0, record: set.cbo, arguments: [status])
  }

  /// A meeting that waits for a meeting names the one at the root, so that a checker sees one item.
  private static func cause(of earlier: SetAside) -> Int64 {
    if earlier.verdict.reason == .earlierMeetingUnresolved, let root = earlier.verdict.arguments.first {
      return root
    }
    return Int64(clamping: earlier.seq.rawValue)
  }

  private mutating func linesProblem(_ type: MeetingType?, _ day: Day) throws -> Verdict? {
    var attending: Set<RecordID> = []
    // Looked at in their places: there are dozens, and a copy of each counts its fields in and out.
    let changes = set.changes
    for index in changes.indices.dropFirst() {
      switch changes[index].entity {
      case .attendance:
        guard let member = changes[index].patch.record(AttendanceField.member) else {
          return missing(AttendanceField.member, index)
        }
        if let problem = try memberReference(member, on: day, index) { return problem }
        guard attending.insert(member).inserted else {
          return word(.flagged, .duplicateLine, index, record: member)
        }
      case .entry:
        if let problem = try entryProblem(changes[index].patch, type, day, index) { return problem }
      default:
        let verdict = try recordVerdict(index)
        if verdict.word == .merged {
          mergedInMeeting.append(verdict)
        } else if verdict.word == .review {
          // What is reviewed is a set of its own: a meeting has one word.
          return word(.flagged, .entityDiffers, index, record: changes[index].record)
        } else if verdict.word != .accepted {
          return verdict
        }
      }
    }
    return nil
  }

  /// Closing cash = opening + receipts - payments, opening = what the books hold, and neither below zero.
  /// A checker may overrule what was counted, never a box or a bank account with less than nothing in it.
  private func cashProblem(opening: Paise, closing: Paise, inBooks: Paise) throws -> Verdict? {
    let computed = try balance(.cashInHand)
    guard !isReleased else { return negativeCash(computed) }
    guard opening == inBooks else {
      return word(.flagged, .openingCashDiffers, 0, arguments: [opening.rawValue, inBooks.rawValue])
    }
    guard closing == computed else {
      return word(.flagged, .closingCashDiffers, 0, arguments: [closing.rawValue, computed.rawValue])
    }
    return negativeCash(computed)
  }

  private func negativeCash(_ cash: Paise) -> Verdict? {
    cash < .zero ? word(.flagged, .cashNegative, 0, arguments: [cash.rawValue]) : nil
  }

  /// The bank lends by a loan of its own; what is called savings with it never falls below zero.
  private func bankProblem() throws -> Verdict? {
    for payment in paidByBank {
      for part in [nil, payment.share] {
        let left = try balance(payment.account, part)
        guard left < .zero else { continue }
        return word(.flagged, .bankBalanceNegative, payment.index, record: part, arguments: [left.rawValue])
      }
    }
    return nil
  }
}
