import LokBooks
import LokTestSupport
import Testing

struct LoanPositionTests {
  private let start = Day(number: 20_000)

  /// 1,000 rupees in ten weeks at 52 %: 100 of principal a week, and 10, 9, ... 1 of interest.
  private func account(_ events: [LoanEvent], _ reschedules: [Reschedule] = []) throws -> LoanAccount {
    let terms = try LoanTerms(
      principal: Paise(100_000), annualRateBasisPoints: 5_200, instalments: 10, method: .declining,
      disbursed: start, period: .everyDays(7))
    let given = LoanEvent(.disbursed, on: start, Paise(100_000))
    return LoanAccount(terms: terms, reschedules: reschedules, events: [given] + events)
  }

  private func week(_ number: Int32) -> Day { start.advanced(by: number * 7) }
  private func repaid(_ week: Int32, _ rupees: Int64) -> LoanEvent {
    LoanEvent(.principalRepaid, on: self.week(week), Paise(rupees * 100))
  }
  private func interestPaid(_ week: Int32, _ rupees: Int64) -> LoanEvent {
    LoanEvent(.interestPaid, on: self.week(week), Paise(rupees * 100))
  }

  @Test func `paid as agreed, nothing is overdue and the next instalment is shown`() throws {
    let account = try account([repaid(1, 100), interestPaid(1, 10), repaid(2, 100), interestPaid(2, 9)])
    let position = try #require(LoanPosition(of: account, asOf: week(2)))
    #expect(position.outstanding == Paise(80_000))
    #expect(position.principalDemanded == Paise(20_000))
    #expect(position.principalCollectedOnTime == Paise(20_000))
    #expect(position.interestCollectedOnTime == Paise(1_900))
    #expect(position.daysOverdue == 0)
    #expect(position.prepaid == .zero)
    #expect(position.nextDue == .init(dueDay: week(3), principal: Paise(10_000), interest: Paise(800)))
  }

  @Test func `a meeting that was not held is no payment`() throws {
    let account = try account([repaid(2, 100), interestPaid(2, 10)])
    let onDay = try #require(LoanPosition(of: account, asOf: week(1)))
    #expect(onDay.daysOverdue == 0)
    #expect(onDay.nextDue?.dueDay == week(1))
    let later = try #require(LoanPosition(of: account, asOf: week(2).advanced(by: 3)))
    #expect(later.principalOverdue == Paise(10_000))
    #expect(later.interestOverdue == Paise(900))
    #expect(later.oldestUnpaidDueDay == week(2))
    #expect(later.daysOverdue == 3)
    #expect(later.principalCollectedOnTime == .zero)
  }

  @Test func `what is paid ahead counts when it falls due`() throws {
    let account = try account([repaid(1, 150)])
    let first = try #require(LoanPosition(of: account, asOf: week(1)))
    #expect(first.prepaid == Paise(5_000))
    #expect(first.principalCollectedOnTime == Paise(10_000))
    let second = try #require(LoanPosition(of: account, asOf: week(2)))
    #expect(second.prepaid == .zero)
    #expect(second.principalCollectedOnTime == Paise(15_000))
    #expect(second.nextDue?.principal == Paise(5_000))
    #expect(second.nextDue?.interest == Paise(900))
  }

