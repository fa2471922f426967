import LokBooks
import Testing

/// The derived view of interest that is due and not received. The loans ask 12, 11, 10 … rupees of interest
/// on the first of each month from 1 February 2026 on.
struct InterestAccrualTests {
  private let february = Day(year: 2026, month: 2, day: 1)!
  private let march = Day(year: 2026, month: 3, day: 31)!
  private let may = Day(year: 2026, month: 5, day: 1)!
  private let june = Day(year: 2026, month: 6, day: 1)!
  private let year2025 = BookPeriod.year(SmallGroup.year2025)
  private let year2026 = BookPeriod.year(SmallGroup.year2026)

  /// Asha pays twelve rupees in February and twenty in May, which no checker has approved yet.
  private func village(isAccrual: Bool = true) -> LoanVillage {
    var village = LoanVillage()
    village.settings = BookSettings(isAccrual: isAccrual)
    village.lend(10, to: LoanVillage.asha, rate: 1_200)
    village.write(.loanInterest, Paise(1_200), on: february, loan: 10, member: LoanVillage.asha)
    village.write(
      .loanInterest, Paise(2_000), on: may, loan: 10, member: LoanVillage.asha, isApproved: false)
    return village
  }

  private func income(_ books: GroupBooks, _ period: BookPeriod, _ account: Account) throws -> BookAmount? {
    try IncomeAndExpenditure.make(entries: books.entries, period: period, accruals: books.accruals(period))
      .income.first { $0.account == account }?.amount
  }

  private func sheet(_ books: GroupBooks, on day: Day) throws -> BalanceSheet {
    try BalanceSheet.make(entries: books.entries, on: day, accruals: books.accruals(.untilDay(day)))
  }

  private func receivable(_ books: GroupBooks, on day: Day) throws -> BookAmount? {
    try sheet(books, on: day).assets.first { $0.account == .interestReceivable }?.balance
  }

  @Test func `interest is income of the year in which it fell due`() throws {
    let books = village().books
    // 12 + 11 fell due up to 31 March; 12 of them came in.
    #expect(try receivable(books, on: march) == amount(1_100))
    #expect(try income(books, year2025, .interestOnMemberLoans) == amount(2_300))
    // 10 + 9 + 8 fell due from 1 April to 1 June; the 20 of May are not approved.
    #expect(try receivable(books, on: june) == amount(3_800, -2_000))
    #expect(try income(books, .untilDay(june), .interestOnMemberLoans) == amount(5_000))
    let sheet = try sheet(books, on: june)
    #expect(sheet.equity.first { $0.account == .surplus }?.balance == amount(2_300))
    #expect(sheet.surplus == amount(2_700))
    #expect(sheet.isBalanced)
    let april = try #require(BookMonth(text: "2026-04"))
    #expect(try income(books, .month(april), .interestOnMemberLoans) == amount(1_000))
  }

  @Test func `on the cash basis interest is income when it is received, and 1300 is unused`() throws {
    let books = village(isAccrual: false).books
    #expect(try income(books, year2025, .interestOnMemberLoans) == amount(1_200))
    #expect(try income(books, year2026, .interestOnMemberLoans) == amount(0, 2_000))
    #expect(try receivable(books, on: june) == nil)
    for name in [BookName.ledger, .trialBalance, .income, .balanceSheet] {
      let table = try books.table(BookQuery(name, period: .untilDay(june)))
      #expect(!table.rows.contains { $0.cells.contains(.account(.interestReceivable)) }, "\(name)")
    }
  }

  @Test func `what was paid ahead is nothing receivable, loan by loan`() throws {
    var village = village()
    village.lend(11, to: LoanVillage.bina, rate: 1_200)
    village.write(.loanInterest, Paise(50_000), on: february, loan: 11, member: LoanVillage.bina)
    #expect(try receivable(village.books, on: march) == amount(1_100))
  }

  @Test func `a loan that is given up has nothing receivable, and its income is taken back`() throws {
    var village = village()
    village.write(
      .loanWrittenOff, LoanVillage.principal, on: june, loan: 10, member: LoanVillage.asha)
    let books = village.books
    #expect(try receivable(books, on: june) == nil)
    // 20 came in, and the 11 of 31 March never will.
    #expect(try income(books, .year(SmallGroup.year2026), .interestOnMemberLoans)?.total == Paise(900))
    #expect(try sheet(books, on: june).isBalanced)
  }

  @Test func `interest on loans to groups stands in its own account, what is owed in none`() throws {
    var village = LoanVillage()
    village.settings = BookSettings(isAccrual: true)
    village.lend(20, group: LoanVillage.borrowingGroup, rate: 1_200, .groupLoanGiven)
    village.lend(30, group: LoanVillage.group, isFromBank: true, rate: 1_200, .bankLoanReceived)
    #expect(try receivable(village.books, on: march) == amount(2_300))
    #expect(try income(village.books, year2025, .interestOnGroupLoans) == amount(2_300))
    #expect(try income(village.books, year2025, .interestOnMemberLoans) == nil)
  }

  @Test func `both views balance on every day, and 1300 is the register's interest balance`() throws {
    var village = village()
    village.lend(20, group: LoanVillage.borrowingGroup, rate: 2_400, .groupLoanGiven)
    village.repay(20, 3, .groupLoanPrincipal)
    village.write(.loanWrittenOff, Paise(70_000), on: may, loan: 10, member: LoanVillage.asha)
    for isAccrual in [true, false] {
      village.settings = BookSettings(isAccrual: isAccrual)
      let books = village.books
      for offset in stride(from: Int32(0), to: 500, by: 7) {
        let day = LoanVillage.given.advanced(by: offset)
        let period = BookPeriod.untilDay(day)
        let sheet = try sheet(books, on: day)
        #expect(sheet.isBalanced, "\(day)")
        let trial = try TrialBalance.make(
          entries: books.entries, period: period, accruals: books.accruals(period))
        #expect(trial.isBalanced, "\(day)")
        let register = DCBRegister.make(books, from: LoanVillage.given, through: day)
        let open = register.rows.reduce(0) { $0 + $1.interest.balance.rawValue }
        let shown = try receivable(books, on: day)?.total.rawValue ?? 0
        #expect(shown == (isAccrual ? open : 0), "\(day)")
      }
    }
  }

  @Test func `the ledger, the trial balance and the statements show the same receivable`() throws {
    let books = village().books
    let period = BookPeriod.untilDay(june)
    func shows(_ name: BookName, _ paise: Int64) throws -> Bool {
      try books.table(BookQuery(name, period: period)).rows.contains {
        $0.cells.contains(.account(.interestReceivable)) && $0.cells.contains(.paise(Paise(paise)))
      }
    }
    #expect(try shows(.trialBalance, 1_800) && shows(.balanceSheet, 1_800))
    let ledger = try books.table(BookQuery(.ledger, period: period, account: .interestReceivable))
    #expect(ledger.rows.count { $0.cells.contains(.label(.interestDue)) } == 2)
    #expect(ledger.rows.last?.cells.last == .paise(Paise(1_800)))
    var empty = LoanVillage()
    empty.settings = BookSettings(isAccrual: true)
    #expect(try empty.books.table(BookQuery(.trialBalance)).rows.isEmpty)
  }
}
