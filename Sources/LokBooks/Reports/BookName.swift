/// The books of a group, by the names that the command line and the app know them by.
package enum BookName: String, CaseIterable, Hashable, Sendable {
  case cashBook = "cash-book"
  case ledger
  case passbook
  case loans
  case portfolio
  case dcb
  case receiptsPayments = "receipts-payments"
  case income
  case balanceSheet = "balance-sheet"
  case trialBalance = "trial-balance"
  case monthlyReport = "monthly-report"
  case reconciliation
}

/// What of a book is asked for.
package struct BookQuery: Hashable, Sendable {
  package var name: BookName
  package var period: BookPeriod
  /// Whose passbook.
  package var member: RecordID?
  /// One loan's ledger instead of the list.
  package var loan: RecordID?
  /// One account of the general ledger.
  package var account: Account?

  package init(
    _ name: BookName, period: BookPeriod = .everything, member: RecordID? = nil, loan: RecordID? = nil,
    account: Account? = nil
  ) {
    self.name = name
    self.period = period
    self.member = member
    self.loan = loan
    self.account = account
  }
}

/// Why a book cannot be given: it was asked for something that the group's books do not hold.
package enum BookQueryError: Error, Hashable, Sendable {
  case memberMissing
  case noSuchMember(RecordID)
  case noSuchLoan(RecordID)
  /// Nothing was paid out yet.
  case loanNotPaidOut(RecordID)
  /// A monthly report is one month's.
  case monthMissing
  /// Nothing is written yet.
  case booksEmpty
  /// Meetings are numbered group by group: books of many groups have no day in common at one.
  case meetingOfOneGroup
}

extension GroupBooks {
  /// - Throws: `BookQueryError`, `ReportError`.
  package func table(_ query: BookQuery) throws -> BookTable {
    let period = query.period
    switch query.name {
    case .cashBook: return try CashBook.make(entries: entries, meetings: meetings, period: period).table
    case .ledger:
      return try GeneralLedger.make(
        entries: entries, period: period, account: query.account, accruals: accruals(period)
      ).table
    case .passbook: return try passbook(query).table
    case .loans: return try loanTable(query)
    case .portfolio: return try Portfolio.make(self, asOf: day(of: period)).table
    case .dcb:
      let last = try day(of: period)
      let first = period.firstDay ?? entries.map(\.day).min() ?? last
      return DCBRegister.make(
        self, from: min(first, last), through: last,
        penalties: try PenaltyDemand.make(self, period, through: last)
      ).table
    case .receiptsPayments: return try ReceiptsAndPayments.make(entries: entries, period: period).table
    case .income:
      return try IncomeAndExpenditure.make(entries: entries, period: period, accruals: accruals(period)).table
    case .balanceSheet:
      return try BalanceSheet.make(
        entries: counted(period), on: day(of: period), accruals: accruals(period)
      ).table
    case .trialBalance:
      return try TrialBalance.make(entries: entries, period: period, accruals: accruals(period)).table
    case .monthlyReport:
      guard case .month(let month) = period else { throw BookQueryError.monthMissing }
      return try MonthlyReport.make(
        month: month, entries: entries, meetings: meetings, attendance: attendance,
        membership: BookMembership(of: members, in: month)
      ).table
    case .reconciliation:
      let statements = statements.filter { period.reaches($0.day, meeting: 0) }
      return try BankReconciliation.make(entries: entries, statements: statements).table
    }
  }

  private func passbook(_ query: BookQuery) throws -> MemberPassbook {
    guard let member = query.member else { throw BookQueryError.memberMissing }
    guard members.contains(where: { $0.id == member }) else { throw BookQueryError.noSuchMember(member) }
    let hers = Set(loans.filter { $0.member == member }.map(\.id))
    var passbook = try MemberPassbook.make(
      member: member, loans: hers, entries: entries, period: query.period)
    guard lastDay != nil else { return passbook }
    let penalties = try PenaltyDemand.make(self, query.period, through: day(of: query.period))
    passbook.penalty = penalties.first { $0.member == member }?.columns
    return passbook
  }

  private func loanTable(_ query: BookQuery) throws -> BookTable {
    let day = try day(of: query.period)
    guard let id = query.loan else { return LoanList.make(self, asOf: day).table }
    guard let loan = loans.first(where: { $0.id == id }) else { throw BookQueryError.noSuchLoan(id) }
    guard let ledger = LoanLedger.make(loan, self, through: day) else {
      throw BookQueryError.loanNotPaidOut(id)
    }
    return ledger.table
  }

  /// What the period's books take in beyond cash; nothing on the cash basis and in empty books.
  package func accruals(_ period: BookPeriod) throws -> [InterestAccrual] {
    guard settings.isAccrual, lastDay != nil else { return [] }
    return try InterestAccrual.make(self, period, through: day(of: period))
  }

  /// The last day of the period or, where that lies ahead or is open, of the books.
  package func day(of period: BookPeriod) throws -> Day {
    let last = meetings.filter { period.reaches($0.day, meeting: $0.number) }.map(\.day).max() ?? lastDay
    guard let last else { throw BookQueryError.booksEmpty }
    return period.lastDay ?? last
  }

  /// A balance sheet by meeting leaves out what later meetings of the same day wrote.
  private func counted(_ period: BookPeriod) -> [BookEntry] {
    entries.filter { period.reaches($0.day, meeting: $0.meetingNumber) }
  }
}
