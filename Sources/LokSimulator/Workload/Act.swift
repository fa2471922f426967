/// Something one bookkeeper did at one sitting; it becomes one change-set. Everything is named by its
/// place in the plan: which ids the phones gave it is not known here.
///
/// Exactly one of `village`, `group`, `member`, `meeting`, `edit` is there.
package struct Act: Codable, Hashable, Sendable {
  /// From 1 without a gap, in the order of (day, minute).
  package var act: Int
  package var phone: Int
  package var block: UInt32
  /// Civil day in IST since 1970-01-01.
  package var day: Int32
  /// After midnight in IST, by a clock that is right.
  package var minute: Int
  /// Nothing stands in the way of this act's money: it has to be posted in the end.
  package var sound: Bool
  package var village: VillageDeed?
  package var group: GroupDeed?
  package var member: MemberDeed?
  package var meeting: MeetingDeed?
  package var edit: EditDeed?

  package init(
    act: Int = 0, phone: Int, block: UInt32, day: Int32, minute: Int, sound: Bool = true,
    village: VillageDeed? = nil, group: GroupDeed? = nil, member: MemberDeed? = nil,
    meeting: MeetingDeed? = nil, edit: EditDeed? = nil
  ) {
    self.act = act
    self.phone = phone
    self.block = block
    self.day = day
    self.minute = minute
    self.sound = sound
    self.village = village
    self.group = group
    self.member = member
    self.meeting = meeting
    self.edit = edit
  }
}

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
  package var savingPaise: Int64
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

package struct MeetingDeed: Codable, Hashable, Sendable {
  package enum Wrong: String, Codable, Sendable {
    case closingCash
    case repayment
  }
  package var group: Int
  package var number: Int
  package var openingPaise: Int64
  package var closingPaise: Int64
  /// Members who were there.
  package var present: [Int]
  /// Members who were not.
  package var absent: [Int]
  package var loans: [LoanDeed]
  package var lines: [MoneyDeed]
  /// What is wrong with it, on purpose.
  package var wrong: Wrong?
}

package struct LoanDeed: Codable, Hashable, Sendable {
  /// In the plan, over all groups.
  package var loan: Int
  package var member: Int
  package var principalPaise: Int64
  package var rateBasisPoints: Int
  package var instalments: Int
  package var purpose: String
}

/// One line of the cash book.
package struct MoneyDeed: Codable, Hashable, Sendable {
  /// `lokos.v1.EntryKind`.
  package var kind: Int64
  package var paise: Int64
  package var member: Int?
  package var loan: Int?
}

/// A field of a record typed anew; only one of the last three is there.
package struct EditDeed: Codable, Hashable, Sendable {
  package var group: Int
  package var member: Int?
  package var phone: String?
  package var designation: Int?
  package var everyDays: Int?
}
