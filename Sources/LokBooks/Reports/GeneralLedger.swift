/// The general ledger: each account with its opening, its postings with running balances, and its sums.
///
/// Balances are told on the account's normal side: savings that members hold are positive in 2001, cash
/// that is there is positive in 1001; a balance on the wrong side is negative.
package struct GeneralLedger: BookReport {
  package struct Line: Hashable, Sendable {
    package let posting: LedgerPosting
    package let balance: BookAmount
  }

  package struct Section: Hashable, Sendable {
    package let account: Account
    package private(set) var opening = BookAmount.zero
    package private(set) var lines: [Line] = []
    package private(set) var debits = BookAmount.zero
    package private(set) var credits = BookAmount.zero
    package private(set) var closing = BookAmount.zero
    package var side: LedgerSide { account.normalSide ?? .debit }
  }

  package let period: BookPeriod
  /// Accounts that were ever moved up to the period's end, ascending.
  package let sections: [Section]
  /// Over all sections; debits = credits where no single account was asked for.
  package let debits: BookAmount
  package let credits: BookAmount

  /// - Parameters:
  ///   - account: one account only; nil = all.
  ///   - accruals: of the same entries and period; none on the cash basis.
  package static func make(
    entries: [BookEntry], period: BookPeriod, account: Account? = nil, accruals: [InterestAccrual] = []
  ) throws(ReportError) -> GeneralLedger {
    var sections: [Account: Section] = [:]
    for posting in try LedgerPostings.make(entries, period, accruals)
    where account == nil || account == posting.account {
      try sections[posting.account, default: Section(account: posting.account)]
        .append(posting, isOpening: period.isOpening(posting.day))
    }
    var (debits, credits) = (BookAmount.zero, BookAmount.zero)
    for section in sections.values {
      try debits.add(section.debits)
      try credits.add(section.credits)
    }
    return GeneralLedger(
      period: period, sections: sections.values.sorted { $0.account < $1.account }, debits: debits,
      credits: credits)
  }

  /// Nil where the account was never moved.
  package func section(of account: Account) -> Section? { sections.first { $0.account == account } }
}

extension GeneralLedger.Section {
  fileprivate init(account: Account) { self.account = account }

  fileprivate mutating func append(_ posting: LedgerPosting, isOpening: Bool) throws(ReportError) {
    try closing.apply(posting)
    if isOpening {
      opening = closing
      return
    }
    switch posting.side {
    case .debit: try debits.add(posting.amount, of: account)
    case .credit: try credits.add(posting.amount, of: account)
    }
    lines.append(GeneralLedger.Line(posting: posting, balance: closing))
  }
}
