/// The cut-off sheet of a group that has met for long: its history as opening balances.
extension GroupBook {
  /// Debits and credits come out equal: nothing is left of the difference in account 3990.
  ///
  /// - Parameter number: meetings held so far, on paper.
  mutating func cutoff(
    number: Int, formed: Int32, on day: Int32, firstLoan: inout Int, by generator: inout SeededGenerator
  ) -> MeetingDeed {
    begin(on: day, firstLoan)
    held = number
    sources = [1, 2, 3]
    var credits = openSavings(number: number, by: &generator)
    let lent = openLoans(formed: formed, by: &generator)
    let fund = Int64(generator.among(10...30)) * 1_000_00
    enter(MoneyDeed(kind: 502, paise: fund, credit: 3001))
    let investment = Int64(generator.among(5...15)) * 10_000_00
    enter(MoneyDeed(kind: 502, paise: investment, credit: 2140))
    (revolving, self.investment) = (fund, investment)
    credits += fund + investment + openBankLoan(formed: formed, by: &generator)
    let share = Int64(generator.among(1...10)) * 100_00
    let federation = Int64(number) * 10_00
    enter(MoneyDeed(kind: 501, paise: share, debit: 1210))
    enter(MoneyDeed(kind: 501, paise: federation, debit: 1200))
    let inBox = Int64(generator.among(2...30)) * 100_00
    // Whatever was earned lies at the bank; a group that earned nothing has at least a small balance there.
    let earned = Int64(generator.among(5...80)) * 100_00
    let assets = lent + share + federation + inBox
    let atBank = max(Int64(generator.among(5...50)) * 100_00, credits + earned - assets)
    enter(MoneyDeed(kind: 501, paise: inBox, debit: 1001))
    enter(MoneyDeed(kind: 501, paise: atBank, isOfBank: true, debit: 1010))
    enter(MoneyDeed(kind: 502, paise: assets + atBank - credits, credit: 3900))
    (cash, bank) = (inBox, atBank)
    firstLoan = nextLoan
    return MeetingDeed(
      group: group, number: number, kind: .cutoff, day: day, openingPaise: 0, closingPaise: cash,
      present: active, absent: [], loans: given, lines: page)
  }

  private mutating func enter(_ line: MoneyDeed) {
    if line.paise > 0 { page.append(line) }
  }

  private mutating func openSavings(number: Int, by generator: inout SeededGenerator) -> Int64 {
    var sum: Int64 = 0
    for member in active {
      var hers: [Int64] = [0, 0, 0, 0]
      for kind in 0..<4 {
        let share = kind == 0 ? generator.among(85...100) : generator.among(0...60)
        let optional = kind == 3 && generator.below(3) == 0 ? Int64(10_00) : 0
        hers[kind] = max(settings.savingPaise[kind], optional) * Int64(number * share / 100)
        enter(MoneyDeed(kind: 502, paise: hers[kind], member: member, credit: 2001 + kind))
        sum += hers[kind]
      }
      savings[member] = hers
    }
    return sum
  }

  private mutating func openLoans(formed: Int32, by generator: inout SeededGenerator) -> Int64 {
    var sum: Int64 = 0
    for _ in 0..<generator.among(1...5) {
      let member = active[generator.below(active.count)]
      let sanctioned = day - Int32(generator.below(min(360, Int(day - formed))))
      var deed = newLoan(to: member, sanctioned: sanctioned, by: &generator)
      // Of a loan that is partly repaid it is over.
      deed.moratorium = nil
      let outstanding = deed.principalPaise * Int64(generator.among(1...9)) / 10
      given.append(deed)
      enter(MoneyDeed(kind: 501, paise: outstanding, member: member, loan: deed.loan, debit: 1100))
      var loan = RunningLoan(deed, member: member, everyDays: everyDays, outstanding: outstanding)
      if generator.below(8) == 0 { (loan.isDefaulted, loan.missed) = (true, 3) }
      loans.append(loan)
      sum += outstanding
    }
    return sum
  }

  private mutating func openBankLoan(formed: Int32, by generator: inout SeededGenerator) -> Int64 {
    guard generator.below(3) == 0 else { return 0 }
    let deed = bankLoan(sanctioned: day - Int32(min(180, day - formed)), by: &generator)
    var loan = OwedLoan(deed, everyDays: 30)
    loan.outstanding = deed.principalPaise * Int64(generator.among(3...9)) / 10
    given.append(deed)
    owed.append(loan)
    sources.append(5)
    enter(MoneyDeed(kind: 502, paise: loan.outstanding, loan: deed.loan, credit: 2100))
    return loan.outstanding
  }
}
