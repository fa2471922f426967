import LokBooks

/// A group of three members over three months, written out by hand: 10 February, 31 March, 1 April and
/// 30 April 2026. The last meeting is not approved yet. Amounts are in paise.
enum SmallGroup {
  static let asha = id(1)
  static let bina = id(2)
  static let ashasLoan = id(10)
  static let bank = id(20)
  static let february = Day(year: 2026, month: 2, day: 10)!
  static let march = Day(year: 2026, month: 3, day: 31)!
  static let april = Day(year: 2026, month: 4, day: 1)!
  static let aprilEnd = Day(year: 2026, month: 4, day: 30)!
  static let year2025 = FinancialYear(startYear: 2025)!
  static let year2026 = FinancialYear(startYear: 2026)!

  static func id(_ counter: UInt32) -> RecordID { RecordID(device: DeviceNumber(1), counter: counter) }

  static let meetings = [
    meeting(1, february, opening: 0, closing: 28_550),
    meeting(2, march, opening: 28_550, closing: 138_075),
    meeting(3, april, opening: 138_075, closing: 81_025),
    meeting(4, aprilEnd, opening: 81_025, closing: 122_225, isApproved: false),
  ]

  static let entries = [
    line(1, 1, .savingCompulsory, 10_000, asha),
    line(2, 1, .savingCompulsory, 10_000, bina),
    line(3, 1, .savingFood, 5_000, bina),
    line(4, 1, .savingOptional, 2_550, asha),
    line(5, 1, .membershipFee, 1_000, asha),
    line(6, 1, .revolvingFund, 1_500_000),  // cash 285.50, bank 15,000.00

    line(7, 2, .savingCompulsory, 10_000, asha),
    line(8, 2, .savingHealth, 2_025, bina),
    line(9, 2, .cashWithdrawn, 500_000),
    line(10, 2, .loanGiven, 400_000, asha, loan: ashasLoan),
    line(11, 2, .bankInterest, 11_275),
    line(12, 2, .meetingExpense, 3_000),
    line(13, 2, .penalty, 500, bina),  // cash 1,380.75, bank 10,112.75

    line(14, 3, .loanPrincipal, 40_000, asha, loan: ashasLoan),
    line(15, 3, .loanInterest, 8_000, asha),
    line(16, 3, .savingCompulsory, 10_000, bina),
    line(17, 3, .cashDeposited, 100_000),
    line(18, 3, .rent, 15_050),  // cash 810.25, bank 11,112.75

    line(19, 4, .loanPrincipal, 40_000, asha, loan: ashasLoan),
    line(20, 4, .loanInterest, 7_200, asha),
    line(21, 4, .savingWithdrawn, 6_000, bina),
    line(22, 4, .bankCharge, 1_770),
    voucher(23, 4, .interestOnSavings, .savingsCompulsory, 1_200),  // cash 1,222.25, bank 11,095.05
  ]

  static func meeting(
    _ number: UInt32, _ day: Day, opening: Int64, closing: Int64, isApproved: Bool = true
  ) -> BookMeeting {
    BookMeeting(
      id: id(100 + number), number: number, day: day, type: 1, opening: Paise(opening),
      closing: Paise(closing), isApproved: isApproved)
  }

  private static func line(
    _ counter: UInt32, _ number: UInt32, _ kind: EntryKind, _ paise: Int64, _ member: RecordID? = nil,
    loan: RecordID? = nil
  ) -> BookEntry {
    let posting = Posting.of(kind)!
    return entry(counter, number, kind, paise, posting.debit, posting.credit, member, loan)
  }

  private static func voucher(
    _ counter: UInt32, _ number: UInt32, _ debit: Account, _ credit: Account, _ paise: Int64
  ) -> BookEntry {
    entry(counter, number, .journal, paise, debit, credit, nil, nil)
  }

  private static func entry(
    _ counter: UInt32, _ number: UInt32, _ kind: EntryKind, _ paise: Int64, _ debit: Account,
    _ credit: Account, _ member: RecordID?, _ loan: RecordID?
  ) -> BookEntry {
    let meeting = meetings[Int(number) - 1]
    return BookEntry(
      id: id(1_000 + counter), seq: Seq(UInt64(number)), meeting: meeting.id, meetingNumber: number,
      day: meeting.day, kind: kind.rawValue, amount: Paise(paise), debit: debit, credit: credit,
      member: member, loan: loan, bankAccount: debit == .bank || credit == .bank ? bank : nil,
      isApproved: meeting.isApproved)
  }
}

/// Approved and unapproved paise.
func amount(_ approved: Int64, _ unapproved: Int64 = 0) -> BookAmount {
  BookAmount(approved: Paise(approved), unapproved: Paise(unapproved))!
}

func money(_ cash: Int64, _ bank: Int64) -> CashAndBank { CashAndBank(cash: Paise(cash), bank: Paise(bank)) }
