/// Payments held against demand, in numbers too wide to overflow.
struct LoanTally {
  let outstanding: Int128
  private(set) var principalOverdue: Int128 = 0
  private(set) var interestOverdue: Int128 = 0
  private(set) var principalOnTime: Int128 = 0
  private(set) var interestOnTime: Int128 = 0
  let prepaid: Int128
  private(set) var oldestUnpaid: Day?
  private(set) var next: LoanPosition.DueInstalment?

  init(_ account: LoanAccount, _ demand: LoanDemand, asOf: Day) {
    outstanding = max(0, account.balance(through: asOf))
    let settled = demand.settledPrincipal(through: asOf)
    prepaid = max(0, settled - demand.principal(through: asOf))
    let interestPaid = account.sum(of: .interestPaid, through: asOf)
    // Interest on a loan that was given up is given up with it.
    let isGivenUp = account.isGivenUp(by: asOf)

    var principalBefore: Int128 = 0
    var interestBefore: Int128 = 0
    for line in demand.lines {
      // A relief is given for arrears, so it settles lines from the day after on; and it is no collection.
      let timely =
        account.sum(of: .principalRepaid, through: min(line.dueDay, asOf))
        + demand.relief(through: min(line.dueDay, asOf).advanced(by: -1))
      let interestTimely = account.sum(of: .interestPaid, through: min(line.dueDay, asOf))
      let principalLeft =
        outstanding == 0 ? 0 : line.principal - Self.share(of: settled - principalBefore, line.principal)
      let interestLeft =
        isGivenUp ? 0 : line.interest - Self.share(of: interestPaid - interestBefore, line.interest)
      if line.dueDay <= asOf {
        principalOnTime += Self.share(of: timely - principalBefore, line.principal)
        interestOnTime += Self.share(of: interestTimely - interestBefore, line.interest)
      }
      if line.dueDay < asOf {
        principalOverdue += principalLeft
        interestOverdue += interestLeft
        if oldestUnpaid == nil, principalLeft > 0 || interestLeft > 0 { oldestUnpaid = line.dueDay }
      } else if next == nil, principalLeft > 0 || interestLeft > 0 {
        next = LoanPosition.DueInstalment(
          dueDay: line.dueDay, principal: Paise(Int64(clamping: principalLeft)),
          interest: Paise(Int64(clamping: interestLeft)))
      }
      principalBefore += line.principal
      interestBefore += line.interest
    }
    // Terms may sanction more than was disbursed: nobody is overdue with what she never got.
    principalOverdue = min(principalOverdue, outstanding)
  }

  private static func share(of rest: Int128, _ part: Int128) -> Int128 { max(0, min(rest, part)) }
}
