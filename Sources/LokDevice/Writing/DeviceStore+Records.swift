package import LokBooks
import LokMerge
import LokShard
import LokWire

/// Villages, groups, members and loans.
extension DeviceStore {
  package func createVillage(_ village: VillageDraft, at now: Timestamp) throws -> RecordedSet {
    let patch = Patch(
      present: (VillageField.lgdCode, village.lgdCode.map { FieldValue($0) }),
      (VillageField.name, .text(village.name)),
      (VillageField.gramPanchayat, village.gramPanchayat.map { .text($0) }))
    return try record(
      .records, cbo: .blockBook, changes: [RecordChange(entity: .village, patch: patch)], at: now)
  }

  /// A new group; its record is the first of its own book.
  package func createCBO(_ cbo: CBODraft, at now: Timestamp) throws -> RecordedSet {
    try write(.records, at: now) { draft in
      var patch = Self.patch(of: cbo)
      // Said from the first day on, so that every later change of it is reviewed.
      if cbo.settings.status == nil { patch[CBOField.status] = .integer(CBOStatus.active.rawValue) }
      try TextRules.check(patch, of: .cbo)
      return try draft.add(.cbo, nil, patch)
    }
  }

  package func editCBO(_ id: RecordID, _ cbo: CBODraft, at now: Timestamp) throws -> RecordedSet {
    try record(
      .records, cbo: id, changes: [RecordChange(entity: .cbo, record: id, patch: Self.patch(of: cbo))],
      at: now)
  }

  /// A new member under a key of her own, which travels with the set.
  package func addMember(_ member: MemberDraft, to cbo: RecordID, at now: Timestamp) throws -> RecordedSet {
    guard let key = PersonKey(random.bytes(PersonKey.byteCount)) else { throw DeviceError.sealFailed }
    return try write(.records, at: now) { draft in
      let id = try add(member, nil, key: key, to: &draft)
      try draft.carry(key, of: id)
      return cbo
    }
  }

  /// - Throws: `DeviceError.memberKeyMissing` where a personal part is changed and this phone was not given
  ///   her key.
  package func editMember(
    _ id: RecordID, of cbo: RecordID, _ member: MemberDraft, at now: Timestamp
  ) throws -> RecordedSet {
    let key = try personKey(of: id).flatMap { PersonKey($0) }
    return try write(.records, at: now) { draft in
      try add(member, id, key: key, to: &draft)
      return cbo
    }
  }

  package func createLoan(_ loan: LoanDraft, of cbo: RecordID, at now: Timestamp) throws -> RecordedSet {
    let settings = try provisional(at: now) { _ in try shard.record(cbo)?.values }
    return try record(
      .records, cbo: cbo, changes: [RecordChange(entity: .loan, patch: Self.patch(of: loan, settings))],
      at: now)
  }

  /// - Parameter id: nil = a new account.
  package func writeBankAccount(
    _ account: BankAccountDraft, _ id: RecordID? = nil, of cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    if let ifsc = account.ifsc, !Formats.isIFSC(ifsc) { throw DeviceError.ifscFormat }
    if let number = account.accountNumber, !Formats.isAccountNumber(number) {
      throw DeviceError.accountFormat
    }
    let patch = Patch(
      present: (BankAccountField.bank, account.bank.map { .text($0) }),
      (BankAccountField.branch, account.branch.map { .text($0) }),
      (BankAccountField.ifsc, account.ifsc.map { .text($0) }),
      (BankAccountField.accountNumber, account.accountNumber.map { .text($0) }),
      (BankAccountField.openedDay, account.openedDay.map { FieldValue($0) }),
      (BankAccountField.closedDay, account.closedDay.map { FieldValue($0) }))
    return try record(
      .records, cbo: cbo, changes: [RecordChange(entity: .bankAccount, record: id, patch: patch)], at: now)
  }

