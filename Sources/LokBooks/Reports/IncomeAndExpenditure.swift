/// Income and expenditure of a period. On the cash basis interest is income when it is received; with
/// accruals (`InterestAccrual`) when it falls due.
///
/// Surplus = income (4xxx) - expenditure (5xxx); a deficit is negative (domain notes 2.2).
package struct IncomeAndExpenditure: BookReport {
  package struct Line: Hashable, Sendable {
    package let account: Account
    /// On the account's normal side.
    package let amount: BookAmount
  }

  package let period: BookPeriod
  /// Ascending by account; accounts whose parts are both 0 are left out.
  package let income: [Line]
  package let expenditure: [Line]
  package let incomeTotal: BookAmount
  package let expenditureTotal: BookAmount
  package let surplus: BookAmount

  /// - Parameter accruals: of the same entries and period; none on the cash basis.
  package static func make(
    entries: [BookEntry], period: BookPeriod, accruals: [InterestAccrual] = []
  ) throws(ReportError) -> IncomeAndExpenditure {
    var sums: [Account: BookAmount] = [:]
    for entry in period.split(entries).movements {
      for (account, side) in [(entry.debit, LedgerSide.debit), (entry.credit, .credit)] {
        guard let normalSide = account.normalSide else {
          throw .accountOutsideChart(account, entry: entry.id)
        }
        guard account.isNominal else { continue }
        let amount = BookAmount(entry.amount, isApproved: entry.isApproved)
        var sum = sums[account] ?? .zero
        if side == normalSide {
          try sum.add(amount, of: account)
        } else {
          try sum.subtract(amount, of: account)
        }
        sums[account] = sum
      }
    }
    for accrual in accruals where !period.isOpening(accrual.day) {
      try sums[accrual.income, default: .zero].add(accrual.change, of: accrual.income)
    }
    let lines = sums.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
      .map { Line(account: $0.key, amount: $0.value) }
    return try IncomeAndExpenditure(period: period, lines: lines)
  }

  private init(period: BookPeriod, lines: [Line]) throws(ReportError) {
    self.period = period
    income = lines.filter { $0.account.accountClass == .income }
    expenditure = lines.filter { $0.account.accountClass == .expense }
    incomeTotal = try Self.sum(income)
    expenditureTotal = try Self.sum(expenditure)
    surplus = try incomeTotal.minus(expenditureTotal)
  }

  private static func sum(_ lines: [Line]) throws(ReportError) -> BookAmount {
    var sum = BookAmount.zero
    for line in lines { try sum.add(line.amount) }
    return sum
  }
}

extension IncomeAndExpenditure {
  package var table: BookTable {
    BookTable(
      .incomeTitle,
      [
        .init(.code, .number), .init(.account, .text),
        .init(.amountApproved, .money), .init(.amountUnapproved, .money), .init(.amountTotal, .money),
      ],
      rows(.income, income, incomeTotal) + rows(.expenditure, expenditure, expenditureTotal),
      totals: [.empty, .label(surplus.total < .zero ? .deficit : .surplus)] + surplus.cells)
  }

  private func rows(_ heading: BookText, _ lines: [Line], _ total: BookAmount) -> [BookTable.Row] {
    [.init(.heading, [.empty, .label(heading)] + .empty(3))]
      + lines.map { .init(.line, [.code($0.account), .account($0.account)] + $0.amount.cells) }
      + [.init(.subtotal, [.empty, .label(.total)] + total.cells)]
  }
}
