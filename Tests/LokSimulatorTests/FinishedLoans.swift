import GRDB
import LokBooks
import LokSimulator

/// The members' loans of a finished run: their terms in the shard, and how they stand on phones by the
/// project's own schedules, so that the auditor's are held against them.
struct FinishedLoans {
  private struct Loan {
    var id: UInt64
    var cbo: UInt64
    var deed: LoanDeed
    var events: [LoanEvent] = []
    var reschedules: [Reschedule] = []
    var isBroughtForward = false
  }
  private var loans: [Int: Loan] = [:]
  static let days = [WorkloadOptions.defaultLastDay, WorkloadOptions.defaultLastDay + 60]

  mutating func begin(_ deed: LoanDeed, _ id: UInt64, of cbo: UInt64) {
    if deed.member != nil { loans[deed.loan] = Loan(id: id, cbo: cbo, deed: deed) }
  }

  mutating func add(_ line: MoneyDeed, on day: Int32) {
    let kinds: [Int64: LoanEvent.Kind] = [
      10: .disbursed, 501: .disbursed, 11: .principalRepaid, 12: .interestPaid, 15: .writtenOff,
    ]
    guard let loan = line.loan, let kind = kinds[line.kind] else { return }
    if line.kind == 501 { loans[loan]?.isBroughtForward = true }
    let paise = Paise(line.reverses == nil ? line.paise : -line.paise)
    loans[loan]?.events.append(LoanEvent(kind, on: Day(number: day), paise))
  }

  mutating func add(_ event: LoanEventDeed, on day: Int32) {
    guard let rate = loans[event.loan]?.deed.rateBasisPoints else { return }
    loans[event.loan]?.reschedules.append(
      Reschedule(
        on: Day(number: day), instalments: Int64(event.instalments), annualRateBasisPoints: Int64(rate)))
  }

  func standings(of held: Set<UInt64>) throws -> [AuditedPhone.Loan] {
    try loans.values.filter { held.contains($0.cbo) }.flatMap { loan in
      guard let first = loan.events.first(where: { $0.kind == .disbursed })?.day,
        let method = InterestMethod(rawValue: Int64(loan.deed.method))
      else { return [AuditedPhone.Loan]() }
      let terms = try LoanTerms(
        principal: Paise(loan.deed.principalPaise), annualRateBasisPoints: Int64(loan.deed.rateBasisPoints),
        instalments: Int64(loan.deed.instalments), method: method, disbursed: first,
        period: loan.deed.everyDays.map { .everyDays(Int32($0)) } ?? .monthly,
        moratoriumPeriods: Int64(loan.deed.moratorium ?? 0))
      let account = LoanAccount(
        terms: terms, reschedules: loan.reschedules, events: loan.events,
        isBroughtForward: loan.isBroughtForward)
      return Self.days.compactMap { day in
        LoanPosition(of: account, asOf: Day(number: day)).map { position in
          AuditedPhone.Loan(
            cbo: loan.cbo, loan: loan.id, day: day, outstandingPaise: position.outstanding.rawValue,
            overduePaise: position.principalOverdue.rawValue)
        }
      }
    }
  }

  func write(to path: String) throws {
    try DatabaseQueue(path: path).write { database in
      for loan in loans.values {
        let deed = loan.deed
        try database.run(
          sql: "INSERT INTO loan VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            Int64(loan.id), Int64(loan.cbo), deed.principalPaise, deed.rateBasisPoints, deed.instalments,
            deed.method, deed.everyDays, deed.moratorium,
          ])
      }
    }
  }
}