  /// - Parameter id: nil = somebody new in this office.
  package func writeOfficeBearer(
    _ bearer: OfficeBearerDraft, _ id: RecordID? = nil, of cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    let patch = Patch(
      present: (OfficeBearerField.member, bearer.member.map { FieldValue($0) }),
      (OfficeBearerField.office, bearer.office.map { .integer($0.rawValue) }),
      (OfficeBearerField.sinceDay, bearer.since.map { FieldValue($0) }),
      (OfficeBearerField.untilDay, bearer.until.map { FieldValue($0) }))
    return try record(
      .records, cbo: cbo, changes: [RecordChange(entity: .officeBearer, record: id, patch: patch)], at: now)
  }

  /// What the bank's pass book says at the end of a day.
  package func writeBankStatement(
    _ balance: Paise, on day: Day, account: RecordID? = nil, of cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    let patch = Patch(
      present: (BankStatementField.bankAccount, account.map { FieldValue($0) }),
      (BankStatementField.day, FieldValue(day)), (BankStatementField.balancePaise, FieldValue(balance)))
    return try record(
      .records, cbo: cbo, changes: [RecordChange(entity: .bankStatement, patch: patch)], at: now)
  }

  /// What is outstanding on `day` is spread anew.
  package func rescheduleLoan(
    _ loan: RecordID, on day: Day, instalments: UInt32, annualRateBasisPoints: UInt32? = nil,
    reason: String? = nil, of cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    let patch = Patch(
      present: (LoanEventField.loan, FieldValue(loan)),
      (LoanEventField.kind, .integer(LoanEventKind.rescheduled.rawValue)),
      (LoanEventField.day, FieldValue(day)), (LoanEventField.instalments, FieldValue(instalments)),
      (LoanEventField.annualRateBasisPoints, annualRateBasisPoints.map { FieldValue($0) }),
      (LoanEventField.reason, reason.map { .text($0) }))
    return try record(
      .records, cbo: cbo, changes: [RecordChange(entity: .loanEvent, patch: patch)], at: now)
  }

  @discardableResult
  private func add(
    _ member: MemberDraft, _ id: RecordID?, key: PersonKey?, to draft: inout SetDraft
  ) throws -> RecordID {
    if let identity = member.identity { try TextRules.check(identity) }
    if let contact = member.contact { try TextRules.check(contact) }
    if let bank = member.bank { try TextRules.check(bank) }
    if let nominee = member.nominee { try TextRules.check(nominee) }
    let record = try draft.add(.member, id, Self.patch(of: member))
    let parts: [(UInt32, [UInt8]?)] = [
      (MemberField.identity, member.identity?.encoded), (MemberField.contact, member.contact?.encoded),
      (MemberField.bank, member.bank?.encoded), (MemberField.nominee, member.nominee?.encoded),
    ]
    for (field, part) in parts {
      guard let part else { continue }
      guard let key else { throw DeviceError.memberKeyMissing(record) }
      try draft.seal(part, field, with: key, random: random)
    }
    return record
  }

  private static func patch(of cbo: CBODraft) -> Patch {
    Patch(
      present: (CBOField.tier, cbo.tier.map { .integer($0.rawValue) }),
      (CBOField.name, cbo.name.map { .text($0) }),
      (CBOField.parent, cbo.parent.map { FieldValue($0) }),
      (CBOField.village, cbo.village.map { FieldValue($0) }),
      (CBOField.formationDay, cbo.formationDay.map { FieldValue($0) }),
      (CBOField.meetingEveryDays, cbo.meetingEveryDays.map { FieldValue($0) }),
      (CBOField.compulsorySavingPaise, cbo.compulsorySaving.map { FieldValue($0) }),
      (CBOField.parentSinceDay, cbo.settings.parentSince.map { FieldValue($0) }),
      (CBOField.foodSavingPaise, cbo.settings.foodSaving.map { FieldValue($0) }),
      (CBOField.healthSavingPaise, cbo.settings.healthSaving.map { FieldValue($0) }),
      (CBOField.optionalSavingPaise, cbo.settings.optionalSaving.map { FieldValue($0) }),
      (CBOField.interestMethod, cbo.settings.interestMethod.map { .integer($0) }),
      (CBOField.annualRateBasisPoints, cbo.settings.annualRateBasisPoints.map { FieldValue($0) }),
      (CBOField.absencePenaltyPaise, cbo.settings.absencePenalty.map { FieldValue($0) }),
      (CBOField.latePenaltyPaise, cbo.settings.latePenalty.map { FieldValue($0) }),
      (CBOField.quorumPercent, cbo.settings.quorumPercent.map { FieldValue($0) }),
      (CBOField.isAccrual, cbo.settings.isAccrual.map { .integer($0 ? 1 : 0) }),
      (CBOField.allocationOrder, cbo.settings.allocationOrder.map { .bytes($0.bytes) }),
      (CBOField.status, cbo.settings.status.map { .integer($0.rawValue) }),
      (CBOField.statusReason, cbo.settings.statusReason.map { .text($0) }))
  }

