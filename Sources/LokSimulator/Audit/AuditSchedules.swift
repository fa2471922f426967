import GRDB

/// What falls due of members' loans and when, by the auditor's own reckoning: from the terms in the plan, its
/// reschedules and what was repaid in meetings that count.
struct AuditSchedules {
  /// Principal is repaid in so many parts, the first one period after the pause.
  private struct Plan {
    var start: Int32
    var paise: Int64
    var instalments: Int
    var pause: Int
  }
  private struct Loan {
    var deed: LoanDeed
    var group: Int
    /// The meeting that gave it counted, at least until a checker took it back: that leaves its loans.
    var isWritten: Bool
    /// Ascending by day; paid out above zero, repaid or given up below.
    var events: [(day: Int32, paise: Int64, isRepayment: Bool)] = []
    var firstPaidOut: Int32?
    /// What was left of it when the group's books began; nil = it was given after that.
    var broughtForward: Int64?
    var reschedules: [(day: Int32, instalments: Int)] = []

    func outstanding(on day: Int32) -> Int64 {
      max(0, events.reduce(0) { $1.day <= day ? $0 + $1.paise : $0 })
    }
  }
  private let block: BlockAudit
  private var loans: [Int: Loan] = [:]

  init(_ block: BlockAudit) {
    self.block = block
    for act in block.acts {
      guard let meeting = act.meeting else { continue }
      let isWritten = act.outcome.counts || act.outcome == .takenBack
      for deed in meeting.loans where deed.member != nil {
        loans[deed.loan] = Loan(deed: deed, group: meeting.group, isWritten: isWritten)
      }
    }
    for act in block.acts where act.outcome.counts {
      if let meeting = act.meeting { for line in meeting.lines { add(line, on: meeting.day) } }
      if let event = act.event { loans[event.loan]?.reschedules.append((act.day, event.instalments)) }
    }
  }

  private mutating func add(_ line: MoneyDeed, on day: Int32) {
    guard let loan = line.loan, var found = loans[loan] else { return }
    let effect = AuditPostings.effectOnLoan(of: line.kind, debit: line.debit, credit: line.credit)
    guard effect != 0 else { return }
    let paise = line.reverses == nil ? line.paise : -line.paise
    if effect > 0 { found.firstPaidOut = min(found.firstPaidOut ?? day, day) }
    if effect > 0, line.kind == 501 { found.broughtForward = paise }
    found.events.append((day, effect * paise, effect < 0))
    loans[loan] = found
  }

  /// The shard has the terms that were agreed on.
  func compareTerms(with file: AuditFile, block number: UInt32, _ report: inout AuditReport) throws {
    var stored: [UInt64: Row] = [:]
    for row in try file.rows(
      """
      SELECT id, principal_paise, annual_rate_basis_points, instalments, interest_method, repay_every_days,
        moratorium_periods FROM loan
      """)
    { stored[row.unsigned("id")] = row }
    for (loan, terms) in loans.sorted(by: { $0.key < $1.key }) {
      let id = block.loans[loan] ?? 0
      let deed = terms.deed
      let agreed = [
        deed.principalPaise, Int64(deed.rateBasisPoints), Int64(deed.instalments), Int64(deed.method),
        Int64(deed.everyDays ?? 0), Int64(deed.moratorium ?? 0),
      ]
      report.compare(
        .overdue, block: number, cbo: block.cbo(of: terms.group), at: "terms of \(Self.name(id))",
        expected: terms.isWritten ? Self.text(agreed) : "none",
        found: stored[id].map { Self.text(Self.columns.map($0.integer)) } ?? "none")
    }
  }

  private static let columns = [
    "principal_paise", "annual_rate_basis_points", "instalments", "interest_method", "repay_every_days",
    "moratorium_periods",
  ]

  private static func text(_ terms: [Int64]) -> String {
    zip(columns, terms).map { "\($0) \($1)" }.joined(separator: ", ")
  }

  /// What a phone's books say of each loan on each of its days.
  func compare(
    _ found: [AuditedPhone.Loan], of held: Set<UInt64>, block number: UInt32, at place: String,
    _ report: inout AuditReport
  ) {
    let shown = Dictionary(grouping: found, by: \.loan)
    let days = Set(found.map(\.day)).sorted()
    for (loan, terms) in loans.sorted(by: { $0.key < $1.key }) where terms.firstPaidOut != nil {
      guard let id = block.loans[loan], let cbo = block.cbo(of: terms.group), held.contains(cbo) else {
        continue
      }
      for day in days {
        let line = shown[id]?.first { $0.day == day }
        report.compare(
          .overdue, block: number, cbo: cbo, at: "\(place), \(Self.name(id)) on day \(day)",
          expected: "\(terms.outstanding(on: day)) outstanding, \(overdue(terms, on: day)) overdue",
          found: line.map { "\($0.outstandingPaise) outstanding, \($0.overduePaise) overdue" } ?? "none")
      }
    }
  }

