/// The trial balance at a period's end: each account's balance as a debit or as a credit.
///
/// Norm: the debits equal the credits, in the approved part, in the unapproved part and in total.
package struct TrialBalance: BookReport {
  /// An account with its balance on `side`, the side on which its total stands. A part that stands on the
  /// other side is negative, so that the parts still add up to the total.
  package struct Line: Hashable, Sendable {
    package let account: Account
    package let side: LedgerSide
    package let balance: BookAmount
  }

  package let period: BookPeriod
  /// Ascending by account; accounts whose parts are both 0 are left out.
  package let lines: [Line]
  package let debits: BookAmount
  package let credits: BookAmount
  package var isBalanced: Bool { debits == credits }

  /// - Parameter accruals: of the same entries and period; none on the cash basis.
  package static func make(
    entries: [BookEntry], period: BookPeriod, accruals: [InterestAccrual] = []
  ) throws(ReportError) -> TrialBalance {
    var (debits, credits) = (BookAmount.zero, BookAmount.zero)
    var lines: [Line] = []
    let ledger = try GeneralLedger.make(entries: entries, period: period, accruals: accruals)
    for section in ledger.sections where !section.closing.isZero {
      let line = try Line(section)
      switch line.side {
      case .debit: try debits.add(line.balance)
      case .credit: try credits.add(line.balance)
      }
      lines.append(line)
    }
    return TrialBalance(period: period, lines: lines, debits: debits, credits: credits)
  }
}

extension TrialBalance.Line {
  fileprivate init(_ section: GeneralLedger.Section) throws(ReportError) {
    account = section.account
    let (total, approved) = (section.closing.total, section.closing.approved)
    let isOnOtherSide = total < .zero || (total == .zero && approved < .zero)
    side = isOnOtherSide ? (section.side == .debit ? .credit : .debit) : section.side
    balance = isOnOtherSide ? try BookAmount.zero.minus(section.closing, of: account) : section.closing
  }
}

extension TrialBalance {
  package var table: BookTable {
    BookTable(
      .trialTitle,
      [
        .init(.code, .number), .init(.account, .text),
        .init(.debitApproved, .money), .init(.debitUnapproved, .money), .init(.debitTotal, .money),
        .init(.creditApproved, .money), .init(.creditUnapproved, .money), .init(.creditTotal, .money),
      ],
      lines.map { line in
        let isDebit = line.side == .debit
        return .init(
          .line,
          [.code(line.account), .account(line.account)] + (isDebit ? line.balance.cells : .empty(3))
            + (isDebit ? .empty(3) : line.balance.cells))
      },
      totals: [.empty, .label(.total)] + debits.cells + credits.cells)
  }
}
