import LokBooks
import Testing

/// The statements that sum up: income, balance sheet, trial balance, the month, the bank.
struct SmallGroupStatementsTests {
  private let entries = SmallGroup.entries

  @Test func `income and expenditure of both years, line by line`() throws {
    let first = try IncomeAndExpenditure.make(entries: entries, period: .year(SmallGroup.year2025))
    #expect(first.income.map(\.account) == [.bankInterest, .membershipFee, .penalty])
    #expect(first.income.map(\.amount) == [amount(11_275), amount(1_000), amount(500)])
    #expect(first.expenditure.map(\.account) == [.meetingExpense])
    #expect(first.surplus == amount(9_775))
    let second = try IncomeAndExpenditure.make(entries: entries, period: .year(SmallGroup.year2026))
    #expect(second.income.map(\.amount) == [amount(8_000, 7_200)])
    #expect(second.expenditure.map(\.account) == [.bankCharges, .rent, .interestOnSavings])
    #expect(second.expenditure.map(\.amount) == [amount(0, 1_770), amount(15_050), amount(0, 1_200)])
    #expect(second.surplus == amount(-7_050, 4_230))
    #expect(second.table.totals?.cells[1] == .label(.deficit))
  }

  @Test func `the balance sheet of 30 April balances, approved, unapproved and in total`() throws {
    let sheet = try BalanceSheet.make(entries: entries, on: SmallGroup.aprilEnd)
    #expect(sheet.assets.map(\.account) == [.cashInHand, .bank, .loansToMembers])
    #expect(
      sheet.assets.map(\.balance)
        == [amount(81_025, 41_200), amount(1_111_275, -1_770), amount(360_000, -40_000)])
    #expect(
      sheet.liabilities.map(\.account)
        == [.savingsCompulsory, .savingsFood, .savingsHealth, .savingsOptional])
    #expect(
      sheet.liabilities.map(\.balance)
        == [amount(40_000, -4_800), amount(5_000), amount(2_025), amount(2_550)])
    #expect(sheet.equity.map(\.account) == [.revolvingFund, .surplus])
    #expect(sheet.equity.map(\.balance) == [amount(1_500_000), amount(9_775)])
    #expect(sheet.surplus == amount(-7_050, 4_230))
    #expect(sheet.assetsTotal == amount(1_552_300, -570))
    #expect(sheet.sourcesTotal == amount(1_552_300, -570))
    #expect(sheet.isBalanced)
  }

  @Test func `a result stands open on 31 March and is accumulated on 1 April`() throws {
    let march = try BalanceSheet.make(entries: entries, on: SmallGroup.march)
    #expect(march.surplus == amount(9_775))
    #expect(march.equity.map(\.account) == [.revolvingFund])
    let april = try BalanceSheet.make(entries: Array(entries.prefix(13)), on: SmallGroup.april)
    #expect(april.surplus == .zero)
    #expect(april.equity.map(\.account) == [.revolvingFund, .surplus])
    #expect(april.equity.last?.balance == amount(9_775))
    #expect(april.sourcesTotal == march.sourcesTotal)
  }

  @Test func `the trial balance has every account on its side`() throws {
    let trial = try TrialBalance.make(entries: entries, period: .year(SmallGroup.year2026))
    #expect(
      trial.lines.filter { $0.side == .debit }.map(\.account)
        == [.cashInHand, .bank, .loansToMembers, .bankCharges, .rent, .interestOnSavings])
    #expect(
      trial.lines.filter { $0.side == .credit }.map(\.account) == [
        .savingsCompulsory, .savingsFood, .savingsHealth, .savingsOptional, .revolvingFund, .surplus,
        .interestOnMemberLoans,
      ])
    #expect(trial.debits == amount(1_567_350, 2_400))
    #expect(trial.credits == amount(1_567_350, 2_400))
    #expect(trial.isBalanced)
  }

  @Test func `the month of April is reported with what went before`() throws {
    let month = try #require(BookMonth(text: "2026-04"))
    let report = try MonthlyReport.make(
      month: month, entries: entries, meetings: SmallGroup.meetings,
      attendance: [
        BookAttendance(meeting: SmallGroup.id(102), present: 1, marked: 3),
        BookAttendance(meeting: SmallGroup.id(103), present: 3, marked: 3),
        BookAttendance(meeting: SmallGroup.id(104), present: 2, marked: 3),
      ], membership: BookMembership(atEnd: 3, joined: 0, left: 0))
    #expect(report.meetingsHeld == 2)
    #expect(report.attendanceBasisPoints == 8_333)
    #expect(report.loansGivenCount == 0)
    #expect(
      report.inMonth == [
        .compulsory: amount(10_000), .withdrawn: amount(0, 6_000), .principal: amount(40_000, 40_000),
        .interest: amount(8_000, 7_200),
      ])
    #expect(
      report.untilEnd == [
        .compulsory: amount(40_000), .food: amount(5_000), .health: amount(2_025), .optional: amount(2_550),
        .withdrawn: amount(0, 6_000), .loansGiven: amount(400_000), .principal: amount(40_000, 40_000),
        .interest: amount(8_000, 7_200), .penalties: amount(500), .fees: amount(1_000),
      ])
    #expect(report.cash == amount(81_025, 41_200))
    #expect(report.bank == amount(1_111_275, -1_770))
    #expect(report.savingsHeld == amount(49_575, -4_800))
    #expect(report.loansOutstanding == amount(360_000, -40_000))
  }

  @Test func `a statement differs from the books by what only one of them has seen`() throws {
    let bare = entries.map { entry in
      BookEntry(
        id: entry.id, seq: entry.seq, meeting: entry.meeting, meetingNumber: entry.meetingNumber,
        day: entry.day, kind: entry.kind, amount: entry.amount, debit: entry.debit, credit: entry.credit,
        bankAccount: entry.knownKind == .bankInterest ? nil : entry.bankAccount,
        isApproved: entry.isApproved)
    }
    let report = try BankReconciliation.make(
      entries: bare,
      statements: [
        BankStatement(bankAccount: SmallGroup.bank, day: SmallGroup.march, balance: Paise(1_011_275)),
        BankStatement(bankAccount: nil, day: SmallGroup.aprilEnd, balance: Paise(1_111_275)),
      ])
    #expect(report.lines.map(\.statement.bankAccount) == [nil, SmallGroup.bank])
    // The charge of 17.70 is in the books and not at the bank yet.
    #expect(report.lines[0].books == amount(1_111_275, -1_770))
    #expect(report.lines[0].difference == Paise(1_770))
    // The interest names no account: it is the whole difference.
    #expect(report.lines[1].books == amount(1_000_000))
    #expect(report.lines[1].difference == Paise(11_275))
    #expect(report.lines[1].unassigned == Paise(11_275))
    #expect(!report.lines[1].isReconciled)
  }

  @Test func `the stamp sums what is unapproved and takes eight digits of the chain`() throws {
    let unapproved = try BookStamp.unapproved(in: entries)
    #expect(unapproved == Paise(56_170))
    let stamp = BookStamp(seq: Seq(4), chain: "9f2c01ab", unapproved: unapproved, setAside: .zero)
    #expect(
      stamp?.fields.map(\.cell)
        == [.number(4), .text("9f2c01ab"), .paise(Paise(56_170)), .paise(.zero)])
    for chain in ["", "9f2c01a", "9f2c01abc", "9F2C01AB", "9f2c01ag", "９f2c01"] {
      #expect(BookStamp(seq: Seq(4), chain: chain, unapproved: .zero, setAside: .zero) == nil)
    }
  }
}
