/// One group's books as its bookkeeper has them in her head: what she writes next fits what she wrote
/// before, and neither cash nor bank goes below zero.
struct GroupBook {
  let group: Int
  let members: Int
  let savingPaise: Int64
  let everyDays: Int
  private(set) var meetings = 0
  private(set) var cash: Int64 = 0
  private(set) var bank: Int64 = 0
  private var loans: [RunningLoan] = []

  private struct RunningLoan {
    let loan: Int
    let member: Int
    var outstanding: Int64
    let instalment: Int64
    let rateBasisPoints: Int
  }

  init(group: Int, members: Int, savingPaise: Int64, everyDays: Int) {
    self.group = group
    self.members = members
    self.savingPaise = savingPaise
    self.everyDays = everyDays
  }

  /// The next meeting, with the mix of lines of domain notes 6.3.
  mutating func nextMeeting(firstLoan: inout Int, by generator: inout SeededGenerator) -> MeetingDeed {
    meetings += 1
    let opening = cash
    var lines: [MoneyDeed] = []
    let present = (0..<members).filter { _ in generator.happens(inTenThousand: Troubles.present) }
    saveAndPay(into: &lines, by: &generator)
    repay(into: &lines, by: &generator)
    if meetings == 1 { receiveFunds(into: &lines, by: &generator) }
    groupVouchers(into: &lines, by: &generator)
    let given = lend(firstLoan: &firstLoan, into: &lines, by: &generator)
    carryToBank(into: &lines, by: &generator)
    return MeetingDeed(
      group: group, number: meetings, openingPaise: opening, closingPaise: cash, present: present,
      absent: (0..<members).filter { !present.contains($0) }, loans: given, lines: lines)
  }

  /// The same meeting once more, as somebody on another phone wrote it: the savings, and no more.
  func sameMeetingElsewhere(by generator: inout SeededGenerator) -> MeetingDeed {
    var lines: [MoneyDeed] = []
    var sum: Int64 = 0
    for member in 0..<members where generator.happens(inTenThousand: Troubles.paysCompulsorySaving) {
      lines.append(MoneyDeed(kind: 1, paise: savingPaise, member: member))
      sum += savingPaise
    }
    return MeetingDeed(
      group: group, number: meetings + 1, openingPaise: cash, closingPaise: cash + sum,
      present: Array(0..<members), absent: [], loans: [], lines: lines)
  }

  /// One more repayment of a loan than there is left to repay; nil where nothing is outstanding.
  mutating func overpay(_ meeting: inout MeetingDeed) -> Bool {
    guard let loan = loans.last else { return false }
    let paise = loan.outstanding + 100_00
    meeting.lines.append(MoneyDeed(kind: 11, paise: paise, member: loan.member, loan: loan.loan))
    meeting.closingPaise += paise
    meeting.wrong = .repayment
    cash += paise
    return true
  }

  private mutating func receive(_ line: MoneyDeed, into lines: inout [MoneyDeed]) {
    guard line.paise > 0 else { return }
    cash += line.paise
    lines.append(line)
  }

  private mutating func spend(_ line: MoneyDeed, into lines: inout [MoneyDeed]) {
    guard line.paise > 0, line.paise <= cash else { return }
    cash -= line.paise
    lines.append(line)
  }

  private mutating func bankReceives(_ line: MoneyDeed, into lines: inout [MoneyDeed]) {
    bank += line.paise
    lines.append(line)
  }

  private mutating func bankPays(_ line: MoneyDeed, into lines: inout [MoneyDeed]) {
    guard line.paise <= bank else { return }
    bank -= line.paise
    lines.append(line)
  }

  private mutating func saveAndPay(into lines: inout [MoneyDeed], by generator: inout SeededGenerator) {
    for member in 0..<members {
      if generator.happens(inTenThousand: Troubles.paysCompulsorySaving) {
        receive(MoneyDeed(kind: 1, paise: savingPaise, member: member), into: &lines)
      }
      if generator.happens(inTenThousand: 1_000) {
        let kind = Int64([4, 4, 4, 2, 3][generator.below(5)])
        let paise = Int64(generator.among(1...20)) * 10_00
        receive(MoneyDeed(kind: kind, paise: paise, member: member), into: &lines)
      }
      if generator.happens(inTenThousand: 280) {
        let kind: Int64 = generator.below(8) == 0 ? 14 : 13
        receive(
          MoneyDeed(kind: kind, paise: Int64(generator.among(1...4)) * 5_00, member: member), into: &lines)
      }
    }
  }

