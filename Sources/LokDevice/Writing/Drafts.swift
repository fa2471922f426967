package import LokBooks

/// A village of the block's own book; only block staff write it.
package struct VillageDraft: Hashable, Sendable {
  package var name: String
  package var lgdCode: UInt32?
  package var gramPanchayat: String?
  package init(name: String, lgdCode: UInt32? = nil, gramPanchayat: String? = nil) {
    self.name = name
    self.lgdCode = lgdCode
    self.gramPanchayat = gramPanchayat
  }
}

/// A CBO's fields: all that are given are written.
package struct CBODraft: Hashable, Sendable {
  package var tier: Tier?
  package var name: String?
  package var parent: RecordID?
  package var village: RecordID?
  package var formationDay: Day?
  package var meetingEveryDays: UInt32?
  package var compulsorySaving: Paise?
  package var settings: GroupSettings
  package init(
    tier: Tier? = nil, name: String? = nil, parent: RecordID? = nil, village: RecordID? = nil,
    formationDay: Day? = nil, meetingEveryDays: UInt32? = nil, compulsorySaving: Paise? = nil,
    settings: GroupSettings = GroupSettings()
  ) {
    self.settings = settings
    self.tier = tier
    self.name = name
    self.parent = parent
    self.village = village
    self.formationDay = formationDay
    self.meetingEveryDays = meetingEveryDays
    self.compulsorySaving = compulsorySaving
  }
}

/// How a group keeps its books; all that is given is written.
package struct GroupSettings: Hashable, Sendable {
  /// Member of its VO or CLF since.
  package var parentSince: Day?
  /// Per member and meeting.
  package var foodSaving: Paise?
  package var healthSaving: Paise?
  package var optionalSaving: Paise?
  /// Of new loans to members; values of `lokos.v1.InterestMethod`.
  package var interestMethod: Int64?
  /// 1200 = 12 % a year.
  package var annualRateBasisPoints: UInt32?
  package var absencePenalty: Paise?
  package var latePenalty: Paise?
  package var quorumPercent: UInt32?
  /// Interest is income when it falls due; nil or false = when it is received.
  package var isAccrual: Bool?
  package var allocationOrder: AllocationOrder?
  package var status: CBOStatus?
  package var statusReason: String?
  package init(
    parentSince: Day? = nil, foodSaving: Paise? = nil, healthSaving: Paise? = nil,
    optionalSaving: Paise? = nil, interestMethod: Int64? = nil, annualRateBasisPoints: UInt32? = nil,
    absencePenalty: Paise? = nil, latePenalty: Paise? = nil, quorumPercent: UInt32? = nil,
    isAccrual: Bool? = nil, allocationOrder: AllocationOrder? = nil, status: CBOStatus? = nil,
    statusReason: String? = nil
  ) {
    self.isAccrual = isAccrual
    self.allocationOrder = allocationOrder
    self.status = status
    self.statusReason = statusReason
    self.parentSince = parentSince
    self.foodSaving = foodSaving
    self.healthSaving = healthSaving
    self.optionalSaving = optionalSaving
    self.interestMethod = interestMethod
    self.annualRateBasisPoints = annualRateBasisPoints
    self.absencePenalty = absencePenalty
    self.latePenalty = latePenalty
    self.quorumPercent = quorumPercent
  }
}

/// A group's account at a bank; all that is given is written.
package struct BankAccountDraft: Hashable, Sendable {
  package var bank: String?
  package var branch: String?
  package var ifsc: String?
  package var accountNumber: String?
  package var openedDay: Day?
  package var closedDay: Day?
  package init(
    bank: String? = nil, branch: String? = nil, ifsc: String? = nil, accountNumber: String? = nil,
    openedDay: Day? = nil, closedDay: Day? = nil
  ) {
    self.bank = bank
    self.branch = branch
    self.ifsc = ifsc
    self.accountNumber = accountNumber
    self.openedDay = openedDay
    self.closedDay = closedDay
  }
}

