/// One line of the cash book, the same on both sides: as it was written, and as it stands in the shard.
struct AuditLine: Hashable, Comparable, CustomStringConvertible {
  var kind: Int64
  var paise: Int64
  var member: UInt64
  var loan: UInt64
  var bankAccount: UInt64
  /// The line that it takes back.
  var reverses: UInt64
  /// 0 = none.
  var debit: Int
  var credit: Int

  static func < (a: Self, b: Self) -> Bool {
    let left = (a.kind, a.member, a.loan, a.paise, a.reverses, a.debit)
    let right = (b.kind, b.member, b.loan, b.paise, b.reverses, b.debit)
    return left == right ? (a.credit, a.bankAccount) < (b.credit, b.bankAccount) : left < right
  }

  var description: String {
    "kind \(kind) \(paise) paise, \(debit) to \(credit) (member \(member & 0xFFFF_FFFF))"
  }

  /// With the accounts that the auditor's own table gives it.
  init(
    kind: Int64, paise: Int64, member: UInt64 = 0, loan: UInt64 = 0, bankAccount: UInt64 = 0,
    reverses: UInt64 = 0, debit: Int? = nil, credit: Int? = nil
  ) {
    self.kind = kind
    self.paise = paise
    self.member = member
    self.loan = loan
    self.bankAccount = bankAccount
    self.reverses = reverses
    let sides = AuditPostings.sides(of: kind, debit: debit, credit: credit, isReversal: reverses != 0)
    self.debit = sides?.debit ?? 0
    self.credit = sides?.credit ?? 0
  }

  /// As stored: with the accounts that stand there.
  init(
    kind: Int64, paise: Int64, member: UInt64, loan: UInt64, bankAccount: UInt64, reverses: UInt64,
    storedDebit: Int, storedCredit: Int
  ) {
    self.init(
      kind: kind, paise: paise, member: member, loan: loan, bankAccount: bankAccount, reverses: reverses)
    debit = storedDebit
    credit = storedCredit
  }

  /// Whose share of an account it moves; 0 = nobody's.
  func owner(of account: Int) -> UInt64 {
    switch AuditPostings.owner(of: account) {
    case .member: member
    case .loan: loan
    case .bankAccount: bankAccount
    case nil: 0
    }
  }
}
