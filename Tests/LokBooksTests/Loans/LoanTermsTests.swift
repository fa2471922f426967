import LokBooks
import Testing

struct LoanTermsTests {
  private func terms(
    principal: Int64 = 100, rate: Int64 = 1_200, instalments: Int64 = 10, day: Int32 = 20_000,
    period: RepaymentPeriod = .monthly, moratorium: Int64 = 0
  ) throws(LoanTermsError) -> LoanTerms {
    try LoanTerms(
      principal: Paise(principal), annualRateBasisPoints: rate, instalments: instalments, method: .emi,
      disbursed: Day(number: day), period: period, moratoriumPeriods: moratorium)
  }

  @Test func `terms out of range name what is out of range`() {
    #expect(throws: LoanTermsError.principalOutOfRange(.zero)) { try terms(principal: 0) }
    #expect(throws: LoanTermsError.principalOutOfRange(Paise(.max))) { try terms(principal: .max) }
    #expect(throws: LoanTermsError.rateOutOfRange(basisPoints: -1)) { try terms(rate: -1) }
    #expect(throws: LoanTermsError.instalmentsOutOfRange(0)) { try terms(instalments: 0) }
    #expect(throws: LoanTermsError.instalmentsOutOfRange(.max)) { try terms(instalments: .max) }
    #expect(throws: LoanTermsError.periodOutOfRange(days: 0)) { try terms(period: .everyDays(0)) }
    #expect(throws: LoanTermsError.moratoriumOutOfRange(periods: -1)) { try terms(moratorium: -1) }
    #expect(throws: LoanTermsError.disbursementOutOfRange(Day(number: .max))) { try terms(day: .max) }
  }

  @Test func `the range of days is from 1900 to 2199`() {
    #expect(LoanTerms.disbursementRange.lowerBound.description == "1900-01-01")
    #expect(LoanTerms.disbursementRange.upperBound.description == "2199-12-31")
  }

  @Test func `the last due day of the longest terms is a day of the calendar`() throws {
    let last = try terms(day: LoanTerms.disbursementRange.upperBound.number).dueDay(ofPeriod: 1_120)
    #expect(last.description == "2293-04-30")
  }

  @Test func `interest for irregular gaps is by days of 365, half-up to the rupee`() {
    #expect(interest(on: Paise(1_000_000), annualRateBasisPoints: 1_200, days: 73) == Paise(24_000))
    #expect(interest(on: Paise(1_000_000), annualRateBasisPoints: 1_200, days: 10) == Paise(3_300))
    // 50 paise exactly: 18,250 × 1 % × 1 day / 365 = half a rupee.
    #expect(interest(on: Paise(1_825_000), annualRateBasisPoints: 100, days: 1) == Paise(100))
    #expect(interest(on: Paise(1_824_999), annualRateBasisPoints: 100, days: 1) == Paise(0))
    #expect(interest(on: Paise(-1), annualRateBasisPoints: 100, days: 1) == nil)
    #expect(interest(on: Paise(.max), annualRateBasisPoints: 100_000, days: .max) == nil)
  }
}
