/// What the schedule demanded of a loan, as known at the end of a day.
///
/// Demand is never rewritten: a reschedule or write-off leaves the lines that were due and takes their
/// arrears away by a relief of its own day. So the registers of past months stay as they were printed.
struct LoanDemand {
  struct Line {
    let dueDay: Day
    var principal: Int128
    var interest: Int128
  }

  /// Principal that need not be paid by its line any more, because it was spread anew or written off.
  /// Below zero where principal paid ahead made the schedule shorter or went into a new one.
  struct Relief {
    let day: Day
    let amount: Int128
  }

  var lines: [Line]
  var reliefs: [Relief] = []
  let account: LoanAccount
  /// Of the terms that hold now.
  private(set) var rateBasisPoints: Int64

  /// Throws where a reschedule's terms are out of range.
  init(of account: LoanAccount, asOf: Day) throws(LoanTermsError) {
    self.account = account
    rateBasisPoints = account.terms.annualRateBasisPoints
    lines = []
    let disbursed = account.sum(of: .disbursed, through: asOf)
    guard disbursed > 0 else { return }
    lines = Self.lines(of: account.terms)
    if disbursed != Int128(account.terms.principal.rawValue) { try fit(to: disbursed) }
    var movements = Movements(account, through: asOf)
    for reschedule in account.reschedules where reschedule.day <= asOf {
      takeUp(&movements, through: reschedule.day)
      try apply(reschedule)
    }
    takeUp(&movements, through: asOf)
    endInterest(asOf: asOf)
  }

  /// What changed the schedule without anybody's agreement, still to be taken up; ascending by day.
  private struct Movements {
    var written: ArraySlice<(day: Day, amount: Int128)>
    var paid: ArraySlice<(day: Day, amount: Int128)>
    /// Principal paid that was taken up.
    var settled: Int128 = 0

    init(_ account: LoanAccount, through day: Day) {
      written = account.standing(.writtenOff, through: day)[...]
      paid = account.standing(.principalRepaid, through: day)[...]
    }

    var nextDay: Day? { [written.first?.day, paid.first?.day].compactMap(\.self).min() }
  }

  private mutating func takeUp(_ movements: inout Movements, through last: Day) {
    while let day = movements.nextDay, day <= last {
      while let item = movements.written.first, item.day == day {
        writeOff(Relief(day: day, amount: item.amount))
        movements.written.removeFirst()
      }
      var paid: Int128 = 0
      while let item = movements.paid.first, item.day == day {
        paid += item.amount
        movements.paid.removeFirst()
      }
      pay(paid, on: day, after: movements.settled)
      movements.settled += paid
    }
  }

  /// Principal demanded to the end of `day`.
  func principal(through day: Day) -> Int128 {
    lines.reduce(0) { $1.dueDay <= day ? $0 + $1.principal : $0 }
  }

  /// Interest demanded to the end of `day`.
  func interest(through day: Day) -> Int128 {
    lines.reduce(0) { $1.dueDay <= day ? $0 + $1.interest : $0 }
  }

  func relief(through day: Day) -> Int128 {
    reliefs.reduce(0) { $1.day <= day ? $0 + $1.amount : $0 }
  }

  /// Principal that needs no payment any more, from the oldest line on.
  func settledPrincipal(through day: Day) -> Int128 {
    account.sum(of: .principalRepaid, through: day) + relief(through: day)
  }

  static func lines(of terms: LoanTerms) -> [Line] {
    RepaymentSchedule(terms).instalments.map {
      Line(
        dueDay: $0.dueDay, principal: Int128($0.principal.rawValue), interest: Int128($0.interest.rawValue))
    }
  }

  private mutating func apply(_ reschedule: Reschedule) throws(LoanTermsError) {
    let balance = account.balance(through: reschedule.day)
    guard balance > 0, balance <= Int128(Paise.entryMaximum.rawValue) else { return }
    let terms = try LoanTerms(
      principal: Paise(Int64(clamping: balance)), annualRateBasisPoints: reschedule.annualRateBasisPoints,
      instalments: reschedule.instalments, method: account.terms.method, disbursed: reschedule.day,
      period: account.terms.period)
    let arrears = principal(through: reschedule.day) - settledPrincipal(through: reschedule.day)
    if arrears != 0 { reliefs.append(Relief(day: reschedule.day, amount: arrears)) }
    lines.removeAll { $0.dueDay > reschedule.day }
    lines += Self.lines(of: terms)
    rateBasisPoints = reschedule.annualRateBasisPoints
  }

  /// Takes what is written off from the arrears first, then from the last lines: what the member still
  /// owes stays due on the days that were agreed.
  private mutating func writeOff(_ written: Relief) {
    let arrears = max(0, principal(through: written.day) - settledPrincipal(through: written.day))
    let relieved = min(written.amount, arrears)
    if relieved > 0 { reliefs.append(Relief(day: written.day, amount: relieved)) }
    var rest = written.amount - relieved
    for index in lines.indices.reversed() where rest > 0 && lines[index].dueDay > written.day {
      let cut = min(rest, lines[index].principal)
      lines[index].principal -= cut
      rest -= cut
    }
  }

  /// A loan that is settled bears no interest after that day.
  private mutating func endInterest(asOf: Day) {
    guard let closed = account.closed(by: asOf) else { return }
    for index in lines.indices where lines[index].dueDay > closed { lines[index].interest = 0 }
  }
}
