/// Which account each kind of line debits and which it credits, as the auditor has it: written from the
/// registers' postings (domain notes 2.2) and the contract's list of kinds, not from the server's table.
/// Whoever changes one of the two has to be right twice.
enum AuditPostings {
  struct Sides: Hashable {
    let debit: Int
    let credit: Int
    /// Whose share of which account moves with it.
    let share: Share
  }
  enum Share: Hashable {
    case none
    case member(Int)
    case loan(Int)
  }

  static func sides(of kind: Int64) -> Sides? {
    guard let row = table[kind] else { return nil }
    let share: Share =
      switch kind {
      case 1...5: .member(2000 + Int(kind == 5 ? 1 : kind))
      case 10, 11: .loan(1100)
      case 300, 301: .loan(1110)
      default: .none
      }
    return Sides(debit: row.0, credit: row.1, share: share)
  }

  private static let table: [Int64: (Int, Int)] = [
    // Savings into cash; a withdrawal is of the compulsory saving.
    1: (1001, 2001), 2: (1001, 2002), 3: (1001, 2003), 4: (1001, 2004), 5: (2001, 1001),
    // Loans to members, their repayment, interest, penalty, membership fee.
    10: (1100, 1001), 11: (1001, 1100), 12: (1001, 4001), 13: (1001, 4004), 14: (1001, 4003),
    // Receipts: funds, loans and interest through the bank, small ones in cash.
    100: (1010, 2100), 101: (1010, 2110), 102: (1010, 2120), 103: (1010, 2130), 104: (1010, 2140),
    105: (1010, 3001), 106: (1010, 3002), 107: (1010, 3003), 108: (1010, 3004), 109: (1010, 4002),
    110: (1010, 4005), 111: (1010, 1020), 112: (1001, 4009), 113: (1001, 4007),
    // Payments: to banks through the bank, to others in cash.
    200: (2100, 1010), 201: (2110, 1010), 202: (2120, 1001), 203: (2130, 1001), 204: (2140, 1001),
    205: (5001, 1010), 206: (5002, 1010), 207: (5003, 1001), 208: (5004, 1001), 209: (5005, 1001),
    210: (5006, 1001), 211: (5007, 1001), 212: (5008, 1001), 213: (5009, 1001), 214: (1020, 1010),
    215: (1200, 1001), 216: (1210, 1001), 217: (1400, 1001),
    // A federation and its groups.
    300: (1110, 1010), 301: (1001, 1110), 302: (1001, 4006), 303: (1001, 2200), 304: (1001, 3100),
    // Cash and bank.
    400: (1010, 1001), 401: (1001, 1010),
  ]
}