  private mutating func repay(into lines: inout [MoneyDeed], by generator: inout SeededGenerator) {
    for place in loans.indices where generator.happens(inTenThousand: Troubles.repays) {
      let loan = loans[place]
      let principal = min(loan.instalment, loan.outstanding)
      let yearly = loan.outstanding * Int64(loan.rateBasisPoints) / 10_000
      let interest = (yearly * Int64(everyDays) / 365 + 50) / 100 * 100
      receive(MoneyDeed(kind: 11, paise: principal, member: loan.member, loan: loan.loan), into: &lines)
      receive(MoneyDeed(kind: 12, paise: interest, member: loan.member), into: &lines)
      loans[place].outstanding -= principal
    }
    loans.removeAll { $0.outstanding == 0 }
  }

  /// What a young group begins with: revolving fund, and for most the community investment fund.
  private mutating func receiveFunds(into lines: inout [MoneyDeed], by generator: inout SeededGenerator) {
    bankReceives(MoneyDeed(kind: 105, paise: Int64(generator.among(10...30)) * 1_000_00), into: &lines)
    if generator.below(10) < 7 {
      bankReceives(MoneyDeed(kind: 104, paise: Int64(generator.among(5...15)) * 10_000_00), into: &lines)
    }
  }

  private mutating func groupVouchers(into lines: inout [MoneyDeed], by generator: inout SeededGenerator) {
    for _ in 0..<generator.among(0...3) {
      let rupees = Int64(generator.among(2...20)) * 10
      let line = { (kind: Int64) in MoneyDeed(kind: kind, paise: rupees * 100) }
      switch generator.below(20) {
      case ..<5: spend(line(207), into: &lines)
      case 5: spend(line(208), into: &lines)
      case 6, 7: spend(line(209), into: &lines)
      case 8: spend(line(210), into: &lines)
      case 9, 10: spend(line(211), into: &lines)
      case 11: spend(line(212), into: &lines)
      case 12: spend(line(213), into: &lines)
      case 13: spend(line(215), into: &lines)
      case 14: spend(line(216), into: &lines)
      case 15: spend(line(204), into: &lines)
      case 16: bankPays(line(206), into: &lines)
      case 17: bankReceives(line(109), into: &lines)
      case 18: receive(line(112), into: &lines)
      default: receive(line(113), into: &lines)
      }
    }
  }

  /// Rupees in hundreds at twenty equal steps of the distribution: median 8,000, from 2,000 to 50,000.
  private static let loanSizes: [Int64] = [
    20, 25, 30, 40, 50, 50, 60, 70, 75, 80, 80, 100, 100, 120, 150, 150, 200, 250, 300, 500,
  ]
  private static let purposes = [
    "goats", "seed", "school fees", "medicine", "shop stock", "sewing machine", "house repair", "wedding",
  ]

  private mutating func lend(
    firstLoan: inout Int, into lines: inout [MoneyDeed], by generator: inout SeededGenerator
  ) -> [LoanDeed] {
    var given: [LoanDeed] = []
    for _ in 0..<(meetings == 1 ? generator.among(1...3) : generator.below(5) / 2) {
      let member = generator.below(members)
      let paise = (generator.pick(Self.loanSizes) ?? 80) * 100_00
      let instalments = generator.among(3...24)
      let rate = [1_200, 1_800, 2_400][generator.below(3)]
      let purpose = generator.pick(Self.purposes) ?? "seed"
      guard paise <= cash + bank else { continue }
      if paise > cash {
        let missing = (paise - cash + 99_99) / 100_00 * 100_00
        guard missing <= bank else { continue }
        bank -= missing
        receive(MoneyDeed(kind: 401, paise: missing), into: &lines)
      }
      spend(MoneyDeed(kind: 10, paise: paise, member: member, loan: firstLoan), into: &lines)
      given.append(
        LoanDeed(
          loan: firstLoan, member: member, principalPaise: paise, rateBasisPoints: rate,
          instalments: instalments, purpose: purpose))
      let instalment = (paise / Int64(instalments) + 50) / 100 * 100
      loans.append(
        RunningLoan(
          loan: firstLoan, member: member, outstanding: paise, instalment: instalment, rateBasisPoints: rate))
      firstLoan += 1
    }
    return given
  }

  private mutating func carryToBank(into lines: inout [MoneyDeed], by generator: inout SeededGenerator) {
    guard cash > 500_00, generator.below(10) < 6 else { return }
    let paise = (cash - Int64(generator.among(1...5)) * 100_00) / 100_00 * 100_00
    guard paise > 0 else { return }
    spend(MoneyDeed(kind: 400, paise: paise), into: &lines)
    bank += paise
  }
}
