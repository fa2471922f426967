/// Simple interest for a gap of any length: balance × annual rate × days / 365, half-up to the rupee.
/// Leap years count 365 like all others, as the books of the groups have it.
///
/// Nil for a negative balance, rate or count of days, for a rate above `LoanTerms.rateRange`, and where
/// the interest is no amount of paise. Source: domain notes 2.3, day-count for irregular gaps.
package func interest(on balance: Paise, annualRateBasisPoints: Int64, days: Int32) -> Paise? {
  guard balance >= .zero, days >= 0, LoanTerms.rateRange.contains(annualRateBasisPoints) else { return nil }
  let product = Int128(balance.rawValue) * Int128(annualRateBasisPoints) * Int128(days)
  return Paise(exactly: product.dividedHalfUp(by: 10_000 * 365, to: .rupee))
}

/// The rate of one period as an exact fraction, so that nothing is rounded before the interest is.
struct PeriodRate {
  let numerator: Int128
  let denominator: Int128

  /// A month is a twelfth of the year's rate and a week a 52nd, whatever days they have; other periods are
  /// counted in days of 365. Source: domain notes 2.3.
  init(annualRateBasisPoints: Int64, period: RepaymentPeriod) {
    let basisPoints = Int128(annualRateBasisPoints)
    switch period {
    case .monthly:
      numerator = basisPoints
      denominator = 10_000 * 12
    case .everyDays(let days) where days % 7 == 0:
      numerator = basisPoints * Int128(days / 7)
      denominator = 10_000 * 52
    case .everyDays(let days):
      numerator = basisPoints * Int128(days)
      denominator = 10_000 * 365
    }
  }

  /// One period's interest on `balance` paise, half-up.
  func interest(on balance: Int128, to unit: RoundingUnit) -> Int128 {
    (balance * numerator).dividedHalfUp(by: denominator, to: unit)
  }

  /// The equal instalment P·r / (1 − (1+r)^−n), half-up: P divided by the sum of (1+r)^−k for k in 1...n.
  ///
  /// The powers are fixed-point with 80 binary places. Each step loses less than one unit, so the sum over
  /// a thousand instalments is exact to 2^-60 of itself, and the largest principal to a thousandth of a
  /// paisa; and P (below 2^44) times 2^80 stays within 127 bits.
  func equalInstalment(principal: Int128, instalments: Int, to unit: RoundingUnit) -> Int128 {
    let one = Int128(1) << 80
    var power = one
    var sum: Int128 = 0
    for _ in 0..<instalments {
      power = power * denominator / (denominator + numerator)
      sum += power
    }
    return (principal * one).dividedHalfUp(by: sum, to: unit)
  }
}
