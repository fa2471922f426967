import LokBooks
import Testing

struct PortfolioTests {
  private let start = Day(number: 20_000)

  /// 1,000 rupees without interest in ten weeks, of which `weeks` were paid when they fell due.
  private func account(paid weeks: Int32) throws -> LoanAccount {
    let terms = try LoanTerms(
      principal: Paise(100_000), annualRateBasisPoints: 0, instalments: 10, method: .declining,
      disbursed: start, period: .everyDays(7))
    let payments = (0..<weeks).map {
      LoanEvent(.principalRepaid, on: start.advanced(by: 7 * ($0 + 1)), Paise(10_000))
    }
    return LoanAccount(
      terms: terms, events: [LoanEvent(.disbursed, on: start, Paise(100_000))] + payments)
  }

  private func sums(paid weeks: Int32, asOf day: Int32) throws -> PortfolioSums {
    PortfolioSums(try #require(LoanPosition(of: account(paid: weeks), asOf: start.advanced(by: day))))
  }

  @Test(
    arguments: [
      (0, .current), (1, .upTo30Days), (30, .upTo30Days), (31, .upTo60Days), (60, .upTo60Days),
      (61, .upTo90Days), (90, .upTo90Days), (91, .over90Days), (.max, .over90Days),
    ] as [(Int64, LoanClass)])
  func `a loan is of the class of its days`(_ days: Int64, _ expected: LoanClass) {
    #expect(LoanClass(daysOverdue: days) == expected)
  }

  @Test func `the portfolio at risk is the outstanding of late loans over all outstanding`() throws {
    // As of day 70: one paid four weeks (35 days late, 600 out), one nothing (63 days late, 1,000 out),
    // one nine (0 days late, 100 out).
    let village = try sums(paid: 4, asOf: 70) + sums(paid: 0, asOf: 70)
    let block = try village + sums(paid: 9, asOf: 70)
    #expect(block.outstanding == 170_000)
    #expect(block.loans == 3 && block.given == 3)
    #expect(block.disbursed == 300_000 && block.overduePrincipal == 140_000 && block.overdueInterest == 0)
    #expect(block.worstClass == .watched2)
    #expect(block.atRiskBasisPoints(.over30) == 9_412)
    #expect(block.atRiskBasisPoints(.over60) == 5_882)
    #expect(block.atRiskBasisPoints(.over90) == 0)
    #expect(block.repaymentRateBasisPoints == 4_333)
    #expect(PortfolioSums.zero.atRiskBasisPoints(.over30) == nil)
    #expect(PortfolioSums.zero.repaymentRateBasisPoints == nil)
    #expect(village + .zero == village)
  }

  @Test func `a row of the register balances`() throws {
    let row = try #require(
      DCBRow(
        loan: RecordID(rawValue: 7), member: RecordID(rawValue: 8), account: account(paid: 2),
        from: start.advanced(by: 8), through: start.advanced(by: 28)))
    #expect(row.principal.arrears == .zero)
    #expect(row.principal.due == Paise(30_000))
    #expect(row.principal.collected == Paise(10_000))
    #expect(row.principal.balance == Paise(20_000))
    #expect(row.principal.overdue == Paise(10_000))
    #expect(row.principal.demand == Paise(30_000))
    let empty = try DCBRow(
      loan: RecordID(rawValue: 7), member: nil, account: account(paid: 0), from: start,
      through: start.advanced(by: -1))
    #expect(empty == nil)
  }

  @Test func `interest that is given up with its loan is relieved once`() throws {
    let terms = try LoanTerms(
      principal: Paise(100_000), annualRateBasisPoints: 5_200, instalments: 10, method: .declining,
      disbursed: start, period: .everyDays(7))
    let account = LoanAccount(
      terms: terms,
      events: [
        LoanEvent(.disbursed, on: start, Paise(100_000)),
        LoanEvent(.writtenOff, on: start.advanced(by: 20), Paise(100_000)),
      ])
    func interest(from first: Int32, through last: Int32) throws -> DCBRow.Columns {
      try #require(
        DCBRow(
          loan: RecordID(rawValue: 7), member: nil, account: account, from: start.advanced(by: first),
          through: start.advanced(by: last))
      ).interest
    }
    // Ten rupees of the first week and nine of the second.
    let month = try interest(from: 0, through: 30)
    #expect(month.due == Paise(1_900) && month.relieved == Paise(1_900) && month.balance == .zero)
    let next = try interest(from: 31, through: 60)
    #expect([next.arrears, next.due, next.relieved, next.balance].allSatisfy { $0 == .zero })
    let again = LoanAccount(
      terms: terms,
      events: account.events + [LoanEvent(.writtenOff, on: start.advanced(by: 32), Paise(-100_000))])
    let taken = try #require(
      DCBRow(
        loan: RecordID(rawValue: 7), member: nil, account: again, from: start.advanced(by: 31),
        through: start.advanced(by: 35))
    ).interest
    // Weeks three to five fall due as well: 8 + 7 + 6.
    #expect(taken.due == Paise(2_100) && taken.relieved == Paise(-1_900) && taken.balance == Paise(4_000))
    let split = try interest(from: 10, through: 30)
    #expect(split.arrears == Paise(1_000) && split.relieved == Paise(1_900))
  }

  @Test func `the ledger of a loan shows the balance after each line`() throws {
    let paid = try account(paid: 2)
    let account = LoanAccount(
      terms: paid.terms,
      reschedules: [Reschedule(on: start.advanced(by: 7), instalments: 4, annualRateBasisPoints: 0)],
      events: paid.events + [LoanEvent(.penaltyPaid, on: start.advanced(by: 9), Paise(500))])
    let lines = try #require(LoanLedgerLine.lines(of: account, through: start.advanced(by: 30)))
    #expect(
      lines.map(\.what) == [
        .event(.disbursed), .event(.principalRepaid), .rescheduled, .event(.penaltyPaid),
        .event(.principalRepaid),
      ])
    #expect(lines.map(\.balanceAfter.rawValue) == [100_000, 90_000, 90_000, 90_000, 80_000])
    let huge = LoanAccount(
      terms: paid.terms,
      events: [LoanEvent(.disbursed, on: start, Paise(.max)), LoanEvent(.disbursed, on: start, Paise(1))])
    #expect(LoanLedgerLine.lines(of: huge, through: start) == nil)
  }
}
