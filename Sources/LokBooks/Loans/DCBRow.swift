/// One line of the demand, collection, balance and overdue register. Source: domain notes 2.1.
package struct DCBRow: Hashable, Sendable {
  /// Amounts of principal, or of interest. Where nothing was paid ahead,
  /// `arrears + due = relieved + collected + balance`.
  package struct Columns: Hashable, Sendable {
    /// Unpaid demand brought forward from before the period.
    package let arrears: Paise
    /// What the schedule demanded within the period.
    package let due: Paise
    /// Arrears that a reschedule or write-off took away within the period. Below zero: principal paid ahead,
    /// for which the last instalments fall away or which a reschedule spread anew.
    package let relieved: Paise
    package let collected: Paise
    /// Demand that is unpaid at the end.
    package let balance: Paise
    /// The part of the balance that fell due before the last day.
    package let overdue: Paise

    /// The register's demand column: arrears and what fell due. Nil where no amount of paise.
    package var demand: Paise? { arrears.adding(due) }
  }

  package let loan: RecordID
  package let member: RecordID?
  package let principal: Columns
  package let interest: Columns

  /// The period is from `first` to `last`, both included. Nil where it is none, and where
  /// `LoanPosition.init` is nil.
  package init?(
    loan: RecordID, member: RecordID?, account: LoanAccount, from first: Day, through last: Day
  ) {
    let before = first.advanced(by: -1)
    guard first <= last, before < first, let demand = try? LoanDemand(of: account, asOf: last),
      let opening = try? LoanDemand(of: account, asOf: before),
      let closing = LoanPosition(of: account, asOf: last)
    else { return nil }
    let paid = account.sum(of: .interestPaid, through: last)
    let paidBefore = account.sum(of: .interestPaid, through: before)
    let isGivenUp = account.isGivenUp(by: last)
    let wasGivenUp = account.isGivenUp(by: before)
    let interestUnpaid = max(0, demand.interest(through: last) - paid)
    let interestUnpaidBefore = max(0, opening.interest(through: before) - paidBefore)
    // Given up once: the registers of later periods know nothing of it.
    let interestRelieved = (isGivenUp ? interestUnpaid : 0) - (wasGivenUp ? interestUnpaidBefore : 0)
    guard
      let principal = Columns(
        arrears: opening.principal(through: before) - opening.settledPrincipal(through: before),
        due: demand.principal(through: last) - opening.principal(through: before),
        relieved: demand.relief(through: last) - opening.relief(through: before),
        collected: account.sum(of: .principalRepaid, through: last)
          - account.sum(of: .principalRepaid, through: before),
        balance: demand.principal(through: last) - demand.settledPrincipal(through: last),
        overdue: closing.principalOverdue),
      let interest = Columns(
        arrears: wasGivenUp ? 0 : interestUnpaidBefore,
        due: demand.interest(through: last) - opening.interest(through: before),
        relieved: interestRelieved, collected: paid - paidBefore,
        balance: isGivenUp ? 0 : interestUnpaid, overdue: closing.interestOverdue)
    else { return nil }
    self.loan = loan
    self.member = member
    self.principal = principal
    self.interest = interest
  }
}

extension DCBRow.Columns {
  /// Paid ahead is no arrears and no balance.
  init?(
    arrears: Int128, due: Int128, relieved: Int128, collected: Int128, balance: Int128, overdue: Paise
  ) {
    guard let arrears = Paise(exactly: max(0, arrears)), let due = Paise(exactly: due),
      let relieved = Paise(exactly: relieved), let collected = Paise(exactly: collected),
      let balance = Paise(exactly: max(0, balance))
    else { return nil }
    self.init(
      arrears: arrears, due: due, relieved: relieved, collected: collected, balance: balance,
      overdue: overdue)
  }
}