  /// 1,000 less 100 and 500 are 400: four more weeks, with 4 + 3 + 2 + 1 of interest, not 8 + 7 + … + 1.
  @Test
  func `more than the next instalment paid ahead ends the schedule sooner, and interest is on what is left`()
    throws
  {
    let account = try account([repaid(2, 700), interestPaid(2, 19)])
    let then = try #require(LoanPosition(of: account, asOf: week(2)))
    #expect(then.prepaid == .zero && then.outstanding == Paise(30_000))
    #expect(then.nextDue == .init(dueDay: week(3), principal: Paise(10_000), interest: Paise(300)))
    let later = try #require(LoanPosition(of: account, asOf: week(10)))
    #expect(later.principalDemanded == Paise(50_000) && later.principalOverdue == Paise(30_000))
    #expect(later.interestDemanded == Paise(1_900 + 300 + 200 + 100))
    let row = try #require(
      DCBRow(loan: RecordID(rawValue: 1), member: nil, account: account, from: week(2), through: week(2)))
    let columns = row.principal
    #expect(columns.arrears == Paise(10_000) && columns.due == Paise(10_000))
    #expect(columns.relieved == Paise(-50_000) && columns.collected == Paise(70_000))
    #expect(columns.balance == .zero)
  }

  @Test func `a prepayment that is reversed is asked for again`() throws {
    let account = try account([repaid(1, 700), repaid(2, -700)])
    let later = try #require(LoanPosition(of: account, asOf: week(10)))
    #expect(later.principalDemanded == Paise(100_000) && later.prepaid == .zero)
    #expect(later.interestDemanded == Paise(5_500))
  }

  @Test func `only what was paid out is demanded, in as many instalments`() throws {
    let terms = try LoanTerms(
      principal: Paise(100_000), annualRateBasisPoints: 5_200, instalments: 10, method: .declining,
      disbursed: start, period: .everyDays(7))
    let part = LoanEvent(.disbursed, on: start, Paise(40_000))
    let position = try #require(
      LoanPosition(of: LoanAccount(terms: terms, events: [part]), asOf: week(1)))
    #expect(position.nextDue == .init(dueDay: week(1), principal: Paise(4_000), interest: Paise(400)))
  }

  @Test(arguments: zip([InterestMethod.declining, .flat, .emi], [Int64(2_100), 6_000, 2_100]))
  func `what the books began with goes on by its old instalments`(method: InterestMethod, interest: Int64)
    throws
  {
    let terms = try LoanTerms(
      principal: Paise(100_000), annualRateBasisPoints: 5_200, instalments: 10, method: method,
      disbursed: start, period: .everyDays(7))
    let left = LoanEvent(.disbursed, on: start, Paise(60_000))
    let account = LoanAccount(terms: terms, events: [left], isBroughtForward: true)
    let position = try #require(LoanPosition(of: account, asOf: week(10)))
    #expect(position.principalDemanded == Paise(60_000))
    #expect(position.interestDemanded == Paise(interest))
  }

  @Test func `a loan repaid early bears no interest afterwards`() throws {
    let account = try account([interestPaid(1, 10), repaid(1, 1_000)])
    let position = try #require(LoanPosition(of: account, asOf: week(30)))
    #expect(position.outstanding == .zero)
    #expect(position.interestDemanded == Paise(1_000))
    #expect(position.daysOverdue == 0)
    #expect(position.nextDue == nil)
  }

  @Test func `a reschedule spreads what is outstanding and ends its arrears`() throws {
    let change = Reschedule(on: week(4), instalments: 5, annualRateBasisPoints: 0)
    let account = try account([repaid(1, 100), interestPaid(1, 34)], [change])
    let before = try #require(LoanPosition(of: account, asOf: week(4).advanced(by: -1)))
    #expect(before.principalOverdue == Paise(20_000))
    let after = try #require(LoanPosition(of: account, asOf: week(4)))
    #expect(after.principalOverdue == .zero)
    #expect(after.outstanding == Paise(90_000))
    #expect(after.nextDue == .init(dueDay: week(5), principal: Paise(18_000), interest: .zero))
    let late = try #require(LoanPosition(of: account, asOf: week(6)))
    #expect(late.principalOverdue == Paise(18_000))
    #expect(late.daysOverdue == 7)
    #expect(late.principalCollectedOnTime == Paise(10_000))
  }

  @Test func `a loan written off whole is neither outstanding nor overdue`() throws {
    let account = try account([
      repaid(1, 100), LoanEvent(.writtenOff, on: week(5), Paise(90_000)),
    ])
    let position = try #require(LoanPosition(of: account, asOf: week(20)))
    #expect(position.outstanding == .zero)
    #expect(position.principalOverdue == .zero)
    #expect(position.interestOverdue == .zero)
    #expect(position.daysOverdue == 0)
    #expect(position.principalCollectedOnTime == Paise(10_000))
  }

  @Test func `a write-off that is reversed leaves the loan as overdue as it was`() throws {
    let plain = try #require(LoanPosition(of: account([repaid(1, 100)]), asOf: week(7)))
    let reversed = try account([
      repaid(1, 100), LoanEvent(.writtenOff, on: week(5), Paise(90_000)),
      LoanEvent(.writtenOff, on: week(6), Paise(-90_000)),
    ])
    #expect(LoanPosition(of: reversed, asOf: week(7)) == plain)
  }

  @Test func `a part that is written off shortens the loan from its end`() throws {
    let account = try account([repaid(1, 100), LoanEvent(.writtenOff, on: week(1), Paise(25_000))])
    let position = try #require(LoanPosition(of: account, asOf: week(20)))
    #expect(position.outstanding == Paise(65_000))
    #expect(position.principalOverdue == Paise(65_000))
    #expect(position.oldestUnpaidDueDay == week(1))  // its interest was never paid
    #expect(LoanPosition(of: account, asOf: week(1))?.nextDue?.dueDay == week(1))
  }

  @Test func `a reversal takes a payment back`() throws {
    let account = try account([repaid(1, 100), repaid(2, -100)])
    let position = try #require(LoanPosition(of: account, asOf: week(2)))
    #expect(position.outstanding == Paise(100_000))
    #expect(position.oldestUnpaidDueDay == week(1))
  }

  @Test func `a loan that was not given is not demanded, and sums without end are nil`() throws {
    let terms = try account([]).terms
    let none = try #require(LoanPosition(of: LoanAccount(terms: terms, events: []), asOf: week(9)))
    #expect(none.principalDemanded == .zero)
    #expect(none.daysOverdue == 0)
    let huge = [LoanEvent(.disbursed, on: start, Paise(.max)), LoanEvent(.disbursed, on: start, Paise(.max))]
    #expect(LoanPosition(of: LoanAccount(terms: terms, events: huge), asOf: week(1)) == nil)
    let bad = try account([], [Reschedule(on: week(1), instalments: 0, annualRateBasisPoints: 0)])
    #expect(LoanPosition(of: bad, asOf: week(2)) == nil)
  }

  @Test func `a payment is set against the dues of its day in order`() throws {
    let position = try #require(LoanPosition(of: account([]), asOf: week(2)))
    let parts = try #require(allocate(Paise(23_000), over: position.dues(penalty: Paise(500))))
    #expect(
      parts == [
        AllocatedPart(.penalty, Paise(500)), AllocatedPart(.overdueInterest, Paise(1_000)),
        AllocatedPart(.currentInterest, Paise(900)), AllocatedPart(.overduePrincipal, Paise(10_000)),
        AllocatedPart(.currentPrincipal, Paise(10_000)), AllocatedPart(.prepayment, Paise(600)),
      ])
  }

  /// The identity of the register, and of the position, over histories of any kind.
  @Test(arguments: 0..<100)
  func `demand, collection and balance agree whatever happens to a loan`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let kinds: [LoanEvent.Kind] = [
      .principalRepaid, .principalRepaid, .interestPaid, .penaltyPaid, .writtenOff,
    ]
    let events = random.list(upTo: 12) { random in
      LoanEvent(
        random.one(of: kinds), on: start.advanced(by: Int32.random(in: 0...100, using: &random)),
        Paise(Int64.random(in: 0...15_000, using: &random)))
    }
    let changes = random.list(upTo: 2) { random in
      Reschedule(
        on: start.advanced(by: Int32.random(in: 1...100, using: &random)),
        instalments: Int64.random(in: 1...20, using: &random), annualRateBasisPoints: 1_200)
    }
    let account = try account(events, changes)
    for number in stride(from: Int32(0), through: 200, by: 9) {
      let (day, last) = (start.advanced(by: number), start.advanced(by: number + 8))
      let position = try #require(LoanPosition(of: account, asOf: last))
      let row = try #require(
        DCBRow(loan: RecordID(rawValue: 1), member: nil, account: account, from: day, through: last))
      #expect(position.principalOverdue <= position.outstanding)
      #expect(position.principalCollectedOnTime <= position.principalCollected)
      #expect((position.daysOverdue > 0) == (position.oldestUnpaidDueDay != nil))
      #expect(row.principal.due >= .zero && row.interest.due >= .zero)
      let before = try #require(LoanPosition(of: account, asOf: day.advanced(by: -1)))
      let net =
        row.principal.arrears.rawValue - before.prepaid.rawValue + row.principal.due.rawValue
        - row.principal.relieved.rawValue - row.principal.collected.rawValue
      #expect(net == row.principal.balance.rawValue - position.prepaid.rawValue, "seed \(seed) day \(number)")
    }
  }
}
