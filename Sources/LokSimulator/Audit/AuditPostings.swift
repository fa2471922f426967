/// Which account each kind of line debits and which it credits, as the auditor has it: written from the
/// registers' postings (domain notes 2.2) and the contract's list of kinds, not from the server's table.
/// Whoever changes one of the two has to be right twice.
enum AuditPostings {
  struct Sides: Hashable {
    let debit: Int
    let credit: Int

    var reversed: Sides { Sides(debit: credit, credit: debit) }
  }

  /// Whose share of an account moves with a line.
  enum Owner: Hashable {
    case member
    case loan
    case bankAccount
  }

  /// - Parameters:
  ///   - debit: as an opening balance of the debit side names it; what it stands against is 3990.
  ///   - credit: the same of the credit side.
  /// - Returns: nil for a kind that the auditor does not know, and for an opening balance without account.
  static func sides(of kind: Int64, debit: Int?, credit: Int?, isReversal: Bool) -> Sides? {
    let sides: Sides? =
      switch kind {
      case 501: debit.map { Sides(debit: $0, credit: suspense) }
      case 502: credit.map { Sides(debit: suspense, credit: $0) }
      default: table[kind].map { Sides(debit: $0.0, credit: $0.1) }
      }
    return isReversal ? sides?.reversed : sides
  }

  static func owner(of account: Int) -> Owner? {
    switch account {
    case 2001...2004: .member
    case 1100, 1110, 2100, 2110, 2120, 2130, 2150: .loan
    case 1010: .bankAccount
    default: nil
    }
  }

  /// The difference of a cut-off sheet: nothing of it may be left.
  static let suspense = 3990
  /// Accounts whose shares are all named: they add up to the account.
  static let shared = [1010, 1100, 2001, 2002, 2003, 2004, 2100, 2120]

  /// What a line does to a loan that it names: given or received, repaid, given up. Not taken from the table
  /// above: loans are recomputed apart from the accounts.
  static func effectOnLoan(of kind: Int64, debit: Int?, credit: Int?) -> Int64 {
    switch kind {
    case 10, 100...103, 114, 300: 1
    case 11, 15, 200...203, 218, 301: -1
    case 501 where debit == 1100 || debit == 1110: 1
    case 502 where credit.map { owner(of: $0) == .loan } ?? false: 1
    default: 0
    }
  }

  private static let table: [Int64: (Int, Int)] = [
    // Savings into cash, and withdrawn.
    1: (1001, 2001), 2: (1001, 2002), 3: (1001, 2003), 4: (1001, 2004), 5: (2001, 1001), 6: (2002, 1001),
    7: (2003, 1001), 8: (2004, 1001),
    // Loans to members, their repayment, interest, penalty, membership fee, what is given up.
    10: (1100, 1001), 11: (1001, 1100), 12: (1001, 4001), 13: (1001, 4004), 14: (1001, 4003),
    15: (5010, 1100),
    // Share-out, interest on savings, help for the vulnerable.
    16: (3900, 1001), 17: (5011, 1001), 18: (3002, 1001),
    // Receipts: funds, loans and interest through the bank, small ones in cash.
    100: (1010, 2100), 101: (1010, 2110), 102: (1010, 2120), 103: (1010, 2130), 104: (1010, 2140),
    105: (1010, 3001), 106: (1010, 3002), 107: (1010, 3003), 108: (1010, 3004), 109: (1010, 4002),
    110: (1010, 4005), 111: (1010, 1020), 112: (1001, 4009), 113: (1001, 4007), 114: (1010, 2150),
    // Payments: to banks through the bank, to others in cash.
    200: (2100, 1010), 201: (2110, 1010), 202: (2120, 1001), 203: (2130, 1001), 204: (2140, 1001),
    205: (5001, 1010), 206: (5002, 1010), 207: (5003, 1001), 208: (5004, 1001), 209: (5005, 1001),
    210: (5006, 1001), 211: (5007, 1001), 212: (5008, 1001), 213: (5009, 1001), 214: (1020, 1010),
    215: (1200, 1001), 216: (1210, 1001), 217: (1400, 1001), 218: (2150, 1010), 219: (3001, 1010),
    220: (3002, 1010), 221: (5012, 1400),
    // A federation and its groups.
    300: (1110, 1010), 301: (1001, 1110), 302: (1001, 4006), 303: (1001, 2200), 304: (1001, 3100),
    // Cash and bank.
    400: (1010, 1001), 401: (1001, 1010),
  ]
}
