/// Loans given to members, and loans that the group owes.
extension GroupBook {
  /// Rupees in hundreds at twenty equal steps of the distribution: median 8,000, from 2,000 to 50,000.
  private static let loanSizes: [Int64] = [
    20, 25, 30, 40, 50, 50, 60, 70, 75, 80, 80, 100, 100, 120, 150, 150, 200, 250, 300, 500,
  ]
  private static let purposes = [
    "goats", "seed", "school fees", "medicine", "shop stock", "sewing machine", "house repair", "wedding",
  ]

  /// Her loan's terms: the group's own method and rate, sometimes another, as older loans have it.
  mutating func newLoan(to member: Int, sanctioned: Int32, by generator: inout SeededGenerator) -> LoanDeed {
    let differs = generator.below(5) == 0
    let deed = LoanDeed(
      loan: nextLoan, member: member,
      principalPaise: (generator.pick(Self.loanSizes) ?? 80) * 100_00,
      rateBasisPoints: differs ? [1_200, 1_800, 2_400][generator.below(3)] : settings.rateBasisPoints,
      instalments: generator.among(3...24), method: differs ? generator.among(1...3) : settings.method,
      source: generator.pick(sources) ?? 1, everyDays: everyDays == 30 ? nil : everyDays,
      sanctioned: sanctioned, purpose: generator.pick(Self.purposes),
      moratorium: generator.happens(inTenThousand: Troubles.moratorium) ? generator.among(1...3) : nil)
    nextLoan += 1
    return deed
  }

  mutating func lend(isFirst: Bool, by generator: inout SeededGenerator) {
    for _ in 0..<(isFirst ? generator.among(1...3) : generator.below(5) / 2) {
      let member = active[generator.below(active.count)]
      let deed = newLoan(to: member, sanctioned: day, by: &generator)
      let isDefaulted = generator.happens(inTenThousand: Troubles.defaults)
      guard deed.principalPaise <= cash + bank, fetch(for: deed.principalPaise) else { continue }
      guard write(MoneyDeed(kind: 10, paise: deed.principalPaise, member: member, loan: deed.loan)) else {
        continue
      }
      given.append(deed)
      var loan = RunningLoan(deed, member: member, everyDays: everyDays, outstanding: deed.principalPaise)
      loan.isDefaulted = isDefaulted
      loans.append(loan)
    }
  }

  mutating func repay(by generator: inout SeededGenerator) {
    for place in loans.indices where !loans[place].isFrozen {
      let isPause = loans[place].pause > 0
      if isPause { loans[place].pause -= 1 }
      guard !loans[place].isDefaulted, generator.happens(inTenThousand: Troubles.repays) else {
        loans[place].missed += 1
        continue
      }
      let loan = loans[place]
      if !isPause {
        write(MoneyDeed(kind: 11, paise: loan.due.principal, member: loan.member, loan: loan.loan))
      }
      write(MoneyDeed(kind: 12, paise: loan.due.interest, member: loan.member, loan: loan.loan))
      guard !isPause else { continue }
      loans[place].outstanding -= loan.due.principal
    }
    loans.removeAll { $0.outstanding == 0 && !$0.isFrozen }
  }

  /// What nobody repays is spread anew, and rarely given up.
  mutating func settleDefaults(by generator: inout SeededGenerator) -> [LoanEventDeed] {
    var events: [LoanEventDeed] = []
    for place in loans.indices where !loans[place].isFrozen {
      let loan = loans[place]
      // What was given in this very sitting has not been missed yet.
      guard loan.missed > 0, active.contains(loan.member) else { continue }
      if loan.isDefaulted, generator.happens(inTenThousand: Troubles.writeOff) {
        write(MoneyDeed(kind: 15, paise: loan.outstanding, member: loan.member, loan: loan.loan))
        loans[place].outstanding = 0
      } else if generator.happens(
        inTenThousand: loan.isDefaulted ? Troubles.rescheduleDefaulted : Troubles.rescheduleMissed)
      {
        let instalments = generator.among(6...30)
        events.append(
          LoanEventDeed(
            group: group, loan: loan.loan, instalments: instalments,
            reason: ["crop failed", "illness", "flood", "work away from home"][generator.below(4)]))
        loans[place].spread(over: instalments, of: loan.outstanding)
        loans[place].isDefaulted = false
        loans[place].missed = 0
      }
    }
    loans.removeAll { $0.outstanding == 0 && !$0.isFrozen }
    return events
  }

  /// A term loan from the bank for some; the village organisation's where it was promised.
  mutating func receiveLoans(by generator: inout SeededGenerator) {
    if let loan = promised {
      write(MoneyDeed(kind: 102, paise: loan.principal, loan: loan.loan))
      owed.append(loan)
      sources.append(7)
      promised = nil
    }
    guard owed.allSatisfy({ !$0.isBanks }), generator.happens(inTenThousand: Troubles.bankLoan) else {
      return
    }
    let deed = bankLoan(sanctioned: day, by: &generator)
    write(MoneyDeed(kind: 100, paise: deed.principalPaise, loan: deed.loan))
    given.append(deed)
    owed.append(OwedLoan(deed, everyDays: 30))
    sources.append(5)
  }

  /// Source of the rate: domain notes 2.3, 7 % up to 3 lakh rupees.
  mutating func bankLoan(sanctioned: Int32, by generator: inout SeededGenerator) -> LoanDeed {
    let deed = LoanDeed(
      loan: nextLoan, principalPaise: Int64(generator.among(2...6)) * 50_000_00, rateBasisPoints: 700,
      instalments: generator.among(24...36), method: 3, source: 5, sanctioned: sanctioned,
      lender: "Sample Gramin Bank", number: "\(7_000_000 + generator.below(1_000_000))")
    nextLoan += 1
    return deed
  }

  mutating func repayOwed(by generator: inout SeededGenerator) {
    for place in owed.indices where owed[place].isDue(on: day) {
      let loan = owed[place]
      guard generator.happens(inTenThousand: Troubles.repays) else { continue }
      let principal = min(loan.outstanding, max(100_00, loan.instalment - loan.interest))
      guard loan.isBanks || fetch(for: principal) else { continue }
      let kind: Int64 = loan.isBanks ? 200 : 202
      guard write(MoneyDeed(kind: kind, paise: principal, loan: loan.loan)) else { continue }
      owed[place].outstanding -= principal
      owed[place].lastPaid = day
      write(MoneyDeed(kind: 205, paise: loan.interest, loan: loan.loan))
    }
    owed.removeAll { $0.outstanding == 0 }
  }
}
