import LokBooks
import Testing

/// Ages as a bank counts them: days up to 90, calendar months after that.
struct BankLoanClassTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let asOf: String
    let expected: BankLoanClass
    init(_ asOf: String, _ expected: BankLoanClass) { (self.asOf, self.expected) = (asOf, expected) }
    var testDescription: String { "\(asOf) \(expected)" }
  }

  /// Unpaid since 1 January 2024: more than 90 days overdue from 1 April 2024 on.
  @Test(arguments: [
    Row("2024-01-01", .current), Row("2024-01-02", .watched0), Row("2024-01-31", .watched0),
    Row("2024-02-01", .watched1), Row("2024-03-01", .watched1), Row("2024-03-02", .watched2),
    Row("2024-03-31", .watched2), Row("2024-04-01", .substandard), Row("2025-04-01", .substandard),
    Row("2025-04-02", .doubtful1), Row("2026-04-01", .doubtful1), Row("2026-04-02", .doubtful2),
    Row("2028-04-01", .doubtful2), Row("2028-04-02", .doubtful3), Row("2040-01-01", .doubtful3),
  ])
  func `a loan is classed by the age of its oldest unpaid demand`(_ row: Row) throws {
    let oldest = try #require(Day(text: "2024-01-01"))
    let asOf = try #require(Day(text: row.asOf))
    #expect(BankLoanClass(oldestUnpaid: oldest, asOf: asOf) == row.expected)
    #expect(BankLoanClass(oldestUnpaid: oldest, asOf: asOf, isWrittenOff: true) == .loss)
    #expect(BankLoanClass(oldestUnpaid: nil, asOf: asOf) == .current)
  }

  @Test func `the ends of the calendar are classed without a trap`() {
    let ends = [Day(number: .min), Day(number: .max)]
    for oldest in ends {
      for asOf in ends { _ = BankLoanClass(oldestUnpaid: oldest, asOf: asOf) }
    }
    #expect(BankLoanClass(oldestUnpaid: ends[1], asOf: ends[0]) == .current)
    #expect(BankLoanClass(oldestUnpaid: ends[0], asOf: ends[1]) >= .substandard)
  }

  @Test func `a position has the class of its days, and is a loss once it is written off`() throws {
    let start = try #require(Day(text: "2026-01-01"))
    let terms = try LoanTerms(
      principal: Paise(120_000), annualRateBasisPoints: 0, instalments: 12, method: .declining,
      disbursed: start, period: .monthly)
    let paidOut = LoanEvent(.disbursed, on: start, Paise(120_000))
    let late = LoanAccount(terms: terms, events: [paidOut])
    let april = try #require(Day(text: "2026-04-01"))
    #expect(BankLoanClass(try #require(LoanPosition(of: late, asOf: april))) == .watched1)
    let givenUp = LoanAccount(
      terms: terms, events: [paidOut, LoanEvent(.writtenOff, on: april, Paise(120_000))])
    #expect(BankLoanClass(try #require(LoanPosition(of: givenUp, asOf: april))) == .loss)
  }
}
