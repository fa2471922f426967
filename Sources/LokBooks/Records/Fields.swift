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
}

package enum DecisionField {
  package static let targetSeq: UInt32 = 1
  package static let word: UInt32 = 2
  package static let remark: UInt32 = 3
  package static let targetIndex: UInt32 = 4
  package static let withLater: UInt32 = 5
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

/// What a checker decides about a set. Values are those of `lokos.v1.DecisionWord`.
package enum DecisionWord: Int64, CaseIterable, Sendable {
  /// What is set aside: post it as it stands.
  case release = 1
  /// What is set aside: never post it. A posted meeting: take it back.
  case reject = 2
  /// A posted meeting: freeze it.
  case approve = 3
}
