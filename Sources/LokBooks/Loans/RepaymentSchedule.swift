/// What is to be paid on one day.
package struct Instalment: Hashable, Sendable {
  /// The period it ends, counted from 1; the moratorium's periods are counted too.
  package let number: Int
  package let dueDay: Day
  package let principal: Paise
  package let interest: Paise

  /// Cannot overflow: terms keep both parts below 2^48 paise.
  package var total: Paise { Paise(principal.rawValue + interest.rawValue) }
}

/// The demand of a loan, made from its terms alone.
///
/// Instalments ascend by number and day. Their principal sums to that of the terms exactly; each repays
/// something, but for the moratorium's, which come first and carry interest only. There are at most
/// `moratoriumPeriods + instalments`.
///
/// Rounding (domain notes 2.3): the instalment half-up to the rupee, the last one absorbs what is left;
/// where half-up repays sooner, the schedule ends one period early. Where it would end earlier still, or
/// would leave an instalment without principal, it is made in paise instead. Interest is half-up to the
/// rupee in each period.
package struct RepaymentSchedule: Hashable, Sendable {
  package let terms: LoanTerms
  package let instalments: [Instalment]

  package var totalInterest: Paise { Paise(instalments.reduce(0) { $0 + $1.interest.rawValue }) }

  package init(_ terms: LoanTerms) {
    self.terms = terms
    let rate = PeriodRate(annualRateBasisPoints: terms.annualRateBasisPoints, period: terms.period)
    let parts = Self.parts(of: terms, at: rate, to: .rupee) ?? Self.paiseParts(of: terms, at: rate)
    let pause = rate.interest(on: Int128(terms.principal.rawValue), to: .rupee)
    let moratorium = Array(repeating: Part(principal: 0, interest: pause), count: terms.moratoriumPeriods)
    instalments = (moratorium + parts).enumerated().compactMap { index, part in
      // Nothing falls due at the end of a pause without interest.
      guard part.principal > 0 || part.interest > 0 else { return nil }
      return Instalment(
        number: index + 1, dueDay: terms.dueDay(ofPeriod: index + 1),
        principal: Paise(Int64(clamping: part.principal)), interest: Paise(Int64(clamping: part.interest)))
    }
  }

  private struct Part {
    var principal: Int128
    var interest: Int128
  }

  /// The instalments after the moratorium; nil where `unit` is too coarse for the terms.
  private static func parts(of terms: LoanTerms, at rate: PeriodRate, to unit: RoundingUnit) -> [Part]? {
    let principal = Int128(terms.principal.rawValue)
    let equal =
      switch terms.method {
      case .declining, .flat: principal.dividedHalfUp(by: Int128(terms.instalments), to: unit)
      case .emi: rate.equalInstalment(principal: principal, instalments: terms.instalments, to: unit)
      }
    var parts: [Part] = []
    var balance = principal
    while balance > 0, parts.count < terms.instalments {
      let isLast = parts.count == terms.instalments - 1
      let part = part(of: terms.method, equal: equal, balance: balance, principal, rate, unit)
      guard part.principal > 0 || isLast || unit == .paisa else { return nil }
      // A paisa is the least that can be repaid: so a loan of fewer paise than instalments ends early.
      let repaid = isLast ? balance : min(max(part.principal, 1), balance)
      parts.append(Part(principal: repaid, interest: part.interest))
      balance -= repaid
    }
    return unit == .paisa || parts.count >= terms.instalments - 1 ? parts : nil
  }

  /// One instalment before it is held against the balance.
  private static func part(
    of method: InterestMethod, equal: Int128, balance: Int128, _ principal: Int128, _ rate: PeriodRate,
    _ unit: RoundingUnit
  ) -> Part {
    switch method {
    case .declining:
      return Part(principal: equal, interest: rate.interest(on: balance, to: .rupee))
    case .flat:
      return Part(principal: equal, interest: rate.interest(on: principal, to: .rupee))
    case .emi:
      // One amount is split in two: were the interest of an instalment in paise rounded to the rupee, the
      // principal would bring back the error that the paise are there to avoid.
      let interest = rate.interest(on: balance, to: unit)
      return Part(principal: equal - interest, interest: interest)
    }
  }

  private static func paiseParts(of terms: LoanTerms, at rate: PeriodRate) -> [Part] {
    // Paise are never too coarse.
    parts(of: terms, at: rate, to: .paisa) ?? []
  }
}
