/// How interest is charged. Values are those of `lokos.v1.InterestMethod`.
package enum InterestMethod: Int64, CaseIterable, Sendable {
  /// Equal principal; interest on the balance. The NRLM norm.
  case declining = 1
  /// Interest on the first principal in every period. Old groups.
  case flat = 2
  /// Equal instalments of principal and interest together. Banks.
  case emi = 3
}

/// The time from one instalment to the next.
package enum RepaymentPeriod: Hashable, Sendable {
  /// 7, 14 and 28 are the meeting rhythms; whole weeks are charged by the week.
  case everyDays(Int32)
  /// On the disbursement's day of the month, or the last of a shorter month.
  case monthly
}

/// Why terms are none. Each case carries the value that is out of range.
package enum LoanTermsError: Error, Equatable, Sendable {
  case principalOutOfRange(Paise)
  case rateOutOfRange(basisPoints: Int64)
  case instalmentsOutOfRange(Int64)
  case periodOutOfRange(days: Int32)
  case moratoriumOutOfRange(periods: Int64)
  case disbursementOutOfRange(Day)
}

/// What a loan was agreed on: always within the ranges below, so that a schedule can be made without an
/// overflow. The ranges are wider than any norm; whether a rate may be charged is for the rules to say.
package struct LoanTerms: Hashable, Sendable {
  /// In basis points a year: to 1,000 %, far above what any lender in a village asks.
  package static let rateRange: ClosedRange<Int64> = 0...100_000
  /// Nineteen years of weeks.
  package static let instalmentRange: ClosedRange<Int64> = 1...1_000
  package static let periodDaysRange: ClosedRange<Int32> = 1...366
  package static let moratoriumRange: ClosedRange<Int64> = 0...120
  /// 1900-01-01 to 2199-12-31, far enough from both ends of the calendar for every due day.
  package static let disbursementRange = Day(number: -25_567)...Day(number: 84_005)

  package let principal: Paise
  /// 1200 = 12 % a year.
  package let annualRateBasisPoints: Int64
  /// Those that repay principal; the moratorium's come on top.
  package let instalments: Int
  package let method: InterestMethod
  package let disbursed: Day
  package let period: RepaymentPeriod
  /// Periods at the beginning that carry interest only, each paid when it falls due: interest is not added
  /// to principal, since none of the groups' books has a column for that.
  package let moratoriumPeriods: Int

  package init(
    principal: Paise, annualRateBasisPoints: Int64, instalments: Int64, method: InterestMethod,
    disbursed: Day, period: RepaymentPeriod, moratoriumPeriods: Int64 = 0
  ) throws(LoanTermsError) {
    guard principal > .zero, principal <= .entryMaximum else { throw .principalOutOfRange(principal) }
    guard Self.rateRange.contains(annualRateBasisPoints) else {
      throw .rateOutOfRange(basisPoints: annualRateBasisPoints)
    }
    guard Self.instalmentRange.contains(instalments) else { throw .instalmentsOutOfRange(instalments) }
    if case .everyDays(let days) = period, !Self.periodDaysRange.contains(days) {
      throw .periodOutOfRange(days: days)
    }
    guard Self.moratoriumRange.contains(moratoriumPeriods) else {
      throw .moratoriumOutOfRange(periods: moratoriumPeriods)
    }
    guard Self.disbursementRange.contains(disbursed) else { throw .disbursementOutOfRange(disbursed) }
    self.principal = principal
    self.annualRateBasisPoints = annualRateBasisPoints
    self.instalments = Int(instalments)
    self.method = method
    self.disbursed = disbursed
    self.period = period
    self.moratoriumPeriods = Int(moratoriumPeriods)
  }

  /// When the `number`th period ends, counted from 1 and from the disbursement, so that a clamped month
  /// does not shift the months after it.
  package func dueDay(ofPeriod number: Int) -> Day {
    let count = Int32(clamping: number)
    switch period {
    case .everyDays(let days):
      return Day(number: Int32(clamping: Int64(disbursed.number) + Int64(days) * Int64(count)))
    case .monthly:
      return disbursed.advanced(byMonths: count)
    }
  }
}