/// A member's fields: all that are given are written; each personal part is replaced whole.
package struct MemberDraft: Hashable, Sendable {
  package var identity: MemberIdentity?
  package var contact: MemberContact?
  package var bank: MemberBank?
  package var nominee: MemberNominee?
  /// First 8 bytes of SHA-256 of the vault reference.
  package var kycTag: UInt64?
  package var joinedDay: Day?
  package var leftDay: Day?
  /// Values of `lokos.v1.SocialCategory`.
  package var socialCategory: Int64?
  /// Values of `lokos.v1.Designation`.
  package var designation: Int64?
  /// Values of `lokos.v1.LeavingReason`.
  package var leftReason: Int64?
  package var facts: MemberFacts
  package init(
    identity: MemberIdentity? = nil, contact: MemberContact? = nil, bank: MemberBank? = nil,
    nominee: MemberNominee? = nil, leftReason: Int64? = nil, kycTag: UInt64? = nil, joinedDay: Day? = nil,
    leftDay: Day? = nil, socialCategory: Int64? = nil,
    designation: Int64? = nil, facts: MemberFacts = MemberFacts()
  ) {
    self.facts = facts
    self.nominee = nominee
    self.leftReason = leftReason
    self.identity = identity
    self.contact = contact
    self.bank = bank
    self.kycTag = kycTag
    self.joinedDay = joinedDay
    self.leftDay = leftDay
    self.socialCategory = socialCategory
    self.designation = designation
  }
}

/// What else the register asks about a member; it identifies nobody.
package struct MemberFacts: Hashable, Sendable {
  package var religion: Religion?
  package var economicCategory: EconomicCategory?
  package var povertyRank: PovertyRank?
  package var disability: Disability?
  package var education: Education?
  /// Number of the household in the group's list.
  package var household: UInt32?
  package var isHouseholdHead: Bool?
  package var insurances: Set<Insurance>?
  package init(
    religion: Religion? = nil, economicCategory: EconomicCategory? = nil, povertyRank: PovertyRank? = nil,
    disability: Disability? = nil, education: Education? = nil, household: UInt32? = nil,
    isHouseholdHead: Bool? = nil, insurances: Set<Insurance>? = nil
  ) {
    self.religion = religion
    self.economicCategory = economicCategory
    self.povertyRank = povertyRank
    self.disability = disability
    self.education = education
    self.household = household
    self.isHouseholdHead = isHouseholdHead
    self.insurances = insurances
  }
}

/// Who holds an office in a federation; all that is given is written.
package struct OfficeBearerDraft: Hashable, Sendable {
  package var member: RecordID?
  package var office: Designation?
  package var since: Day?
  package var until: Day?
  package init(
    member: RecordID? = nil, office: Designation? = nil, since: Day? = nil, until: Day? = nil
  ) {
    self.member = member
    self.office = office
    self.since = since
    self.until = until
  }
}

/// A loan's terms, written once.
package struct LoanDraft: Hashable, Sendable {
  package enum Borrower: Hashable, Sendable {
    case member(RecordID)
    case cbo(RecordID)
  }
  package var borrower: Borrower
  package var principal: Paise
  /// 1200 = 12 % a year; nil = as the group's settings have it for its members, else 12 %.
  package var annualRateBasisPoints: UInt32?
  package var instalments: UInt32
  /// Values of `lokos.v1.InterestMethod`; nil = as the group's settings have it for its members, else
  /// declining.
  package var interestMethod: Int64?
  package var purpose: String?
  package var sanctionedDay: Day?
  /// Values of `lokos.v1.LoanSource`; nil = the group's own fund.
  package var source: Int64?
  /// Nil = monthly.
  package var repayEveryDays: UInt32?
  package var moratoriumPeriods: UInt32?
  package var loanNumber: String?
  package var lender: String?
  package init(
    borrower: Borrower, principal: Paise, annualRateBasisPoints: UInt32? = nil, instalments: UInt32 = 10,
    interestMethod: Int64? = nil, purpose: String? = nil, sanctionedDay: Day? = nil, source: Int64? = nil,
    repayEveryDays: UInt32? = nil, moratoriumPeriods: UInt32? = nil, loanNumber: String? = nil,
    lender: String? = nil
  ) {
    self.source = source
    self.repayEveryDays = repayEveryDays
    self.moratoriumPeriods = moratoriumPeriods
    self.loanNumber = loanNumber
    self.lender = lender
    self.borrower = borrower
    self.principal = principal
    self.annualRateBasisPoints = annualRateBasisPoints
    self.instalments = instalments
    self.interestMethod = interestMethod
    self.purpose = purpose
    self.sanctionedDay = sanctionedDay
  }
}

