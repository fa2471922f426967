package struct VillageDeed: Codable, Hashable, Sendable {
  /// In the plan.
  package var village: Int
  package var code: UInt32
  package var name: String
  package var panchayat: String
}

/// A CBO begins.
package struct GroupDeed: Codable, Hashable, Sendable {
  package var group: Int
  /// 1 SHG, 2 VO, 3 CLF.
  package var tier: Int
  package var name: String
  package var parent: Int?
  package var village: Int?
  package var formed: Int32
  package var everyDays: Int
  /// Of an SHG.
  package var settings: SettingsDeed?
  /// Meetings held on paper before its books begin here with a cut-off; nil = it begins with meeting 1.
  package var heldBefore: Int?
}

/// What an SHG agrees on when it begins.
package struct SettingsDeed: Codable, Hashable, Sendable {
  /// Per member and meeting: compulsory, food, health, optional; 0 = not agreed on.
  package var savingPaise: [Int64]
  /// Of loans to members; `lokos.v1.InterestMethod`.
  package var method: Int
  package var rateBasisPoints: Int
  package var absencePenaltyPaise: Int64
  package var latePenaltyPaise: Int64
  /// 0 = not asked for.
  package var quorumPercent: Int
}

/// A woman joins a group.
package struct MemberDeed: Codable, Hashable, Sendable {
  package var group: Int
  /// In the group, from 0.
  package var member: Int
  package var name: String
  package var guardian: String
  package var born: Int32
  package var phone: String
  package var joined: Int32
  /// `lokos.v1.SocialCategory`.
  package var category: Int
  /// `lokos.v1.Designation`.
  package var designation: Int
}

/// The group's account at a bank; all its bank lines name it.
package struct AccountDeed: Codable, Hashable, Sendable {
  package var group: Int
  package var bank: String
  package var branch: String
  package var ifsc: String
  package var number: String
  package var opened: Int32
}

/// A federation lends to a group of its own, in the federation's book.
package struct LendingDeed: Codable, Hashable, Sendable {
  package var lender: Int
  package var borrower: Int
  package var loan: LoanDeed
}

/// A field of a record typed anew; of the values only one is there.
package struct EditDeed: Codable, Hashable, Sendable {
  package var group: Int
  package var member: Int?
  package var phone: String?
  package var designation: Int?
  package var everyDays: Int?
  /// The group's.
  package var name: String?
  /// The group's; `lokos.v1.CboStatus`.
  package var status: Int?
  /// Of the bank account.
  package var branch: String?
  package var accountNumber: String?
  /// She leaves on the day of the act; `lokos.v1.LeavingReason`.
  package var leftReason: Int?
}

extension EditDeed {
  /// Neither the group's nor a member's.
  package var isOfAccount: Bool { branch != nil || accountNumber != nil }
  /// The stored value stays until a checker decides for the new one.
  package var isReviewed: Bool { newcomer != nil }

  /// The value that a checker decides about, as text.
  package var newcomer: String? { accountNumber ?? (designation ?? status).map { "\($0)" } }
}

/// What a loan still owes on the day of the act is spread anew.
package struct LoanEventDeed: Codable, Hashable, Sendable {
  package var group: Int
  package var loan: Int
  package var instalments: Int
  package var reason: String
}

/// What the bank's pass book says at the end of the day of the act.
package struct StatementDeed: Codable, Hashable, Sendable {
  package var group: Int
  package var paise: Int64
}

/// A checker's word about a meeting, or about a new value that awaits it.
package struct DecisionDeed: Codable, Hashable, Sendable {
  package enum Word: String, Codable, CaseIterable, Sendable {
    case approve
    case reject
    case release
  }
  package var group: Int
  /// The act that is decided about: its meeting or edit.
  package var target: Int
  package var word: Word
  /// The reason, as typed.
  package var remark: String?
  /// Rejects also the meetings that stand on it.
  package var withLater: Bool
}
