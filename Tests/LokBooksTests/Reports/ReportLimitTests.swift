import LokBooks
import LokTestSupport
import Testing

/// What damaged or foreign input does: a typed error, never a trap.
struct ReportLimitTests {
  private func entry(
    _ counter: UInt32, _ paise: Int64, _ debit: Account, _ credit: Account, day: Day = SmallGroup.april,
    kind: EntryKind = .savingCompulsory, isApproved: Bool = true
  ) -> BookEntry {
    BookEntry(
      id: SmallGroup.id(counter), seq: Seq(1), meeting: SmallGroup.id(9), meetingNumber: 1, day: day,
      kind: kind.rawValue, amount: Paise(paise), debit: debit, credit: credit, member: SmallGroup.asha,
      loan: SmallGroup.ashasLoan, isApproved: isApproved)
  }

  @Test func `a sum that leaves the range is an error that names its account`() throws {
    let entries = [
      entry(1, .max, .cashInHand, .savingsCompulsory), entry(2, 1, .cashInHand, .savingsCompulsory),
    ]
    #expect(throws: ReportError.sumOverflows(.cashInHand)) {
      try CashBook.make(entries: entries, meetings: [], period: .everything)
    }
    #expect(throws: ReportError.self) { try GeneralLedger.make(entries: entries, period: .everything) }
    #expect(throws: ReportError.sumOverflows(.savingsCompulsory)) {
      try MemberPassbook.make(
        member: SmallGroup.asha, loans: [], entries: entries, period: .everything)
    }
    #expect(throws: ReportError.sumOverflows(.bank)) {
      try BankReconciliation.make(
        entries: [entry(1, 1, .bank, .bankInterest)],
        statements: [BankStatement(bankAccount: nil, day: SmallGroup.april, balance: Paise(.min))])
    }
    #expect(throws: ReportError.sumOverflows(nil)) {
      try BookStamp.unapproved(
        in: entries.map { entry(1, $0.amount.rawValue, $0.debit, $0.credit, isApproved: false) })
    }
  }

  @Test func `parts that fit alone but not together are an error`() {
    #expect(BookAmount(approved: Paise(.max), unapproved: Paise(1)) == nil)
    var sum = BookAmount(Paise(.max), isApproved: true)
    let one = BookAmount(Paise(1), isApproved: false)
    #expect(throws: ReportError.sumOverflows(.bank)) { try sum.add(one, of: .bank) }
    #expect(sum.total == Paise(.max))
  }

  @Test func `an account of no class has no place in a statement`() {
    let strange = entry(1, 5, Account(rawValue: 6_001), .cashInHand)
    let error = ReportError.accountOutsideChart(Account(rawValue: 6_001), entry: SmallGroup.id(1))
    #expect(throws: error) { try TrialBalance.make(entries: [strange], period: .everything) }
    #expect(throws: error) { try BalanceSheet.make(entries: [strange], on: SmallGroup.april) }
    #expect(throws: error) { try IncomeAndExpenditure.make(entries: [strange], period: .everything) }
  }

  @Test func `a day outside the calendar is named`() {
    let far = entry(1, 5, .cashInHand, .savingsCompulsory, day: Day(number: .max))
    #expect(throws: ReportError.dayOutsideCalendar(Day(number: .max))) {
      try GeneralLedger.make(entries: [far], period: .everything)
    }
  }

  /// Every report over a few entries with amounts, accounts and days from the edges: it answers or throws.
  @Test(arguments: Array<UInt64>(1...200))
  func `nothing traps on what no judge would accept`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let amounts: [Int64] = [.min, .min + 1, -1, 0, 1, .max / 2, .max]
    let accounts = [0, .max, 6_001].map { Account(rawValue: $0) } + Account.chart.map(\.account)
    let days = [.min, -1, 0, 20_543, 20_544, .max].map { Day(number: $0) }
    let entries = (1...UInt32.random(in: 1...6, using: &random)).map { counter in
      entry(
        counter, random.one(of: amounts), random.one(of: accounts), random.one(of: accounts),
        day: random.one(of: days), kind: random.one(of: EntryKind.allCases),
        isApproved: Bool.random(using: &random))
    }
    let meeting = BookMeeting(
      id: SmallGroup.id(9), number: 1, day: random.one(of: days), type: 1, opening: Paise(.min),
      closing: Paise(random.one(of: amounts)), isApproved: true)
    for period in [
      .everything, .untilMeeting(1), .untilDay(random.one(of: days)),
      .year(SmallGroup.year2025),
    ] as [BookPeriod] {
      for report in reports(entries, meeting, period, on: random.one(of: days)) { check(report.table) }
    }
  }

  private func reports(
    _ entries: [BookEntry], _ meeting: BookMeeting, _ period: BookPeriod, on day: Day
  ) -> [any BookReport] {
    let all: [(any BookReport)?] = [
      try? CashBook.make(entries: entries, meetings: [meeting], period: period),
      try? GeneralLedger.make(entries: entries, period: period),
      try? TrialBalance.make(entries: entries, period: period),
      try? IncomeAndExpenditure.make(entries: entries, period: period),
      try? ReceiptsAndPayments.make(entries: entries, period: period),
      try? BalanceSheet.make(entries: entries, on: day),
      try? MemberPassbook.make(
        member: SmallGroup.asha, loans: [SmallGroup.ashasLoan], entries: entries, period: period),
      try? MonthlyReport.make(
        month: BookMonth(text: "2026-04")!, entries: entries, meetings: [meeting],
        attendance: [BookAttendance(meeting: meeting.id, present: .max, marked: .max)],
        membership: BookMembership(atEnd: .max, joined: .max, left: .max)),
      try? BankReconciliation.make(
        entries: entries, statements: [BankStatement(bankAccount: nil, day: day, balance: Paise(.min))]),
    ]
    return all.compactMap { $0 }
  }

  private func check(_ table: BookTable) {
    #expect(table.rows.allSatisfy { $0.cells.count == table.columns.count }, "\(table.title)")
    #expect(table.totals.map { $0.cells.count == table.columns.count } ?? true, "\(table.title)")
  }
}
