import LokBooks

/// The rules of groups, their members and their bank accounts.
extension Judge {
  /// 1990-01-01: no group of the mission is older.
  private static var firstFormationDay: Day { Day(number: 7305) }
  /// 60 % a year: above it a rate is a slip of the pen.
  static var rateMaximumBasisPoints: Int64 { 6_000 }

  func cboProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    guard change.record == set.cbo else { return word(.flagged, .entityDiffers, index) }
    let patch = change.patch
    let known = try record(change.record)?.values
    let tierValue = known?.integer(CBOField.tier) ?? patch.integer(CBOField.tier)
    guard let tier = tierValue.flatMap({ Tier(rawValue: $0) }) else {
      return missing(CBOField.tier, index)
    }
    if change.isNew, patch.text(CBOField.name)?.isEmpty != false { return missing(CBOField.name, index) }
    if let day = patch.day(CBOField.formationDay) {
      guard day >= Self.firstFormationDay else { return outOfRange(CBOField.formationDay, index) }
      guard day <= lastDayAllowed else {
        return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
      }
    } else if change.isNew {
      return missing(CBOField.formationDay, index)
    }
    if let village = patch.record(CBOField.village) {
      if let problem = try reference(village, .village, index, CBOField.village) { return problem }
    }
    if let parent = patch.record(CBOField.parent) {
      if let problem = try reference(parent, .cbo, index, CBOField.parent) { return problem }
      let parentTier = try record(parent)?.values.integer(CBOField.tier)
      guard let above = tier.above, parentTier == above.rawValue else {
        return outOfRange(CBOField.parent, index)
      }
    }
    if let problem = try statusProblem(patch, known, index) { return problem }
    return settingsProblem(patch, index)
  }

  /// Who rests owes nobody; what is dissolved has nothing left, and stays so. Source: domain notes 1.3, 1.4.
  private func statusProblem(_ patch: Patch, _ known: Patch?, _ index: Int) throws -> Verdict? {
    guard let value = patch.integer(CBOField.status) else { return nil }
    guard let status = CBOStatus(rawValue: value) else { return outOfRange(CBOField.status, index) }
    let dissolved = CBOStatus.dissolved.rawValue
    if known?.integer(CBOField.status) == dissolved, status != .dissolved {
      return word(.flagged, .groupNotActive, index, record: set.cbo, arguments: [dissolved])
    }
    switch status {
    case .active: return nil
    case .inactive: return try leftoverProblem(in: Self.owed, index)
    case .dissolved:
      if let problem = try leftoverProblem(in: Self.owed + Self.emptied, index) { return problem }
      // What a checker can still take back gives the group its money again.
      let open = try state.unapprovedMeetings(of: set.cbo, below: .max)
      return open.first.map {
        word(
          .flagged, .earlierMeetingUnapproved, index,
          arguments: [Int64($0.number), Int64(clamping: $0.seq.rawValue)])
      }
    }
  }

  private static var owed: [Account] {
    [.bankTermLoan, .cashCredit, .loanFromVO, .loanFromCLF, .communityInvestmentFund, .otherLoan]
  }

  /// What each setting may be; absent and zero are always right.
  private func settingsProblem(_ patch: Patch, _ index: Int) -> Verdict? {
    let money: [UInt32] = [
      CBOField.compulsorySavingPaise, CBOField.foodSavingPaise, CBOField.healthSavingPaise,
      CBOField.optionalSavingPaise, CBOField.absencePenaltyPaise, CBOField.latePenaltyPaise,
    ]
    for field in money {
      guard let paise = patch.paise(field) else { continue }
      guard (Paise.zero...Paise.entryMaximum).contains(paise) else { return outOfRange(field, index) }
    }
    let ranges: [(field: UInt32, range: ClosedRange<Int64>)] = [
      (CBOField.annualRateBasisPoints, 0...Self.rateMaximumBasisPoints), (CBOField.interestMethod, 0...3),
      (CBOField.quorumPercent, 0...100), (CBOField.isAccrual, 0...1),
    ]
    for (field, range) in ranges {
      guard let value = patch.integer(field) else { continue }
      guard range.contains(value) else { return outOfRange(field, index) }
    }
    return nil
  }

  func memberProblem(_ change: Change, of group: StoredRecord, _ index: Int) throws -> Verdict? {
    let patch = change.patch
    for field in [MemberField.joinedDay, MemberField.leftDay] {
      guard let day = patch.day(field) else { continue }
      guard day <= lastDayAllowed else {
        return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
      }
      if let formed = group.values.day(CBOField.formationDay), day < formed {
        return word(.flagged, .dateBeforeFormation, index, arguments: days(day, formed))
      }
    }
    // Nor can a checker let her go who has money in the group, or owes it.
    if patch.day(MemberField.leftDay) != nil, let problem = try exitProblem(change.record, index) {
      return problem
    }
    if isReleased { return nil }
    if let tag = patch.integer(MemberField.kycTag), tag != 0,
      try state.memberWith(kycTag: tag, otherThan: change.record) != nil
    {
      // Where she is a member already is not told to the one who typed it.
      return word(.flagged, .personInOtherGroup, index)
    }
    return nil
  }

  /// Who leaves has been paid out, and has repaid: both are vouchers of a meeting before.
  private func exitProblem(_ member: RecordID, _ index: Int) throws -> Verdict? {
    var saved = Int64(0)
    for account in [Account.savingsCompulsory, .savingsFood, .savingsHealth, .savingsOptional] {
      let share = try balance(account, member)
      saved = saved.subtractingReportingOverflow(share.rawValue).partialValue
    }
    let owed = try state.outstanding(of: member, in: set.cbo)
    guard saved != 0 || owed != .zero else { return nil }
    return word(.flagged, .memberNotSettled, index, record: member, arguments: [saved, owed.rawValue])
  }

  func bankAccountProblem(_ patch: Patch, _ index: Int) -> Verdict? {
    if let ifsc = patch.text(BankAccountField.ifsc), !Formats.isIFSC(ifsc) {
      return outOfRange(BankAccountField.ifsc, index)
    }
    if let number = patch.text(BankAccountField.accountNumber), !Formats.isAccountNumber(number) {
      return outOfRange(BankAccountField.accountNumber, index)
    }
    for field in [BankAccountField.openedDay, BankAccountField.closedDay] {
      guard let day = patch.day(field), day > lastDayAllowed else { continue }
      return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
    }
    return nil
  }

  /// An SHG's office bearers are its members' designations; a federation's are members of its groups.
  func officeBearerProblem(_ change: Change, of group: StoredRecord, _ index: Int) throws -> Verdict? {
    let patch = change.patch
    for field in [OfficeBearerField.sinceDay, OfficeBearerField.untilDay] {
      guard let day = patch.day(field), day > lastDayAllowed else { continue }
      return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
    }
    guard change.isNew else { return nil }
    guard group.values.integer(CBOField.tier) != Tier.selfHelpGroup.rawValue,
      let office = patch.integer(OfficeBearerField.office).flatMap({ Designation(rawValue: $0) }),
      office != .member
    else { return outOfRange(OfficeBearerField.office, index) }
    guard patch.day(OfficeBearerField.sinceDay) != nil else {
      return missing(OfficeBearerField.sinceDay, index)
    }
    guard let member = patch.record(OfficeBearerField.member) else {
      return missing(OfficeBearerField.member, index)
    }
    if let problem = try reference(member, .member, index, OfficeBearerField.member) { return problem }
    guard !isReleased, let holder = try state.officeBearers(of: set.cbo, office: office).first else {
      return nil
    }
    return word(.flagged, .officeTaken, index, record: holder, arguments: [office.rawValue])
  }

  func bankStatementProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    guard change.isNew else { return nil }
    guard let day = change.patch.day(BankStatementField.day) else {
      return missing(BankStatementField.day, index)
    }
    guard day <= lastDayAllowed else {
      return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
    }
    guard change.patch.paise(BankStatementField.balancePaise) != nil else {
      return missing(BankStatementField.balancePaise, index)
    }
    guard let account = change.patch.record(BankStatementField.bankAccount) else { return nil }
    return try reference(account, .bankAccount, index, BankStatementField.bankAccount)
  }
}
