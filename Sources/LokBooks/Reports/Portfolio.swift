/// What is lent and owed at the end of a day, unit by unit with the sum: by member in a group's book, by
/// group below a VO, by VO below a CLF, by federation in a block. Source: domain notes 2.4.
///
/// Three parts are told apart, since adding them up would count the same money twice: what groups lent to
/// their members, what federations lent to groups, and what all of them owe to banks.
package struct Portfolio: BookReport {
  package enum Part: Hashable, Sendable, CaseIterable { case toMembers, toGroups, owedToBanks }

  package struct Line: Hashable, Sendable {
    /// A member or a group; of what one group owes to banks, a loan.
    package let unit: RecordID?
    package let sums: PortfolioSums
  }

  package let asOf: Day
  private var parts: [Part: [RecordID?: PortfolioSums]] = [:]
  private var totals: [Part: PortfolioSums] = [:]

  /// Of no loan yet.
  package init(asOf: Day) { self.asOf = asOf }

  /// One group's own book.
  package static func make(_ books: GroupBooks, asOf day: Day) throws(ReportError) -> Portfolio {
    var portfolio = Portfolio(asOf: day)
    for loan in books.loans {
      guard let position = loan.account(in: books.entries).flatMap({ LoanPosition(of: $0, asOf: day) }) else {
        continue
      }
      let sums = PortfolioSums(position)
      // Paid out on a later day.
      guard sums.given > 0 else { continue }
      if let member = loan.member {
        try portfolio.add(sums, to: .toMembers, of: member)
      } else if !loan.isOwed(by: books.cbo) {
        try portfolio.add(sums, to: .toGroups, of: loan.borrowerCBO)
      } else if loan.isFromBank {
        try portfolio.add(sums, to: .owedToBanks, of: loan.id)
      }
    }
    return portfolio
  }

  /// Counts all of `other` as one unit of this portfolio.
  package mutating func add(_ other: Portfolio, as unit: RecordID) throws(ReportError) {
    for part in Part.allCases where other.parts[part] != nil {
      try add(other.sum(of: part), to: part, of: unit)
    }
  }

  private mutating func add(_ sums: PortfolioSums, to part: Part, of unit: RecordID?) throws(ReportError) {
    let ofUnit = (parts[part]?[unit] ?? .zero) + sums
    let total = sum(of: part) + sums
    guard ofUnit.isPaise, total.isPaise else { throw .sumOverflows(nil) }
    parts[part, default: [:]][unit] = ofUnit
    totals[part] = total
  }

  /// Ascending by unit; a unit without a loan of the part is not there.
  package func lines(of part: Part) -> [Line] {
    (parts[part] ?? [:]).map { Line(unit: $0, sums: $1) }
      .sorted { ($0.unit?.rawValue ?? 0) < ($1.unit?.rawValue ?? 0) }
  }

  package func sum(of part: Part) -> PortfolioSums { totals[part] ?? .zero }
}

extension Portfolio {
  package var table: BookTable {
    BookTable(
      .portfolioTitle,
      [
        .init(.groupOrMember, .text), .init(.loansEver, .number), .init(.disbursedSum, .money),
        .init(.loansRunning, .number), .init(.outstanding, .money), .init(.overduePrincipal, .money),
        .init(.overdueInterest, .money), .init(.atRiskColumn30, .figure), .init(.atRiskColumn60, .figure),
        .init(.atRiskColumn90, .figure), .init(.repaymentRateColumn, .figure), .init(.bankClass, .text),
      ],
      Part.allCases.flatMap(rows))
  }

  /// A part without a loan is left out, but for the first: no book is an empty page.
  private func rows(_ part: Part) -> [BookTable.Row] {
    let lines = lines(of: part)
    guard part == .toMembers || !lines.isEmpty else { return [] }
    return [.init(.heading, [.label(part.label)] + .empty(11))]
      + lines.map { .init(.line, [.record($0.unit)] + Self.cells($0.sums, part)) }
      + [.init(.subtotal, [.label(.total)] + Self.cells(sum(of: part), part))]
  }

  private static func cells(_ sums: PortfolioSums, _ part: Part) -> [BookTable.Cell] {
    [
      .number(Int64(sums.given)), .paise(wide: sums.disbursed), .number(Int64(sums.loans)),
      .paise(wide: sums.outstanding), .paise(wide: sums.overduePrincipal), .paise(wide: sums.overdueInterest),
      .share(sums.atRiskBasisPoints(.over30)), .share(sums.atRiskBasisPoints(.over60)),
      .share(sums.atRiskBasisPoints(.over90)), .share(sums.repaymentRateBasisPoints),
      part == .owedToBanks ? sums.worstClass.map { .label($0.label) } ?? .empty : .empty,
    ]
  }
}

extension Portfolio.Part {
  fileprivate var label: BookText {
    switch self {
    case .toMembers: .toMembers
    case .toGroups: .toGroups
    case .owedToBanks: .owedToBanks
    }
  }
}

extension BookTable.Cell {
  fileprivate static func share(_ basisPoints: Int64?) -> Self {
    basisPoints.map { .basisPoints($0) } ?? .empty
  }

  /// A portfolio holds no sum that is none: `PortfolioSums.isPaise`.
  fileprivate static func paise(wide sum: Int128) -> Self { .paise(Paise(Int64(clamping: sum))) }
}
