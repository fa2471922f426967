import LokBooks
import Testing

/// What is lent and owed, member by member, and group by group above them.
struct PortfolioBookTests {
  /// 1 June 2026: five instalments of 100 rupees have fallen due, the last on the day itself.
  private let june = Day(year: 2026, month: 6, day: 1)!

  /// Asha pays on time, Bina has paid two of five, and lends on from the bank's money.
  private var village: LoanVillage {
    var village = LoanVillage()
    village.lend(10, to: LoanVillage.asha)
    village.repay(10, 5)
    village.lend(11, to: LoanVillage.bina)
    village.repay(11, 2)
    village.lend(12, to: LoanVillage.bina, isFromBank: false)
    village.repay(12, 5)
    village.lend(20, group: LoanVillage.borrowingGroup, .groupLoanGiven)
    village.lend(30, group: LoanVillage.group, isFromBank: true, .bankLoanReceived)
    village.repay(30, 1, .bankLoanRepaid)
    village.lend(31, group: LoanVillage.group, .otherLoanReceived)
    return village
  }

  @Test func `a group's portfolio has a line for each member, and its bank loans with their class`() throws {
    let portfolio = try Portfolio.make(village.books, asOf: june)
    let members = portfolio.lines(of: .toMembers)
    #expect(members.map(\.unit) == [LoanVillage.asha, LoanVillage.bina])
    #expect(members.map(\.sums.given) == [1, 2])
    #expect(members.map(\.sums.outstanding) == [70_000, 100_000 + 70_000])
    #expect(members.map(\.sums.overduePrincipal) == [0, 20_000])
    // Unpaid since 1 April: 61 days.
    #expect(members[1].sums.atRiskBasisPoints(.over60) == 5_882)
    #expect(members[1].sums.atRiskBasisPoints(.over90) == 0)
    #expect(members[1].sums.repaymentRateBasisPoints == 7_000)
    let sum = portfolio.sum(of: .toMembers)
    #expect(sum.outstanding == 240_000 && sum.disbursed == 360_000 && sum.loans == 3)
    #expect(sum.atRiskBasisPoints(.over30) == 4_167)
    #expect(portfolio.lines(of: .toGroups).map(\.unit) == [LoanVillage.borrowingGroup])
    let bank = portfolio.lines(of: .owedToBanks)
    #expect(bank.map(\.unit) == [SmallGroup.id(30)])
    // Unpaid since 1 March: 92 days.
    #expect(bank.map(\.sums.worstClass) == [.substandard])
  }

  @Test func `groups add up to their federation, each part apart`() throws {
    let one = try Portfolio.make(village.books, asOf: june)
    var other = LoanVillage()
    other.lend(10, to: LoanVillage.asha)
    other.lend(30, group: LoanVillage.group, isFromBank: true, .bankLoanReceived)
    var federation = Portfolio(asOf: june)
    try federation.add(one, as: SmallGroup.id(71))
    try federation.add(Portfolio.make(other.books, asOf: june), as: SmallGroup.id(70))
    #expect(federation.lines(of: .toMembers).map(\.unit) == [70, 71].map(SmallGroup.id))
    #expect(federation.sum(of: .toMembers).outstanding == 240_000 + 120_000)
    #expect(federation.sum(of: .toMembers).atRiskBasisPoints(.over90) == 3_333)
    #expect(federation.lines(of: .toGroups).count == 1)
    // The worst of a group's loans stands for it.
    #expect(federation.lines(of: .owedToBanks).map(\.sums.worstClass) == [.substandard, .substandard])
    let table = federation.table
    #expect(table.rows.map(\.role).filter { $0 == .heading }.count == 3)
    #expect(table.rows.allSatisfy { $0.cells.count == table.columns.count })
  }

  @Test func `a loan that is paid out later is not there yet`() throws {
    let before = LoanVillage.given.advanced(by: -1)
    let portfolio = try Portfolio.make(village.books, asOf: before)
    #expect(Portfolio.Part.allCases.allSatisfy { portfolio.lines(of: $0).isEmpty })
    #expect(portfolio.table.rows.count == 2)
  }

  @Test func `sums that are no amount are refused`() throws {
    var huge = LoanVillage()
    huge.lend(10, to: LoanVillage.asha)
    huge.write(.loanGiven, Paise(.max - 120_000), on: LoanVillage.given, loan: 10)
    let one = try Portfolio.make(huge.books, asOf: june)
    var sum = Portfolio(asOf: june)
    try sum.add(one, as: SmallGroup.id(70))
    #expect(throws: ReportError.sumOverflows(nil)) { try sum.add(one, as: SmallGroup.id(71)) }
  }

  @Test func `what a group owes to others is no risk of its own`() throws {
    let list = LoanList.make(village.books, asOf: june)
    // Three loans of members and one of a group; neither the bank's nor the other lender's.
    #expect(list.sums.given == 4)
    #expect(list.sums.outstanding == 240_000 + 120_000)
  }

  @Test func `a voucher writes a loan off, on either side, and is taken back`() throws {
    var village = village
    village.write(.journal, Paise(30_000), .loansWrittenOff, .loansToGroups, on: june, loan: 20)
    village.write(.journal, Paise(10_000), .loansToGroups, .loansWrittenOff, on: june, loan: 20)
    village.write(.journal, Paise(50_000), .bankTermLoan, .otherIncome, on: june, loan: 30)
    func position(_ counter: UInt32) throws -> LoanPosition {
      let loan = try #require(village.loans.first { $0.id == SmallGroup.id(counter) })
      return try #require(loan.account(in: village.entries).flatMap { LoanPosition(of: $0, asOf: june) })
    }
    let group = try position(20)
    #expect(group.writtenOff == Paise(20_000) && group.outstanding == Paise(100_000))
    #expect(group.principalCollected == .zero)
    let bank = try position(30)
    #expect(bank.writtenOff == Paise(50_000) && bank.principalCollected == Paise(10_000))
    #expect(try Portfolio.make(village.books, asOf: june).sum(of: .owedToBanks).worstClass == .loss)
  }

  @Test func `a stamp of many books has their sums and no chain`() throws {
    let stamp = try #require(
      BookStamp(seq: Seq(4), chain: "9f2c01ab", unapproved: Paise(5), setAside: Paise(7)))
    let all = try BookStamp(ofAll: [stamp, stamp], seq: Seq(9))
    #expect(all.seq == Seq(9) && all.chain == nil)
    #expect(all.unapproved == Paise(10) && all.setAside == Paise(14))
    let huge = try #require(
      BookStamp(seq: Seq(4), chain: "9f2c01ab", unapproved: Paise(.max), setAside: .zero))
    #expect(throws: ReportError.sumOverflows(nil)) { try BookStamp(ofAll: [huge, stamp], seq: Seq(9)) }
  }
}
