import LokBooks

/// The rules of one line of a meeting's cash book.
extension Judge {
  mutating func entryProblem(_ entry: Patch, _ type: MeetingType?, _ day: Day, _ index: Int) throws
    -> Verdict?
  {
    guard let kind = entry.integer(EntryField.kind).flatMap({ EntryKind(rawValue: $0) }) else {
      return outOfRange(EntryField.kind, index)
    }
    guard let amount = entry.paise(EntryField.amountPaise) else {
      return missing(EntryField.amountPaise, index)
    }
    guard amount > .zero, amount <= .entryMaximum else {
      return word(.flagged, .amountOutOfRange, index, arguments: [amount.rawValue])
    }
    if kind.isOpening, type != .cutoff { return word(.flagged, .openingOutsideCutoff, index) }
    guard let line = LedgerLine(entry) else { return word(.flagged, .counterEntryMissing, index) }
    guard line.debit != line.credit else { return word(.flagged, .counterEntryMissing, index) }
    // The posting table's own accounts are known.
    if Posting.of(kind) == nil {
      for account in [line.debit, line.credit] where account.name == nil {
        return word(.flagged, .accountUnknown, index, arguments: [Int64(account.rawValue)])
      }
    }
    if let problem = try partiesProblem(kind, line, entry, day, index) { return problem }
    let isReversal = entry.record(EntryField.reverses) != nil
    if isReversal, let problem = try reversalProblem(entry, line, index) { return problem }
    let state = state
    if let account = try ledger.post(line, in: set.cbo, over: { try state.balance($0) }) {
      return word(.flagged, .sumOverflows, index, arguments: [Int64(account.rawValue)])
    }
    if line.credit == .bank || line.credit == .fixedDeposit {
      let share = line.credit == .bank ? entry.record(EntryField.bankAccount) : nil
      paidByBank.append((index, line.credit, share))
    }
    return try isReleased ? nil : limitProblem(line, amount, index)
  }

  /// Whoever has a share of the entry's accounts is named, there, and of the right group.
  private func partiesProblem(
    _ kind: EntryKind, _ line: LedgerLine, _ entry: Patch, _ day: Day, _ index: Int
  ) throws -> Verdict? {
    if let member = entry.record(EntryField.member) {
      if let problem = try memberReference(member, on: day, index) { return problem }
    } else if Posting.of(kind)?.needsMember == true {
      return missing(EntryField.member, index)
    }
    for account in [line.debit, line.credit] {
      if let problem = try partyProblem(account.party, kind, entry, index) { return problem }
    }
    return nil
  }

  private func partyProblem(_ party: Account.Party?, _ kind: EntryKind, _ entry: Patch, _ index: Int) throws
    -> Verdict?
  {
    guard let party else { return nil }
    let record = LedgerLine.record(of: party, in: entry)
    switch party {
    case .member: return record == nil ? missing(EntryField.member, index) : nil
    case .loan:
      guard let record else { return missing(EntryField.loan, index) }
      return try loanReference(record, ofThisGroup: true, index)
    case .lendersLoan:
      // An opening balance or a free voucher may be older than the lender's own book.
      guard let record else { return Posting.of(kind) == nil ? nil : missing(EntryField.loan, index) }
      return try loanReference(record, ofThisGroup: false, index)
    case .owedLoan: return try record.flatMap { try loanReference($0, ofThisGroup: true, index) }
    case .bankAccount:
      guard let record else { return nil }
      guard let account = try self.record(record) else {
        return word(.waiting, .recordNotThere, index, record: record)
      }
      let isOwn = account.entity == .bankAccount && account.cbo == set.cbo
      return isOwn ? nil : word(.flagged, .entityDiffers, index, record: record)
    }
  }

  func loanReference(_ id: RecordID, ofThisGroup: Bool, _ index: Int) throws -> Verdict? {
    guard let loan = try record(id) else { return word(.waiting, .recordNotThere, index, record: id) }
    guard loan.entity == .loan else { return word(.flagged, .entityDiffers, index, record: id) }
    return ofThisGroup && loan.cbo != set.cbo ? word(.flagged, .loanOfOtherGroup, index, record: id) : nil
  }

  /// What is reversed is reversed whole, and once.
  private mutating func reversalProblem(_ entry: Patch, _ line: LedgerLine, _ index: Int) throws -> Verdict? {
    guard let id = entry.record(EntryField.reverses) else { return nil }
    guard let posted = try state.postedEntry(id), posted.cbo == set.cbo else {
      return word(.waiting, .recordNotThere, index, record: id)
    }
    let isSame =
      posted.kind == entry.integer(EntryField.kind) && posted.amount == line.amount
      && posted.debit == line.credit && posted.credit == line.debit
      && posted.member == entry.record(EntryField.member) && posted.loan == entry.record(EntryField.loan)
      && posted.bankAccount == entry.record(EntryField.bankAccount)
    guard isSame, !posted.isReversal else { return word(.flagged, .reversalDiffers, index, record: id) }
    guard posted.reversedBy == nil, reversedInMeeting.insert(id).inserted else {
      return word(.flagged, .alreadyReversed, index, record: id)
    }
    return nil
  }

  /// Nobody repays more than she owes, takes more than was sanctioned, or withdraws more than she saved.
  private func limitProblem(_ line: LedgerLine, _ amount: Paise, _ index: Int) throws -> Verdict? {
    for share in [line.firstShare, line.secondShare] {
      if let share, let problem = try limitProblem(share, line, amount, index) { return problem }
    }
    return nil
  }

  private func limitProblem(_ share: LedgerLine.Share, _ line: LedgerLine, _ amount: Paise, _ index: Int)
    throws
    -> Verdict?
  {
    let after = try balance(share.account, share.record)
    switch share.account.party {
    case .loan where line.credit == share.account && after < .zero:
      let before = after.adding(amount) ?? .zero
      return word(
        .flagged, .repaymentAboveOutstanding, index, record: share.record,
        arguments: [before.rawValue, amount.rawValue])
    case .loan where line.debit == share.account:
      guard let sanctioned = try record(share.record)?.paise(LoanField.principalPaise),
        after > sanctioned
      else { return nil }
      return word(
        .flagged, .loanExceedsSanction, index, record: share.record,
        arguments: [sanctioned.rawValue, after.rawValue])
    case .member where line.debit == share.account && after > .zero:
      return exceeded(.savingAboveBalance, share, after, amount, index)
    case .lendersLoan where line.debit == share.account && after > .zero,
      .owedLoan where line.debit == share.account && after > .zero:
      return exceeded(.repaymentAboveOutstanding, share, after, amount, index)
    default: return nil
    }
  }

  private func exceeded(
    _ reason: Reason, _ share: LedgerLine.Share, _ after: Paise, _ amount: Paise, _ index: Int
  ) -> Verdict {
    let owed = amount.subtracting(after) ?? .zero
    return word(
      .flagged, reason, index, record: share.record, arguments: [owed.rawValue, amount.rawValue])
  }
}
