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
    if let problem = try replacementProblem(patch) { return problem }
    if let problem = try orderProblem(number, day, formed: group.values.day(CBOField.formationDay)) {
      return problem
    }
    let openingInBooks = try balance(.cashInHand)
    if let problem = try linesProblem() { return problem }
    return try isReleased ? nil : cashProblem(opening: opening, closing: closing, inBooks: openingInBooks)
  }

  /// A maker replaces what she wrote herself, as long as it counts nowhere.
  private func replacementProblem(_ meeting: Patch) throws -> Verdict? {
    guard let seq = meeting.integer(MeetingField.replacesSeq), seq != 0 else { return nil }
    let target = Seq(UInt64(bitPattern: seq))
    if let journaled = try state.journaledSet(target), journaled.cbo == set.cbo, journaled.isBySame(as: set) {
      if try state.setAside(target, index: nil) != nil { return nil }
      if let meeting = try state.meeting(postedBy: target) {
        if meeting.standing == .rejected { return nil }
      } else if journaled.resolvedBy != nil {
        return nil
      }
    }
    return word(.flagged, .replacedNotOpen, 0, arguments: [seq])
  }

  private func orderProblem(_ number: UInt32, _ day: Day, formed: Day?) throws -> Verdict? {
    let last = try state.lastMeeting(of: set.cbo)
    let held = last?.number ?? 0
    guard number > held else {
      return word(.flagged, .meetingNumberTaken, 0, arguments: [Int64(number), Int64(held)])
    }
    let due = held + 1
    if number > due {
      if let earlier = try state.meetingSetAside(of: set.cbo, numbers: due..<number) {
        return word(.waiting, .earlierMeetingUnresolved, 0, arguments: [Self.cause(of: earlier)])
      }
      if !isReleased {
        return word(.flagged, .meetingNumberSkipped, 0, arguments: [Int64(number), Int64(due)])
      }
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
    return nil
  }

  /// A meeting that waits for a meeting names the one at the root, so that a checker sees one item.
  private static func cause(of earlier: SetAside) -> Int64 {
    if earlier.verdict.reason == .earlierMeetingUnresolved, let root = earlier.verdict.arguments.first {
      return root
    }
    return Int64(clamping: earlier.seq.rawValue)
  }

  private mutating func linesProblem() throws -> Verdict? {
    var attending: Set<RecordID> = []
    for index in set.changes.indices.dropFirst() {
      let change = set.changes[index]
      switch change.entity {
      case .attendance:
        guard let member = change.patch.record(AttendanceField.member) else {
          return missing(AttendanceField.member, index)
        }
        if let problem = try memberReference(member, index) { return problem }
        guard attending.insert(member).inserted else {
          return word(.flagged, .duplicateLine, index, record: member)
        }
      case .entry:
        if let problem = try entryProblem(change.patch, index) { return problem }
      default:
        let verdict = try recordVerdict(index)
        if verdict.word == .merged {
          mergedInMeeting.append(verdict)
        } else if verdict.word != .accepted {
          return verdict
        }
      }
    }
    return nil
  }

  private mutating func entryProblem(_ entry: Patch, _ index: Int) throws -> Verdict? {
    guard let kind = entry.integer(EntryField.kind).flatMap({ EntryKind(rawValue: $0) }) else {
      return outOfRange(EntryField.kind, index)
    }
    guard let amount = entry.paise(EntryField.amountPaise) else {
      return missing(EntryField.amountPaise, index)
    }
    guard amount > .zero, amount <= .entryMaximum else {
      return word(.flagged, .amountOutOfRange, index, arguments: [amount.rawValue])
    }
    if let problem = try partiesProblem(kind, entry, index) { return problem }
    guard let line = LedgerLine(entry) else { return word(.flagged, .counterEntryMissing, index) }
    for account in [line.debit, line.credit] where account.name == nil {
      return word(.flagged, .accountUnknown, index, arguments: [Int64(account.rawValue)])
    }
    let state = state
    if let account = try ledger.post(line, in: set.cbo, over: { try state.balance($0) }) {
      return word(.flagged, .sumOverflows, index, arguments: [Int64(account.rawValue)])
    }
    return try isReleased ? nil : limitProblem(line, amount, index)
  }

  /// The member and the loan that an entry names: there, and of the right group.
  private func partiesProblem(_ kind: EntryKind, _ entry: Patch, _ index: Int) throws -> Verdict? {
    let posting = Posting.of(kind)
    if let member = entry.record(EntryField.member) {
      if let problem = try memberReference(member, index) { return problem }
    } else if posting?.needsMember == true {
      return missing(EntryField.member, index)
    }
    switch posting?.subLedger {
    case .loan, .foreignLoan:
      guard let id = entry.record(EntryField.loan) else { return missing(EntryField.loan, index) }
      guard let loan = try record(id) else { return word(.waiting, .recordNotThere, index, record: id) }
      guard loan.entity == .loan else { return word(.flagged, .entityDiffers, index, record: id) }
      if case .loan = posting?.subLedger, loan.cbo != set.cbo {
        return word(.flagged, .loanOfOtherGroup, index, record: id)
      }
    default: break
    }
    return nil
  }

  /// Nobody repays more than she owes, takes more than was sanctioned, or withdraws more than she saved.
  private func limitProblem(_ line: LedgerLine, _ amount: Paise, _ index: Int) throws -> Verdict? {
    guard let (account, party) = line.subLedger else { return nil }
    let after = try balance(account, party)
    switch account.accountClass {
    case .asset:
      let isRepayment = line.credit == account
      if isRepayment, after < .zero {
        let before = after.adding(amount) ?? .zero
        return word(
          .flagged, .repaymentAboveOutstanding, index, record: party,
          arguments: [before.rawValue, amount.rawValue])
      }
      if !isRepayment, let sanctioned = try record(party)?.values.paise(LoanField.principalPaise),
        after > sanctioned
      {
        return word(
          .flagged, .loanExceedsSanction, index, record: party,
          arguments: [sanctioned.rawValue, after.rawValue])
      }
    case .liability where line.debit == account && after > .zero:
      let owed = Paise(amount.rawValue - after.rawValue)
      let reason: Reason = line.isMemberSaving ? .savingAboveBalance : .repaymentAboveOutstanding
      return word(.flagged, reason, index, record: party, arguments: [owed.rawValue, amount.rawValue])
    default: break
    }
    return nil
  }

  /// Closing cash = opening + receipts - payments, opening = what the books hold, and neither below zero.
  private func cashProblem(opening: Paise, closing: Paise, inBooks: Paise) throws -> Verdict? {
    guard opening == inBooks else {
      return word(.flagged, .openingCashDiffers, 0, arguments: [opening.rawValue, inBooks.rawValue])
    }
    let computed = try balance(.cashInHand)
    guard closing == computed else {
      return word(.flagged, .closingCashDiffers, 0, arguments: [closing.rawValue, computed.rawValue])
    }
    return computed < .zero ? word(.flagged, .cashNegative, 0, arguments: [computed.rawValue]) : nil
  }
}

extension LedgerLine {
  var isMemberSaving: Bool {
    guard let account = subLedger?.account else { return false }
    return (Account.savingsCompulsory...Account.savingsOptional).contains(account)
  }
}