  /// Principal that fell due before `day` and is not repaid.
  private func overdue(_ loan: Loan, on day: Int32) -> Int64 {
    guard let first = loan.firstPaidOut, let every = loan.deed.everyDays else { return 0 }
    var plan = Plan(
      start: first, paise: loan.deed.principalPaise, instalments: loan.deed.instalments,
      pause: loan.deed.moratorium ?? 0)
    var since: Int32 = .min
    for event in loan.reschedules where event.day <= day {
      let left = loan.outstanding(on: event.day)
      guard left > 0 else { continue }
      // What was in arrears begins anew with the rest.
      plan = Plan(start: event.day, paise: left, instalments: event.instalments, pause: 0)
      since = event.day
    }
    var coming = parts(of: plan, loan.deed, everyDays: every).enumerated().map { number, paise in
      (day: plan.start + Int32((plan.pause + number + 1) * every), paise: paise)
    }
    if since == .min, let left = loan.broughtForward, left < plan.paise {
      coming = shortened(coming, by: plan.paise - left, loan.deed, everyDays: every)
    }
    // Arrears and what was paid early, as one number: below zero what was paid early.
    var arrears: Int64 = 0
    let repaid = Dictionary(grouping: standing(loan.events, from: since, through: day), by: \.day)
    for payday in Set(repaid.keys.filter { $0 < day } + [day]).sorted() {
      while let next = coming.first, next.day < day, next.day <= payday {
        arrears += next.paise
        coming.removeFirst()
      }
      let paid = (repaid[payday] ?? []).reduce(0) { $0 + $1.paise }
      let early = max(0, paid - max(0, arrears))
      arrears -= paid
      // Her next instalment may be paid early; with more the loan just ends sooner.
      let next = coming.first { $0.day > payday }
      if early > 0, let next, -arrears > next.paise {
        arrears += early
        coming = shortened(coming, by: early, loan.deed, everyDays: every)
      }
    }
    return min(loan.outstanding(on: day), max(0, arrears))
  }

  /// Repayments after `since`, without those that a later reversal took back: the latest before it.
  private func standing(
    _ events: [(day: Int32, paise: Int64, isRepayment: Bool)], from since: Int32, through day: Int32
  ) -> [(day: Int32, paise: Int64)] {
    var kept: [(day: Int32, paise: Int64)] = []
    for event in events where event.isRepayment && event.day > since && event.day <= day {
      var left = -event.paise
      while left < 0, let last = kept.popLast() {
        left += last.paise
        guard left > 0 else { continue }
        kept.append((last.day, left))
        left = 0
      }
      if left != 0 { kept.append((event.day, left)) }
    }
    return kept
  }

  private func shortened(
    _ coming: [(day: Int32, paise: Int64)], by early: Int64, _ deed: LoanDeed, everyDays: Int
  ) -> [(day: Int32, paise: Int64)] {
    var balance = coming.reduce(0) { $0 + $1.paise }
    let instalment = (coming.first?.paise ?? 0) + interest(on: balance, deed, everyDays: everyDays)
    balance -= early
    return coming.enumerated().compactMap { number, part in
      let usual =
        deed.method == 3 ? instalment - interest(on: balance, deed, everyDays: everyDays) : part.paise
      let paise = number == coming.count - 1 ? balance : min(balance, usual)
      balance -= paise
      return paise > 0 ? (part.day, paise) : nil
    }
  }

  /// Source: domain notes 2.3: of one period, to the rupee.
  private func interest(on paise: Int64, _ deed: LoanDeed, everyDays: Int) -> Int64 {
    // In whole numbers: half a rupee is no rounding error.
    let dividend = paise * Int64(deed.rateBasisPoints) * Int64(everyDays / 7)
    let divisor: Int64 = 10_000 * 52 * 100
    return (2 * dividend + divisor) / (2 * divisor) * 100
  }

  /// To the rupee, the last one what is left. Source: domain notes 2.3.
  private func parts(of plan: Plan, _ deed: LoanDeed, everyDays: Int) -> [Int64] {
    let weekly = Double(deed.rateBasisPoints) / 10_000 * Double(everyDays / 7) / 52
    let equal =
      deed.method == 3
      ? Double(plan.paise) * weekly / (1 - power(1 + weekly, -plan.instalments))
      : Double(plan.paise) / Double(plan.instalments)
    let instalment = Int64((equal / 100).rounded()) * 100
    var left = plan.paise
    return (1...plan.instalments).map { number in
      let interest = deed.method == 3 ? interest(on: left, deed, everyDays: everyDays) : 0
      let part = number == plan.instalments ? left : min(left, instalment - interest)
      left -= part
      return part
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1) { product, _ in exponent < 0 ? product / base : product * base }
  }

  private static func name(_ id: UInt64) -> String { "loan \(id >> 32)-\(id & 0xFFFF_FFFF)" }
}
