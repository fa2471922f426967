import LokBooks
import LokTestSupport
import Testing

struct RepaymentScheduleTests {
  private let start = Day(number: 20_543)  // 2026-03-31

  /// Rupees as they stand in a schedule; paise where an amount has them.
  private func table(
    rupees: Int64, rate: Int64, over instalments: Int64, _ method: InterestMethod,
    _ period: RepaymentPeriod = .monthly, moratorium: Int64 = 0
  ) throws -> [[Double]] {
    let terms = try LoanTerms(
      principal: Paise(rupees * 100), annualRateBasisPoints: rate, instalments: instalments, method: method,
      disbursed: start, period: period, moratoriumPeriods: moratorium)
    return RepaymentSchedule(terms).instalments.map {
      [Double($0.principal.rawValue) / 100, Double($0.interest.rawValue) / 100]
    }
  }

  @Test func `10,000 at 2 % a month declining over ten months`() throws {
    #expect(
      try table(rupees: 10_000, rate: 2_400, over: 10, .declining) == [
        [1000, 200], [1000, 180], [1000, 160], [1000, 140], [1000, 120], [1000, 100], [1000, 80],
        [1000, 60], [1000, 40], [1000, 20],
      ])
  }

  @Test func `10,000 at 2 % a month flat over ten months`() throws {
    let expected: [[Double]] = Array(repeating: [1000, 200], count: 10)
    #expect(try table(rupees: 10_000, rate: 2_400, over: 10, .flat) == expected)
  }

  @Test func `10,000 at 2 % a month in ten equal instalments, nine of 1,113 and one of 1,116`() throws {
    let lines = try table(rupees: 10_000, rate: 2_400, over: 10, .emi)
    #expect(
      lines == [
        [913, 200], [931, 182], [950, 163], [969, 144], [988, 125], [1008, 105], [1028, 85], [1049, 64],
        [1070, 43], [1094, 22],
      ])
    #expect(lines.reduce(0) { $0 + $1[1] } == 1133)
    #expect(lines.map { $0[0] + $0[1] } == Array(repeating: 1113, count: 9) + [1116])
  }

  @Test func `1,000 over sixty ends one period early instead of below zero`() throws {
    let lines = try table(rupees: 1_000, rate: 0, over: 60, .declining)
    #expect(lines.map { $0[0] } == Array(repeating: 17, count: 58) + [14])
  }

  @Test func `30 over sixty is made in paise, since rupees would halve the time`() throws {
    let expected: [[Double]] = Array(repeating: [0.5, 0], count: 60)
    #expect(try table(rupees: 30, rate: 0, over: 60, .declining) == expected)
  }

  @Test func `a week costs a 52nd of the year`() throws {
    // 2,600 at 24 % is 12 a week; 1,950 is 9; 1,300 is 6; 650 is 3.
    #expect(
      try table(rupees: 2_600, rate: 2_400, over: 4, .declining, .everyDays(7))
        == [[650, 12], [650, 9], [650, 6], [650, 3]])
  }

  @Test func `a moratorium carries interest only and comes before the instalments`() throws {
    #expect(
      try table(rupees: 3_000, rate: 1_200, over: 3, .declining, moratorium: 2)
        == [[0, 30], [0, 30], [1000, 30], [1000, 20], [1000, 10]])
  }

  @Test func `a loan of the 31st falls due on the last day of shorter months`() throws {
    let terms = try LoanTerms(
      principal: Paise(60_000), annualRateBasisPoints: 0, instalments: 12, method: .declining,
      disbursed: start, period: .monthly)
    let days = RepaymentSchedule(terms).instalments.map(\.dueDay.description)
    #expect(days.first == "2026-04-30")
    #expect(days[1] == "2026-05-31")
    #expect(days[10] == "2027-02-28")
    #expect(days[11] == "2027-03-31")
  }

  @Test(arguments: InterestMethod.allCases)
  func `every schedule repays exactly, forwards, and within its terms`(_ method: InterestMethod) throws {
    var random = SeededGenerator(seed: 7 + UInt64(method.rawValue))
    let principals: [Int64] = [1, 49, 99, 100, 2_000, 100_000, 1_000_000, 30_000_000, 10_000_000_000_000]
    let periods: [RepaymentPeriod] = [
      .monthly, .everyDays(7), .everyDays(14), .everyDays(28), .everyDays(365),
    ]
    for rate in [0, 1, 700, 1_200, 2_400, 3_600, 12_000, 100_000] as [Int64] {
      for count in [1, 2, 3, 10, 24, 52, 60, 120, 1_000] as [Int64] {
        for fixed in principals {
          let principal = Paise(
            Bool.random(using: &random) ? fixed : Int64.random(in: 1...fixed, using: &random))
          let terms = try LoanTerms(
            principal: principal, annualRateBasisPoints: rate, instalments: count, method: method,
            disbursed: start, period: random.one(of: periods),
            moratoriumPeriods: Int64.random(in: 0...3, using: &random))
          try expectSound(RepaymentSchedule(terms), "seed \(random.seed): \(terms)")
        }
      }
    }
  }

  private func expectSound(_ schedule: RepaymentSchedule, _ note: String) throws {
    let terms = schedule.terms
    let lines = schedule.instalments
    var faults: [String] = []
    if lines.reduce(0, { $0 + $1.principal.rawValue }) != terms.principal.rawValue { faults.append("sum") }
    if !lines.allSatisfy({ $0.principal > .zero || $0.number <= terms.moratoriumPeriods }) {
      faults.append("nothing repaid")
    }
    if lines.contains(where: { $0.interest < .zero }) { faults.append("interest below zero") }
    if lines.count > terms.instalments + terms.moratoriumPeriods { faults.append("too many") }
    if !zip(lines, lines.dropFirst()).allSatisfy({ $0.dueDay < $1.dueDay }) { faults.append("days") }
    if let first = lines.first, first.dueDay <= terms.disbursed { faults.append("first day") }
    #expect(faults.isEmpty, "\(faults) \(note)")
  }
}