/// One line of the cash book.
package struct EntryDraft: Hashable, Sendable {
  package enum Loan: Hashable, Sendable {
    case known(RecordID)
    /// The loan of the same draft at this place.
    case new(Int)
  }
  package var kind: EntryKind
  package var amount: Paise
  package var member: RecordID?
  package var loan: Loan?
  /// Only free vouchers and opening balances name accounts.
  package var debit: Account?
  package var credit: Account?
  package var remark: String?
  /// The posted entry that this one takes back.
  package var reverses: RecordID?
  package var bankAccount: RecordID?
  package init(
    _ kind: EntryKind, _ amount: Paise, member: RecordID? = nil, loan: Loan? = nil, debit: Account? = nil,
    credit: Account? = nil, remark: String? = nil, reverses: RecordID? = nil, bankAccount: RecordID? = nil
  ) {
    self.reverses = reverses
    self.bankAccount = bankAccount
    self.kind = kind
    self.amount = amount
    self.member = member
    self.loan = loan
    self.debit = debit
    self.credit = credit
    self.remark = remark
  }
}

/// A meeting as the bookkeeper wrote it: one set, atomic.
package struct MeetingDraft: Hashable, Sendable {
  package struct Attendance: Hashable, Sendable {
    package var member: RecordID
    package var isPresent: Bool
    package init(_ member: RecordID, isPresent: Bool) {
      self.member = member
      self.isPresent = isPresent
    }
  }
  /// Values of `lokos.v1.MeetingType`.
  package enum Kind: Int64, Sendable {
    case regular = 1
    case zero = 2
    case special = 3
    case cutoff = 4
    case closing = 5
  }
  /// Nil = the next one due, as this phone knows it.
  package var number: UInt32?
  package var day: Day
  package var kind: Kind
  package var attendance: [Attendance]
  package var loans: [LoanDraft]
  package var entries: [EntryDraft]
  /// Sums paid on loans; the phone writes the lines that they are for.
  package var payments: [LoanPayment]
  /// Nil = the cash in the books.
  package var openingCash: Paise?
  /// What was counted in the box; nil = as computed from opening and lines.
  package var closingCash: Paise?
  /// The own set, rejected or set aside, that this meeting replaces.
  package var replaces: Seq?
  package init(
    number: UInt32? = nil, day: Day, kind: Kind = .regular, attendance: [Attendance] = [],
    loans: [LoanDraft] = [], entries: [EntryDraft] = [], payments: [LoanPayment] = [],
    openingCash: Paise? = nil, closingCash: Paise? = nil, replaces: Seq? = nil
  ) {
    self.payments = payments
    self.replaces = replaces
    self.number = number
    self.day = day
    self.kind = kind
    self.attendance = attendance
    self.loans = loans
    self.entries = entries
    self.openingCash = openingCash
    self.closingCash = closingCash
  }
}

/// A change to any record, for what has no draft of its own. `record` nil = a new one.
package struct RecordChange: Hashable, Sendable {
  package var entity: Entity
  package var record: RecordID?
  package var patch: Patch
  package init(entity: Entity, record: RecordID? = nil, patch: Patch) {
    self.entity = entity
    self.record = record
    self.patch = patch
  }
}

/// A set as it stands in the outbox now.
package struct RecordedSet: Hashable, Sendable {
  package var kind: ChangeSet.Kind
  package var device: DeviceNumber
  package var firstDeviceSeq: DeviceSeq
  package var count: UInt32
  package var cbo: RecordID
  /// The ids of the new records, in the set's order.
  package var newRecords: [RecordID]
  /// What this phone thinks becomes of it; the server decides.
  package var provisional: Verdicts
  /// What payments on loans were set against.
  package var payments: [AllocatedPayment] = []
}
