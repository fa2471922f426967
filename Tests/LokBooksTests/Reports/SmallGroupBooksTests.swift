import LokBooks
import Testing

/// The books that are kept line by line: cash book, ledger, passbook, receipts and payments.
struct SmallGroupBooksTests {
  private let entries = SmallGroup.entries
  private let meetings = SmallGroup.meetings

  @Test func `the cash book has each meeting's lines with its balances`() throws {
    let book = try CashBook.make(entries: entries.reversed(), meetings: meetings, period: .everything)
    #expect(book.opening == .zero)
    #expect(
      book.sections.map(\.opening) == [
        .zero, money(28_550, 1_500_000), money(138_075, 1_011_275),
        money(81_025, 1_111_275),
      ])
    #expect(
      book.sections.map(\.receipts) == [
        money(28_550, 1_500_000), money(512_525, 11_275),
        money(58_000, 100_000), money(47_200, 0),
      ])
    #expect(
      book.sections.map(\.payments) == [
        .zero, money(403_000, 500_000), money(115_050, 0),
        money(6_000, 1_770),
      ])
    #expect(book.closing == money(122_225, 1_109_505))
    #expect(book.receipts == money(646_275, 1_611_275))
    #expect(book.payments == money(524_050, 501_770))
    #expect(book.sections.map(\.countedDifference) == [.zero, .zero, .zero, .zero])
    let lines = book.sections[1].lines
    #expect(lines.map(\.entry.id) == (7...13).map { SmallGroup.id(1_000 + $0) })
    #expect(
      lines.map(\.balance) == [
        money(38_550, 1_500_000), money(40_575, 1_500_000), money(540_575, 1_000_000),
        money(140_575, 1_000_000), money(140_575, 1_011_275), money(137_575, 1_011_275),
        money(138_075, 1_011_275),
      ])
    #expect(lines.map(\.isContra) == [false, false, true, false, false, false, false])
    #expect(lines[2].receipt == money(500_000, 0))
    #expect(lines[2].payment == money(0, 500_000))
    // The voucher of the last meeting moves neither cash nor bank.
    #expect(book.sections[3].lines.map(\.entry.id) == (19...22).map { SmallGroup.id(1_000 + $0) })
  }

  @Test func `the cash book of a year opens with what the year before left`() throws {
    let book = try CashBook.make(entries: entries, meetings: meetings, period: .year(SmallGroup.year2026))
    #expect(book.opening == money(138_075, 1_011_275))
    #expect(book.sections.map(\.meetingNumber) == [3, 4])
    let march = try CashBook.make(entries: entries, meetings: meetings, period: .year(SmallGroup.year2025))
    #expect(march.sections.map(\.meetingNumber) == [1, 2])
    #expect(march.closing == book.opening)
  }

  @Test func `a meeting without money is in the cash book, and a wrong count shows`() throws {
    let more = [SmallGroup.meeting(5, SmallGroup.aprilEnd, opening: 122_225, closing: 122_000)]
    let book = try CashBook.make(entries: entries, meetings: meetings + more, period: .everything)
    let last = try #require(book.sections.last)
    #expect(last.lines.isEmpty)
    #expect(last.closing == money(122_225, 1_109_505))
    #expect(last.countedDifference == Paise(-225))
    #expect(book.table.rows.last?.cells[2] == .label(.countedDifference))
  }

  @Test func `lines that no checker approved and contra lines are marked`() throws {
    let rows = try CashBook.make(entries: entries, meetings: meetings, period: .everything).table.rows
      .filter { $0.role == .line }
    #expect(
      rows.map { $0.cells[6] == .label(.unapprovedMark) } == Array(repeating: false, count: 18)
        + Array(repeating: true, count: 4))
    #expect(rows.indices.filter { rows[$0].cells[5] == .label(.contraMark) } == [8, 16])
  }

  @Test func `the ledger of compulsory savings runs to the paisa`() throws {
    let ledger = try GeneralLedger.make(entries: entries, period: .year(SmallGroup.year2026))
    let savings = try #require(ledger.section(of: .savingsCompulsory))
    #expect(savings.opening == amount(30_000))
    #expect(savings.lines.map(\.balance) == [amount(40_000), amount(40_000, -6_000), amount(40_000, -4_800)])
    #expect(savings.lines.map(\.posting.contra) == [.cashInHand, .cashInHand, .interestOnSavings])
    #expect(savings.debits == amount(0, 6_000))
    #expect(savings.credits == amount(10_000, 1_200))
    #expect(savings.closing.total == Paise(35_200))
  }

  @Test func `31 March closes income and expenditure into accumulated surplus without an entry`() throws {
    let ledger = try GeneralLedger.make(entries: entries, period: .everything)
    let fee = try #require(ledger.section(of: .membershipFee))
    #expect(fee.lines.map(\.balance) == [amount(1_000), .zero])
    #expect(fee.lines.last?.posting.source == .yearClosed(SmallGroup.year2025))
    #expect(fee.lines.last?.posting.day == SmallGroup.march)
    let surplus = try #require(ledger.section(of: .surplus))
    // Bank interest 112.75, fee 10, penalty 5, and the meeting's 30 on the other side.
    #expect(
      surplus.lines.map(\.posting.contra)
        == [.bankInterest, .membershipFee, .penalty, .meetingExpense])
    #expect(surplus.lines.map(\.balance) == [amount(11_275), amount(12_275), amount(12_775), amount(9_775)])
    let year = try GeneralLedger.make(entries: entries, period: .year(SmallGroup.year2026))
    #expect(year.section(of: .surplus)?.opening == amount(9_775))
    #expect(year.section(of: .membershipFee)?.opening == .zero)
    #expect(ledger.debits == ledger.credits)
  }

  @Test func `one account's ledger is that account's section`() throws {
    let all = try GeneralLedger.make(entries: entries, period: .everything)
    let one = try GeneralLedger.make(entries: entries, period: .everything, account: .bank)
    #expect(one.sections == [try #require(all.section(of: .bank))])
    #expect(one.sections[0].closing == amount(1_111_275, -1_770))
  }

  @Test func `the passbook shows savings by type and the loan`() throws {
    let asha = try MemberPassbook.make(
      member: SmallGroup.asha, loans: [SmallGroup.ashasLoan], entries: entries, period: .everything)
    #expect(
      asha.lines.map(\.movement) == [
        .saving(.savingsCompulsory, Paise(10_000)), .saving(.savingsOptional, Paise(2_550)),
        .other(Paise(1_000)), .saving(.savingsCompulsory, Paise(10_000)), .loanGiven(Paise(400_000)),
        .loanRepaid(Paise(40_000)), .loanInterest(Paise(8_000)), .loanRepaid(Paise(40_000)),
        .loanInterest(Paise(7_200)),
      ])
    #expect(
      asha.lines.map(\.savings.total.rawValue)
        == [10_000, 12_550, 12_550, 22_550, 22_550, 22_550, 22_550, 22_550, 22_550])
    #expect(
      asha.lines.map(\.outstanding.rawValue)
        == [0, 0, 0, 0, 400_000, 360_000, 360_000, 320_000, 320_000])
    #expect(asha.lines.map(\.isApproved) == [true, true, true, true, true, true, true, false, false])
    #expect(asha.closing.loans == [SmallGroup.ashasLoan: Paise(320_000)])
    let bina = try MemberPassbook.make(
      member: SmallGroup.bina, loans: [], entries: entries, period: .year(SmallGroup.year2026))
    #expect(bina.opening.savings[.savingsCompulsory] == Paise(10_000))
    #expect(bina.opening.savings[.savingsFood] == Paise(5_000))
    #expect(bina.opening.savings[.savingsHealth] == Paise(2_025))
    #expect(bina.closing.savings[.savingsCompulsory] == Paise(14_000))
    #expect(bina.closing.savings.total == Paise(21_025))
  }

  @Test func `receipts and payments by head tie in both columns`() throws {
    let report = try ReceiptsAndPayments.make(entries: entries, period: .year(SmallGroup.year2026))
    #expect(report.opening == money(138_075, 1_011_275))
    #expect(
      report.receipts.map(\.head) == [
        .loansToMembers, .savingsCompulsory, .interestOnMemberLoans,
        .cashInHand,
      ])
    #expect(
      report.receipts.map(\.amount) == [
        money(80_000, 0), money(10_000, 0), money(15_200, 0),
        money(0, 100_000),
      ])
    #expect(report.receipts.map(\.unapproved.rawValue) == [40_000, 0, 7_200, 0])
    #expect(report.receipts.map(\.isContra) == [false, false, false, true])
    #expect(report.payments.map(\.head) == [.savingsCompulsory, .bankCharges, .rent, .bank])
    #expect(
      report.payments.map(\.amount) == [
        money(6_000, 0), money(0, 1_770), money(15_050, 0),
        money(100_000, 0),
      ])
    #expect(report.receiptsTotal == money(105_200, 100_000))
    #expect(report.paymentsTotal == money(121_050, 1_770))
    #expect(report.closing == money(122_225, 1_109_505))
  }
}
