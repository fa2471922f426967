package import LokBooks
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
      let patch = Self.patch(of: cbo)
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
    try record(
      .records, cbo: cbo, changes: [RecordChange(entity: .loan, patch: Self.patch(of: loan))], at: now)
  }

  @discardableResult
  private func add(
    _ member: MemberDraft, _ id: RecordID?, key: PersonKey?, to draft: inout SetDraft
  ) throws -> RecordID {
    if let identity = member.identity { try TextRules.check(identity) }
    if let contact = member.contact { try TextRules.check(contact) }
    if let bank = member.bank { try TextRules.check(bank) }
    let record = try draft.add(.member, id, Self.patch(of: member))
    let parts: [(UInt32, [UInt8]?)] = [
      (MemberField.identity, member.identity?.encoded), (MemberField.contact, member.contact?.encoded),
      (MemberField.bank, member.bank?.encoded),
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
      (CBOField.compulsorySavingPaise, cbo.compulsorySaving.map { FieldValue($0) }))
  }

  private static func patch(of member: MemberDraft) -> Patch {
    Patch(
      present: (MemberField.kycTag, member.kycTag.map { .integer(Int64(bitPattern: $0)) }),
      (MemberField.joinedDay, member.joinedDay.map { FieldValue($0) }),
      (MemberField.leftDay, member.leftDay.map { FieldValue($0) }),
      (MemberField.socialCategory, member.socialCategory.map { .integer($0) }),
      (MemberField.designation, member.designation.map { .integer($0) }))
  }

  static func patch(of loan: LoanDraft) -> Patch {
    let member: RecordID? = if case .member(let id) = loan.borrower { id } else { nil }
    let cbo: RecordID? = if case .cbo(let id) = loan.borrower { id } else { nil }
    return Patch(
      present: (LoanField.member, member.map { FieldValue($0) }),
      (LoanField.borrowerCBO, cbo.map { FieldValue($0) }),
      (LoanField.principalPaise, FieldValue(loan.principal)),
      (LoanField.annualRateBasisPoints, FieldValue(loan.annualRateBasisPoints)),
      (LoanField.instalments, FieldValue(loan.instalments)),
      (LoanField.interestMethod, .integer(loan.interestMethod)),
      (LoanField.purpose, loan.purpose.map { .text($0) }),
      (LoanField.sanctionedDay, loan.sanctionedDay.map { FieldValue($0) }))
  }
}