  private static func patch(of member: MemberDraft) -> Patch {
    Patch(
      present: (MemberField.kycTag, member.kycTag.map { .integer(Int64(bitPattern: $0)) }),
      (MemberField.joinedDay, member.joinedDay.map { FieldValue($0) }),
      (MemberField.leftDay, member.leftDay.map { FieldValue($0) }),
      (MemberField.socialCategory, member.socialCategory.map { .integer($0) }),
      (MemberField.designation, member.designation.map { .integer($0) }),
      (MemberField.leftReason, member.leftReason.map { .integer($0) }),
      (MemberField.religion, member.facts.religion.map { .integer($0.rawValue) }),
      (MemberField.economicCategory, member.facts.economicCategory.map { .integer($0.rawValue) }),
      (MemberField.povertyRank, member.facts.povertyRank.map { .integer($0.rawValue) }),
      (MemberField.disability, member.facts.disability.map { .integer($0.rawValue) }),
      (MemberField.education, member.facts.education.map { .integer($0.rawValue) }),
      (MemberField.household, member.facts.household.map { FieldValue($0) }),
      (MemberField.isHouseholdHead, member.facts.isHouseholdHead.map { .integer($0 ? 1 : 0) }),
      (MemberField.insurances, member.facts.insurances.map { .integer($0.reduce(0) { $0 | $1.rawValue }) }))
  }

  /// - Parameter settings: of the group that lends; its words for members' loans stand in for what the draft
  ///   leaves open.
  static func patch(of loan: LoanDraft, _ settings: Patch?) -> Patch {
    let member: RecordID? = if case .member(let id) = loan.borrower { id } else { nil }
    let cbo: RecordID? = if case .cbo(let id) = loan.borrower { id } else { nil }
    let usual = member == nil ? nil : settings
    let rate =
      loan.annualRateBasisPoints.map { Int64($0) } ?? usual?.integer(CBOField.annualRateBasisPoints) ?? 1_200
    let chosen = usual?.integer(CBOField.interestMethod).flatMap { InterestMethod(rawValue: $0) }
    return Patch(
      present: (LoanField.member, member.map { FieldValue($0) }),
      (LoanField.borrowerCBO, cbo.map { FieldValue($0) }),
      (LoanField.principalPaise, FieldValue(loan.principal)),
      (LoanField.annualRateBasisPoints, .integer(rate)),
      (LoanField.instalments, FieldValue(loan.instalments)),
      (LoanField.interestMethod, .integer(loan.interestMethod ?? (chosen ?? .declining).rawValue)),
      (LoanField.purpose, loan.purpose.map { .text($0) }),
      (LoanField.sanctionedDay, loan.sanctionedDay.map { FieldValue($0) }),
      (LoanField.source, loan.source.map { .integer($0) }),
      (LoanField.repayEveryDays, loan.repayEveryDays.map { FieldValue($0) }),
      (LoanField.moratoriumPeriods, loan.moratoriumPeriods.map { FieldValue($0) }),
      (LoanField.loanNumber, loan.loanNumber.map { .text($0) }),
      (LoanField.lender, loan.lender.map { .text($0) }))
  }
}
