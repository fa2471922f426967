package struct MeetingDeed: Codable, Hashable, Sendable {
  package enum Wrong: String, Codable, Sendable {
    case closingCash
    case repayment
  }
  /// Values of `lokos.v1.MeetingType`.
  package enum Kind: Int, Codable, Sendable {
    case regular = 1
    case zero = 2
    case special = 3
    case cutoff = 4
    case closing = 5
  }
  package var group: Int
  package var number: Int
  package var kind: Kind
  package var day: Int32
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
  /// The act that this one takes the place of.
  package var replaces: Int?
}

package struct LoanDeed: Codable, Hashable, Sendable {
  /// In the plan, over all groups.
  package var loan: Int
  /// Nil = the group itself owes it.
  package var member: Int?
  package var principalPaise: Int64
  package var rateBasisPoints: Int
  package var instalments: Int
  /// `lokos.v1.InterestMethod`.
  package var method: Int
  /// `lokos.v1.LoanSource`.
  package var source: Int
  /// Days between instalments; nil = monthly.
  package var everyDays: Int?
  package var sanctioned: Int32
  package var purpose: String?
  /// Periods at its beginning in which only interest is paid; nil = none.
  package var moratorium: Int?
  /// Of a bank's loan.
  package var lender: String?
  package var number: String?
}

/// One line of the cash book.
package struct MoneyDeed: Codable, Hashable, Sendable {
  /// `lokos.v1.EntryKind`.
  package var kind: Int64
  package var paise: Int64
  package var member: Int?
  package var loan: Int?
  /// It names the group's bank account.
  package var isOfBank: Bool?
  /// Of an opening balance: the account it debits, or credits.
  package var debit: Int?
  package var credit: Int?
  /// The line that this one takes back.
  package var reverses: LinePlace?
}

/// A line of an act's meeting, from 0.
package struct LinePlace: Codable, Hashable, Sendable {
  package var act: Int
  package var line: Int
}
