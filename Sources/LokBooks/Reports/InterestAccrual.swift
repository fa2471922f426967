/// Interest that fell due and was not received, as a group sees it whose setting `is_accrual` is true. Like
/// the closing of a year it is a derived view and no entry; on the cash basis there is none and 1300 stays
/// unused.
///
/// For each loan that the group has given, at the end of a day D:
///
///     receivable(D) = max(0, interest demanded by the schedule up to D − interest received up to D)
///
/// and zero for a loan that was given up. It stands as Dr 1300 Cr 4001 for loans to members and Cr 4006 for
/// loans to groups, and is the interest balance of those loans in the DCB register. So the income of a period
/// is what was received in it + receivable(its last day) − receivable(the day before it); what was receivable
/// on 31 March went into that year's surplus.
///
/// The approved part is what comes out where only approved meetings count; the unapproved part is the rest,
/// below zero where a payment waits for approval.
package struct InterestAccrual: Hashable, Sendable {
  /// At the end of which the view takes the change in.
  package let day: Day
  /// 4001 or 4006.
  package let income: Account
  /// Of the receivable since the accrual before; below zero where more was received than fell due.
  package let change: BookAmount
}

extension InterestAccrual {
  /// Ascending by day: at each 31 March, at the day before the period, and at `last`.
  static func make(
    _ books: GroupBooks, _ period: BookPeriod, through last: Day
  ) throws(ReportError) -> [InterestAccrual] {
    let entries = books.entries.filter { period.reaches($0.day, meeting: $0.meetingNumber) }
    guard let first = entries.map(\.day).min(), first <= last else { return [] }
    let approved = entries.filter(\.isApproved)
    let loans = books.loans.filter { !$0.isOwed(by: books.cbo) }.compactMap { loan in
      loan.account(in: entries).map { LentAccount(loan, $0, loan.account(in: approved)) }
    }
    var accruals: [InterestAccrual] = []
    var before: [Account: BookAmount] = [:]
    for day in try cuts(period, from: first, through: last) {
      for income in [Account.interestOnMemberLoans, .interestOnGroupLoans] {
        let receivable = try sum(of: loans.filter { $0.income == income }, on: day)
        let change = try receivable.minus(before[income] ?? .zero, of: .interestReceivable)
        before[income] = receivable
        if !change.isZero { accruals.append(InterestAccrual(day: day, income: income, change: change)) }
      }
    }
    return accruals
  }

  private static func cuts(
    _ period: BookPeriod, from first: Day, through last: Day
  ) throws(ReportError) -> [Day] {
    guard var year = FinancialYear(containing: first) else { throw .dayOutsideCalendar(first) }
    var days = [last]
    if let day = period.firstDay?.advanced(by: -1), day >= first { days.append(day) }
    while year.last < last {
      days.append(year.last)
      guard let next = FinancialYear(startYear: year.startYear + 1) else { throw .dayOutsideCalendar(last) }
      year = next
    }
    return Set(days).sorted()
  }

  private static func sum(of loans: [LentAccount], on day: Day) throws(ReportError) -> BookAmount {
    var sum = BookAmount.zero
    for loan in loans { try sum.add(loan.receivable(on: day), of: .interestReceivable) }
    return sum
  }
}

/// A loan that the group has given, with and without what no checker has approved.
private struct LentAccount {
  let income: Account
  private let all: LoanAccount
  private let approved: LoanAccount?

  init(_ loan: BookLoan, _ all: LoanAccount, _ approved: LoanAccount?) {
    income = loan.member == nil ? .interestOnGroupLoans : .interestOnMemberLoans
    self.all = all
    self.approved = approved
  }

  func receivable(on day: Day) throws(ReportError) -> BookAmount {
    let total = try Self.receivable(of: all, on: day)
    let approved = try self.approved.map { account throws(ReportError) in
      try Self.receivable(of: account, on: day)
    }
    let part = approved ?? .zero
    let amount = BookAmount(
      approved: part, unapproved: try total.minus(part, of: .interestReceivable))
    guard let amount else { throw .sumOverflows(.interestReceivable) }
    return amount
  }

  private static func receivable(of account: LoanAccount, on day: Day) throws(ReportError) -> Paise {
    guard let position = LoanPosition(of: account, asOf: day) else {
      throw .sumOverflows(.interestReceivable)
    }
    if account.isGivenUp(by: day) { return .zero }
    let unpaid = try position.interestDemanded.minus(position.interestCollected, of: .interestReceivable)
    return max(.zero, unpaid)
  }
}

extension InterestAccrual {
  /// Never below zero on their side, unless the parts are of two signs.
  var postings: [LedgerPosting] {
    get throws(ReportError) {
      let isFall = change.total < .zero
      let amount = isFall ? try BookAmount.zero.minus(change, of: .interestReceivable) : change
      return [
        LedgerPosting(
          source: .interestDue, day: day, account: .interestReceivable, contra: income,
          side: isFall ? .credit : .debit, amount: amount),
        LedgerPosting(
          source: .interestDue, day: day, account: income, contra: .interestReceivable,
          side: isFall ? .debit : .credit, amount: amount),
      ]
    }
  }
}
