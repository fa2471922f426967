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
  /// Below zero where principal paid ahead went into a new schedule.
  struct Relief {
    let day: Day
    let amount: Int128
  }

  private(set) var lines: [Line]
  private(set) var reliefs: [Relief] = []
  private let account: LoanAccount

  /// Throws where a reschedule's terms are out of range.
  init(of account: LoanAccount, asOf: Day) throws(LoanTermsError) {
    self.account = account
    guard account.sum(of: .disbursed, through: asOf) > 0 else {
      lines = []
      return
    }
    lines = Self.lines(of: account.terms)
    var written = Self.writeOffs(of: account, asOf: asOf)
    for reschedule in account.reschedules where reschedule.day <= asOf {
      for item in written where item.day <= reschedule.day { writeOff(item) }
      written.removeAll { $0.day <= reschedule.day }
      try apply(reschedule)
    }
    for item in written { writeOff(item) }
    endInterest(asOf: asOf)
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

  private static func lines(of terms: LoanTerms) -> [Line] {
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
  }

  /// The write-offs that stand, ascending by day: a reversal takes back the latest ones before it.
  private static func writeOffs(of account: LoanAccount, asOf: Day) -> [Relief] {
    var standing: [Relief] = []
    for event in account.events where event.kind == .writtenOff && event.day <= asOf {
      var amount = Int128(event.amount.rawValue)
      while amount < 0, let last = standing.popLast() {
        amount += last.amount
        if amount > 0 { standing.append(Relief(day: last.day, amount: amount)) }
      }
      if event.amount > .zero { standing.append(Relief(day: event.day, amount: amount)) }
    }
    return standing
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
