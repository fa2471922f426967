/// Field numbers of the records (Proto/lokos/v1/records.proto); a test holds them equal to the contract.
package enum VillageField {
  package static let lgdCode: UInt32 = 1
  package static let name: UInt32 = 2
  package static let gramPanchayat: UInt32 = 3
}

package enum CBOField {
  package static let tier: UInt32 = 1
  package static let name: UInt32 = 2
  package static let parent: UInt32 = 3
  package static let village: UInt32 = 4
  package static let formationDay: UInt32 = 5
  package static let meetingEveryDays: UInt32 = 6
  package static let compulsorySavingPaise: UInt32 = 7
  package static let parentSinceDay: UInt32 = 8
  package static let foodSavingPaise: UInt32 = 9
  package static let healthSavingPaise: UInt32 = 10
  package static let optionalSavingPaise: UInt32 = 11
  package static let interestMethod: UInt32 = 12
  package static let annualRateBasisPoints: UInt32 = 13
  package static let allocationOrder: UInt32 = 14
  package static let absencePenaltyPaise: UInt32 = 15
  package static let latePenaltyPaise: UInt32 = 16
  package static let quorumPercent: UInt32 = 17
  package static let isAccrual: UInt32 = 18
  package static let status: UInt32 = 19
  package static let statusReason: UInt32 = 20
  package static let profile: UInt32 = 21
  package static let codeSerial: UInt32 = 22
  package static let resolution: UInt32 = 23
}

package enum MemberField {
  package static let identity: UInt32 = 1
  package static let contact: UInt32 = 2
  package static let bank: UInt32 = 3
  package static let kycTag: UInt32 = 4
  package static let joinedDay: UInt32 = 5
  package static let leftDay: UInt32 = 6
  package static let socialCategory: UInt32 = 7
  package static let designation: UInt32 = 8
  package static let nominee: UInt32 = 9
  package static let religion: UInt32 = 10
  package static let economicCategory: UInt32 = 11
  package static let povertyRank: UInt32 = 12
  package static let disability: UInt32 = 13
  package static let education: UInt32 = 14
  package static let household: UInt32 = 15
  package static let isHouseholdHead: UInt32 = 16
  package static let leftReason: UInt32 = 17
  package static let insurances: UInt32 = 18
  package static let profile: UInt32 = 19
  package static let codeSerial: UInt32 = 20
  package static let photo: UInt32 = 21

  /// The parts that travel sealed under her own key.
  package static let sealed: [UInt32] = [identity, contact, bank, nominee]
  /// What a meeting asks of a member: who she is, whether she belongs to it, what she does in it.
  package static let ofMeetings: [UInt32] = [identity, joinedDay, leftDay, designation, profile, codeSerial]
}

package enum MeetingField {
  package static let number: UInt32 = 1
  package static let day: UInt32 = 2
  package static let type: UInt32 = 3
  package static let openingCashPaise: UInt32 = 4
  package static let closingCashPaise: UInt32 = 5
  package static let replacesSeq: UInt32 = 6
}

package enum AttendanceField {
  package static let member: UInt32 = 1
  package static let present: UInt32 = 2
}

package enum EntryField {
  package static let kind: UInt32 = 1
  package static let amountPaise: UInt32 = 2
  package static let member: UInt32 = 3
  package static let loan: UInt32 = 4
  package static let debitAccount: UInt32 = 5
  package static let creditAccount: UInt32 = 6
  package static let remark: UInt32 = 7
  package static let reverses: UInt32 = 8
  package static let bankAccount: UInt32 = 9
}

package enum LoanField {
  package static let member: UInt32 = 1
  package static let borrowerCBO: UInt32 = 2
  package static let principalPaise: UInt32 = 3
  package static let annualRateBasisPoints: UInt32 = 4
  package static let instalments: UInt32 = 5
  package static let interestMethod: UInt32 = 6
  package static let purpose: UInt32 = 7
  package static let sanctionedDay: UInt32 = 8
  package static let source: UInt32 = 9
  package static let repayEveryDays: UInt32 = 10
  package static let moratoriumPeriods: UInt32 = 11
  package static let demandedDay: UInt32 = 12
  package static let loanNumber: UInt32 = 13
  package static let lender: UInt32 = 14
}

package enum LoanEventField {
  package static let loan: UInt32 = 1
  package static let kind: UInt32 = 2
  package static let day: UInt32 = 3
  package static let instalments: UInt32 = 4
  package static let annualRateBasisPoints: UInt32 = 5
  package static let reason: UInt32 = 6
}

package enum BankAccountField {
  package static let bank: UInt32 = 1
  package static let branch: UInt32 = 2
  package static let ifsc: UInt32 = 3
  package static let accountNumber: UInt32 = 4
  package static let openedDay: UInt32 = 5
  package static let closedDay: UInt32 = 6
  package static let profile: UInt32 = 7
  package static let passbookPage: UInt32 = 8
}

package enum OfficeBearerField {
  package static let member: UInt32 = 1
  package static let office: UInt32 = 2
  package static let sinceDay: UInt32 = 3
  package static let untilDay: UInt32 = 4
}

package enum BankStatementField {
  package static let bankAccount: UInt32 = 1
  package static let day: UInt32 = 2
  package static let balancePaise: UInt32 = 3
}

package enum DecisionField {
  package static let targetSeq: UInt32 = 1
  package static let word: UInt32 = 2
  package static let remark: UInt32 = 3
  package static let targetIndex: UInt32 = 4
  package static let withLater: UInt32 = 5
  package static let targetRecord: UInt32 = 6
}

/// Values are those of `lokos.v1.MeetingType`.
package enum MeetingType: Int64, CaseIterable, Sendable {
  case regular = 1
  case zero = 2
  case special = 3
  /// Opening balances of a group that met before; its number is that of the meetings held so far.
  case cutoff = 4
  /// The last one: share-out, nothing is left.
  case closing = 5
}

/// Values are those of `lokos.v1.LoanEventKind`.
package enum LoanEventKind: Int64, CaseIterable, Sendable {
  case rescheduled = 1
  case cancelled = 2
}

/// The tiers of the groups. Values are those of `lokos.v1.Tier`.
package enum Tier: Int64, CaseIterable, Sendable {
  case selfHelpGroup = 1
  case villageOrganisation = 2
  case clusterFederation = 3

  /// The tier its parent is of.
  package var above: Tier? { Tier(rawValue: rawValue + 1) }
  package var name: String {
    switch self {
    case .selfHelpGroup: "SHG"
    case .villageOrganisation: "VO"
    case .clusterFederation: "CLF"
    }
  }
}

/// Offices in a group. Values are those of `lokos.v1.Designation`.
package enum Designation: Int64, CaseIterable, Sendable {
  case member = 1
  case president = 2
  case secretary = 3
  case treasurer = 4
  case bookkeeper = 5

  /// Without them no group is approved.
  package static let required: [Designation] = [.president, .secretary, .treasurer]
}

/// What a checker decides about a set. Values are those of `lokos.v1.DecisionWord`.
package enum DecisionWord: Int64, CaseIterable, Sendable {
  /// What is set aside: post it as it stands.
  case release = 1
  /// What is set aside: never post it. A posted meeting: take it back.
  case reject = 2
  /// A posted meeting: freeze it.
  case approve = 3
}
