/// From how many days overdue on a loan is at risk.
package enum PortfolioAtRisk: Int64, CaseIterable, Sendable {
  case over30 = 30
  case over60 = 60
  case over90 = 90
}

/// What ratios of many loans are made of. Sums add up from member to SHG, VO, CLF and block, where ratios
/// would not. Amounts are paise, in numbers so wide that no number of loans overflows them.
package struct PortfolioSums: Hashable, Sendable {
  /// Loans that were paid out, those that are repaid included.
  package private(set) var given = 0
  /// Of them those with something outstanding.
  package private(set) var loans = 0
  package private(set) var disbursed: Int128 = 0
  package private(set) var outstanding: Int128 = 0
  package private(set) var demanded: Int128 = 0
  package private(set) var collectedOnTime: Int128 = 0
  package private(set) var overduePrincipal: Int128 = 0
  package private(set) var overdueInterest: Int128 = 0
  package var overdue: Int128 { overduePrincipal + overdueInterest }
  /// As a bank would class the worst of the loans; nil where there is none.
  package private(set) var worstClass: BankLoanClass?
  /// Outstanding by class.
  private var aged = Array(repeating: Int128(0), count: LoanClass.allCases.count)

  package static let zero = PortfolioSums()
  private init() {}

  package init(_ position: LoanPosition) {
    given = position.disbursed > .zero ? 1 : 0
    loans = position.outstanding > .zero ? 1 : 0
    disbursed = Int128(position.disbursed.rawValue)
    outstanding = Int128(position.outstanding.rawValue)
    demanded = Int128(position.principalDemanded.rawValue) + Int128(position.interestDemanded.rawValue)
    collectedOnTime =
      Int128(position.principalCollectedOnTime.rawValue) + Int128(position.interestCollectedOnTime.rawValue)
    overduePrincipal = Int128(position.principalOverdue.rawValue)
    overdueInterest = Int128(position.interestOverdue.rawValue)
    worstClass = given > 0 ? BankLoanClass(position) : nil
    aged[LoanClass(daysOverdue: position.daysOverdue).rawValue] = outstanding
  }

  package static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.given += b.given
    sum.loans += b.loans
    sum.disbursed += b.disbursed
    sum.outstanding += b.outstanding
    sum.demanded += b.demanded
    sum.collectedOnTime += b.collectedOnTime
    sum.overduePrincipal += b.overduePrincipal
    sum.overdueInterest += b.overdueInterest
    sum.worstClass = [a.worstClass, b.worstClass].compactMap { $0 }.max()
    for index in sum.aged.indices { sum.aged[index] += b.aged[index] }
    return sum
  }

  /// Each sum is an amount of paise again.
  var isPaise: Bool {
    [disbursed, outstanding, overduePrincipal, overdueInterest].allSatisfy { Paise(exactly: $0) != nil }
  }

  package func outstanding(of loanClass: LoanClass) -> Int128 { aged[loanClass.rawValue] }

  /// Outstanding of loans with any demand more than so many days overdue, in basis points of all that is
  /// outstanding, half-up. Nil where nothing is. Source: domain notes 2.4.
  package func atRiskBasisPoints(_ age: PortfolioAtRisk) -> Int64? {
    let first = LoanClass(daysOverdue: age.rawValue + 1).rawValue
    return Self.basisPoints(aged[first...].reduce(0, +), of: outstanding)
  }

  /// Collected by the due day, in basis points of what was demanded, principal and interest together.
  /// What was paid ahead counts when it falls due. Nil where nothing was demanded.
  /// Source: domain notes 2.4, on-time and without prepayment.
  package var repaymentRateBasisPoints: Int64? { Self.basisPoints(collectedOnTime, of: demanded) }

  private static func basisPoints(_ part: Int128, of whole: Int128) -> Int64? {
    guard whole > 0, part >= 0 else { return nil }
    return Int64(exactly: (part * 10_000).dividedHalfUp(by: whole, to: .paisa))
  }
}
