/// How all loans of a group stand at the end of a day, and what the group's risk is: PAR30, 60 and 90 and the
/// repayment rate (domain notes 2.4).
package struct LoanList: BookReport {
  package struct Line: Hashable, Sendable {
    package let loan: BookLoan
    /// Nil while nothing was paid out.
    package let position: LoanPosition?
  }

  package let asOf: Day
  /// Ascending by loan.
  package let lines: [Line]
  /// Over the loans that the group has given; what it owes itself is the lender's risk.
  package let sums: PortfolioSums

  package static func make(_ books: GroupBooks, asOf day: Day) -> LoanList {
    let lines = books.loans.sorted { $0.id < $1.id }.map { loan in
      Line(loan: loan, position: loan.account(in: books.entries).flatMap { LoanPosition(of: $0, asOf: day) })
    }
    let given = lines.filter { !$0.loan.isOwed(by: books.cbo) }.compactMap(\.position)
    return LoanList(asOf: day, lines: lines, sums: given.map { PortfolioSums($0) }.reduce(.zero, +))
  }
}

/// Demand, collection, balance and overdue in a period: of each loan, principal and interest apart, and of
/// each member's penalties for absence.
package struct DCBRegister: BookReport {
  package let first: Day
  package let last: Day
  package let rows: [DCBRow]
  package let penalties: [PenaltyDemand]

  package static func make(
    _ books: GroupBooks, from first: Day, through last: Day, penalties: [PenaltyDemand] = []
  ) -> DCBRegister {
    let rows = books.loans.sorted { $0.id < $1.id }.compactMap { loan in
      loan.account(in: books.entries).flatMap {
        DCBRow(
          loan: loan.id, member: loan.member ?? loan.borrowerCBO, account: $0, from: first, through: last)
      }
    }
    return DCBRegister(first: first, last: last, rows: rows, penalties: penalties)
  }
}

/// One loan line by line.
package struct LoanLedger: BookReport {
  package let loan: BookLoan
  package let lines: [LoanLedgerLine]

  /// - Returns: nil where nothing was paid out.
  package static func make(_ loan: BookLoan, _ books: GroupBooks, through day: Day) -> LoanLedger? {
    loan.account(in: books.entries).flatMap { LoanLedgerLine.lines(of: $0, through: day) }
      .map { LoanLedger(loan: loan, lines: $0) }
  }
}
