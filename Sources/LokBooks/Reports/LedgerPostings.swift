/// The two sides of a posting.
package enum LedgerSide: Hashable, Sendable { case debit, credit }

extension Account {
  /// The side on which the account grows: debit for assets and expenses, credit for the others (chart of
  /// domain notes 2.2). Nil for an account of no class.
  package var normalSide: LedgerSide? {
    accountClass.map { $0 == .asset || $0 == .expense ? .debit : .credit }
  }

  /// An account of income or expense, which begins each financial year at nothing.
  var isNominal: Bool { accountClass == .income || accountClass == .expense }
}

/// One side of an entry in one account, or of a derived view: the closing of a year, interest due.
package struct LedgerPosting: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    case entry(BookEntry)
    /// No entry: what 31 March moves from an account of income or expense into accumulated surplus.
    case yearClosed(FinancialYear)
    /// No entry: interest that fell due and was not received.
    case interestDue
  }

  package let source: Source
  package let day: Day
  package let account: Account
  /// The account on the other side.
  package let contra: Account
  package let side: LedgerSide
  /// On `side`; of a closing it may be negative, where an expense was given back.
  package let amount: BookAmount
}

/// All postings of a period, with the years that ended in it closed.
enum LedgerPostings {
  /// Entries in the order of the books, each as a debit and a credit; after the last entry of each
  /// financial year that ended before the period's end stand its closing postings.
  ///
  /// "31 March closes 4xxx/5xxx into 3900 by a derived view, not by entries" (domain notes 2.2). The year
  /// in which the period ends stays open: its result is a line of its own in the balance sheet. A period
  /// without a last day ends with its last entry.
  /// - Parameter accruals: for the same entries and period; each stands after the entries of its day.
  static func make(
    _ entries: [BookEntry], _ period: BookPeriod, _ accruals: [InterestAccrual] = []
  ) throws(ReportError) -> [LedgerPosting] {
    let (opening, movements) = period.split(entries)
    let ordered = opening + movements
    guard let firstEntry = ordered.first, let lastEntry = ordered.last else { return [] }
    let finalYear = try year(of: period.lastDay ?? lastEntry.day)
    var open = OpenYear(year: try year(of: firstEntry.day))
    var postings: [LedgerPosting] = []
    postings.reserveCapacity(ordered.count * 2)
    func append(_ sides: [LedgerPosting], on day: Day) throws(ReportError) {
      if day > open.year.last {
        postings += open.closing()
        open = OpenYear(year: try year(of: day))
      }
      for posting in sides { try open.count(posting) }
      postings += sides
    }
    var due = accruals[...]
    for entry in ordered {
      while let accrual = due.first, accrual.day < entry.day {
        try append(accrual.postings, on: accrual.day)
        due.removeFirst()
      }
      try append(sides(of: entry), on: entry.day)
    }
    for accrual in due { try append(accrual.postings, on: accrual.day) }
    if open.year < finalYear { postings += open.closing() }
    return postings
  }

  private static func year(of day: Day) throws(ReportError) -> FinancialYear {
    guard let year = FinancialYear(containing: day) else { throw .dayOutsideCalendar(day) }
    return year
  }

  private static func sides(of entry: BookEntry) throws(ReportError) -> [LedgerPosting] {
    for account in [entry.debit, entry.credit] where account.accountClass == nil {
      throw .accountOutsideChart(account, entry: entry.id)
    }
    let amount = BookAmount(entry.amount, isApproved: entry.isApproved)
    return [
      LedgerPosting(
        source: .entry(entry), day: entry.day, account: entry.debit, contra: entry.credit,
        side: .debit, amount: amount),
      LedgerPosting(
        source: .entry(entry), day: entry.day, account: entry.credit, contra: entry.debit,
        side: .credit, amount: amount),
    ]
  }
}

/// The accounts of income and expense since 1 April.
private struct OpenYear {
  let year: FinancialYear
  /// On the account's normal side.
  private var results: [Account: BookAmount] = [:]

  init(year: FinancialYear) { self.year = year }

  mutating func count(_ posting: LedgerPosting) throws(ReportError) {
    guard posting.account.isNominal else { return }
    var result = results[posting.account] ?? .zero
    try result.apply(posting)
    results[posting.account] = result
  }

  /// Two postings an account that holds anything: income is debited and expense credited, each with
  /// 3900 on the other side.
  func closing() -> [LedgerPosting] {
    results.filter { !$0.value.isZero }.sorted { $0.key < $1.key }.flatMap { account, amount in
      let isIncome = account.accountClass == .income
      return [
        LedgerPosting(
          source: .yearClosed(year), day: year.last, account: account, contra: .surplus,
          side: isIncome ? .debit : .credit, amount: amount),
        LedgerPosting(
          source: .yearClosed(year), day: year.last, account: .surplus, contra: account,
          side: isIncome ? .credit : .debit, amount: amount),
      ]
    }
  }
}

extension BookAmount {
  /// Adds a posting to a balance that is told on its account's normal side.
  mutating func apply(_ posting: LedgerPosting) throws(ReportError) {
    if posting.side == posting.account.normalSide {
      try add(posting.amount, of: posting.account)
    } else {
      try subtract(posting.amount, of: posting.account)
    }
  }
}
