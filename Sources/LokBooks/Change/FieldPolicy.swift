/// What decides between two writes of one field that had not seen each other.
package enum FieldPolicy: String, Sendable {
  /// The later effective HLC, then the larger device number, then the larger device_seq.
  case lastWriter
  /// The first value stays, also against a writer who had seen it.
  case writeOnce
  /// The stored value stays until a checker decides for the new one.
  case review

  /// The one table of policies. Fields that are not named, and fields of newer apps, are `lastWriter`;
  /// records that never change (meetings, attendance, entries) are not merged at all.
  package static func of(_ entity: Entity, field: UInt32) -> FieldPolicy {
    switch (entity, field) {
    case (.village, VillageField.lgdCode): .writeOnce
    case (.cbo, CBOField.tier), (.cbo, CBOField.formationDay): .writeOnce
    case (.cbo, CBOField.status): .review
    case (.member, MemberField.joinedDay): .writeOnce
    case (.member, MemberField.identity), (.member, MemberField.bank), (.member, MemberField.designation),
      (.member, MemberField.kycTag):
      .review
    case (.bankAccount, BankAccountField.ifsc), (.bankAccount, BankAccountField.accountNumber): .review
    case (.loan, _), (.loanEvent, _), (.bankStatement, _): .writeOnce
    case (.officeBearer, OfficeBearerField.untilDay): .lastWriter
    case (.officeBearer, _): .writeOnce
    default: .lastWriter
    }
  }

  /// A checker's alone: no maker's patch has it.
  package static func isCheckers(_ entity: Entity, field: UInt32) -> Bool {
    switch (entity, field) {
    case (.cbo, CBOField.profile), (.cbo, CBOField.codeSerial), (.member, MemberField.profile),
      (.member, MemberField.codeSerial), (.bankAccount, BankAccountField.profile):
      true
    default: false
    }
  }

  /// Where a record's profile stands; nil = its kind has none.
  package static func profileField(of entity: Entity) -> UInt32? {
    switch entity {
    case .cbo: CBOField.profile
    case .member: MemberField.profile
    case .bankAccount: BankAccountField.profile
    default: nil
    }
  }

  /// The field of the serial in a record's printed code; nil = its kind has none.
  package static func codeField(of entity: Entity) -> UInt32? {
    switch entity {
    case .cbo: CBOField.codeSerial
    case .member: MemberField.codeSerial
    default: nil
    }
  }

  /// Where a record names a blob, by its SHA-256; nil = its kind has none.
  package static func blobField(of entity: Entity) -> UInt32? {
    switch entity {
    case .cbo: CBOField.resolution
    case .member: MemberField.photo
    case .bankAccount: BankAccountField.passbookPage
    default: nil
    }
  }

  /// A typed number with a format of its own: no free text, so not searched for Aadhaar numbers, for which
  /// one random twelve-digit account in twelve would pass.
  package static func isTypedNumber(_ entity: Entity, field: UInt32) -> Bool {
    switch (entity, field) {
    case (.bankAccount, BankAccountField.ifsc), (.bankAccount, BankAccountField.accountNumber),
      (.loan, LoanField.loanNumber):
      true
    default: false
    }
  }

  /// The parts of a member that travel sealed under her own key: kept and compared, never opened.
  package static func isSealed(_ entity: Entity, field: UInt32) -> Bool {
    entity == .member && MemberField.sealed.contains(field)
  }

  /// What no meeting needs: a phone that takes a group up gets it last.
  package static func comesLater(_ entity: Entity, field: UInt32) -> Bool {
    switch (entity, field) {
    case (.loan, LoanField.purpose), (.loan, LoanField.demandedDay), (.loan, LoanField.loanNumber),
      (.loanEvent, LoanEventField.reason), (.bankAccount, BankAccountField.branch),
      (.bankAccount, BankAccountField.ifsc), (.bankAccount, BankAccountField.accountNumber):
      true
    case (.member, _): !MemberField.ofMeetings.contains(field)
    default: field == blobField(of: entity)
    }
  }
}
