/// How a bank's books class a loan by the age of its oldest unpaid demand. For loans that a group owes to a
/// bank only: a group does not declare its member an NPA.
///
/// Source: domain notes 2.4. Up to 90 days a loan is watched (special mention accounts), after that it is a
/// non-performing asset: sub-standard in its first 12 months, doubtful after them. A loan that a bank has
/// classed so is upgraded only when all arrears are paid; here the class follows the oldest demand that is
/// still unpaid, so after a part payment it may be better than the bank's.
package enum BankLoanClass: Int, CaseIterable, Comparable, Sendable {
  case current
  /// 1 to 30 days overdue.
  case watched0
  /// 31 to 60 days.
  case watched1
  /// 61 to 90 days.
  case watched2
  /// Non-performing for at most 12 months.
  case substandard
  /// In the first 12 months after that.
  case doubtful1
  /// In the 24 months after doubtful-1.
  case doubtful2
  /// Doubtful for more than three years.
  case doubtful3
  /// The bank has written it off, in whole or in part; no age alone makes a loss.
  case loss

  package init(_ position: LoanPosition) {
    self.init(
      oldestUnpaid: position.oldestUnpaidDueDay, asOf: position.asOf,
      isWrittenOff: position.writtenOff > .zero)
  }

  /// - Parameter oldestUnpaid: the due day of the oldest unpaid demand; nil = nothing is overdue.
  package init(oldestUnpaid: Day?, asOf: Day, isWrittenOff: Bool = false) {
    guard !isWrittenOff else {
      self = .loss
      return
    }
    switch LoanClass(daysOverdue: oldestUnpaid.map { asOf.days(since: $0) } ?? 0) {
    case .current: self = .current
    case .upTo30Days: self = .watched0
    case .upTo60Days: self = .watched1
    case .upTo90Days: self = .watched2
    case .over90Days: self = Self.nonPerforming(since: (oldestUnpaid ?? asOf).advanced(by: 91), asOf: asOf)
    }
  }

  /// - Parameter since: the first day that is more than 90 days overdue.
  private static func nonPerforming(since day: Day, asOf: Day) -> Self {
    if asOf <= day.advanced(byMonths: 12) { return .substandard }
    if asOf <= day.advanced(byMonths: 12 + 12) { return .doubtful1 }
    return asOf <= day.advanced(byMonths: 12 + 12 + 24) ? .doubtful2 : .doubtful3
  }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
