/// The balance sheet at the end of a day.
///
/// Norm: assets = liabilities + equity + surplus (domain notes 2.2). The results of earlier financial
/// years stand in 3900 Accumulated surplus, by the derived closing of each 31 March; the result since the
/// last 1 April is a line of its own, on 31 March itself as well.
package struct BalanceSheet: BookReport {
  package struct Line: Hashable, Sendable {
    package let account: Account
    /// On the account's normal side; an overdrawn bank account is a negative asset.
    package let balance: BookAmount
  }

  package let day: Day
  /// Each ascending by account; accounts whose parts are both 0 are left out.
  package let assets: [Line]
  package let liabilities: [Line]
  package let equity: [Line]
  package let assetsTotal: BookAmount
  package let liabilitiesTotal: BookAmount
  package let equityTotal: BookAmount
  /// Income - expenditure since 1 April.
  package let surplus: BookAmount
  /// Liabilities + equity + surplus.
  package let sourcesTotal: BookAmount
  package var isBalanced: Bool { assetsTotal == sourcesTotal }

  /// - Parameter accruals: of the same entries up to `day`; none on the cash basis.
  package static func make(
    entries: [BookEntry], on day: Day, accruals: [InterestAccrual] = []
  ) throws(ReportError) -> BalanceSheet {
    var lines: [Account.Class: [Line]] = [:]
    let ledger = try GeneralLedger.make(entries: entries, period: .untilDay(day), accruals: accruals)
    for section in ledger.sections {
      guard let accountClass = section.account.accountClass, !section.closing.isZero else { continue }
      lines[accountClass, default: []].append(Line(account: section.account, balance: section.closing))
    }
    return try BalanceSheet(day: day, lines: lines)
  }

  private init(day: Day, lines: [Account.Class: [Line]]) throws(ReportError) {
    self.day = day
    assets = lines[.asset] ?? []
    liabilities = lines[.liability] ?? []
    equity = lines[.equity] ?? []
    assetsTotal = try Self.sum(lines[.asset])
    liabilitiesTotal = try Self.sum(lines[.liability])
    equityTotal = try Self.sum(lines[.equity])
    surplus = try Self.sum(lines[.income]).minus(try Self.sum(lines[.expense]))
    var sources = liabilitiesTotal
    try sources.add(equityTotal)
    try sources.add(surplus)
    sourcesTotal = sources
  }

  private static func sum(_ lines: [Line]?) throws(ReportError) -> BookAmount {
    var sum = BookAmount.zero
    for line in lines ?? [] { try sum.add(line.balance) }
    return sum
  }
}

extension BalanceSheet {
  package var table: BookTable {
    BookTable(
      .balanceTitle,
      [
        .init(.code, .number), .init(.account, .text),
        .init(.amountApproved, .money), .init(.amountUnapproved, .money), .init(.amountTotal, .money),
      ],
      rows(.liabilities, liabilities, liabilitiesTotal) + rows(.equity, equity, equityTotal)
        + [.init(.line, [.empty, .label(.surplusOfYear)] + surplus.cells)]
        + [.init(.subtotal, [.empty, .label(.sourcesTotal)] + sourcesTotal.cells)]
        + rows(.assets, assets, nil),
      totals: [.empty, .label(.assetsTotal)] + assetsTotal.cells)
  }

  /// Without a sum where the table's last row tells it.
  private func rows(_ heading: BookText, _ lines: [Line], _ total: BookAmount?) -> [BookTable.Row] {
    [.init(.heading, [.empty, .label(heading)] + .empty(3))]
      + lines.map { .init(.line, [.code($0.account), .account($0.account)] + $0.balance.cells) }
      + (total.map { [.init(.subtotal, [.empty, .label(.total)] + $0.cells)] } ?? [])
  }
}
