/// How a loan stands at the end of a day. All amounts are at least zero but after reversals.
///
/// Demand is what the schedule asked to that day, that day included; overdue is the part of it that fell
/// due before that day and is unpaid. Nothing but a payment settles a demand: a meeting that was not held
/// leaves it overdue. Payments settle the oldest demand first, principal and interest apart.
package struct LoanPosition: Hashable, Sendable {
  package let asOf: Day
  package let disbursed: Paise
  /// Principal only; zero where too much was repaid.
  package let outstanding: Paise
  package let principalDemanded: Paise
  package let principalCollected: Paise
  /// The part of the demanded principal that was paid by its due day.
  package let principalCollectedOnTime: Paise
  package let principalOverdue: Paise
  package let interestDemanded: Paise
  package let interestCollected: Paise
  package let interestCollectedOnTime: Paise
  package let interestOverdue: Paise
  package let penaltyCollected: Paise
  package let writtenOff: Paise
  /// Principal paid that the schedule has not asked for yet; a prepayment that made it shorter is not in it.
  package let prepaid: Paise
  package let oldestUnpaidDueDay: Day?
  /// Since the oldest unpaid due day; 0 where nothing is overdue, and on a due day itself.
  package let daysOverdue: Int64
  /// The first that is due on or after the day and not settled; with what is still to be paid of it.
  package let nextDue: DueInstalment?

  package struct DueInstalment: Hashable, Sendable {
    package let dueDay: Day
    package let principal: Paise
    package let interest: Paise
    package init(dueDay: Day, principal: Paise, interest: Paise) {
      self.dueDay = dueDay
      self.principal = principal
      self.interest = interest
    }
  }

  /// Nil where a sum is no amount of paise, or a reschedule's terms are out of range.
  package init?(of account: LoanAccount, asOf: Day) {
    guard let demand = try? LoanDemand(of: account, asOf: asOf) else { return nil }
    let tally = LoanTally(account, demand, asOf: asOf)
    func collected(_ kind: LoanEvent.Kind) -> Paise? { Paise(exactly: account.sum(of: kind, through: asOf)) }
    guard let disbursed = collected(.disbursed), let principalCollected = collected(.principalRepaid),
      let interestCollected = collected(.interestPaid), let penaltyCollected = collected(.penaltyPaid),
      let writtenOff = collected(.writtenOff), let outstanding = Paise(exactly: tally.outstanding),
      let principalDemanded = Paise(exactly: demand.principal(through: asOf)),
      let interestDemanded = Paise(exactly: demand.interest(through: asOf)),
      let principalOverdue = Paise(exactly: tally.principalOverdue),
      let interestOverdue = Paise(exactly: tally.interestOverdue),
      let principalOnTime = Paise(exactly: tally.principalOnTime),
      let interestOnTime = Paise(exactly: tally.interestOnTime), let prepaid = Paise(exactly: tally.prepaid)
    else { return nil }
    self.asOf = asOf
    self.disbursed = disbursed
    self.outstanding = outstanding
    self.principalDemanded = principalDemanded
    self.principalCollected = principalCollected
    principalCollectedOnTime = principalOnTime
    self.principalOverdue = principalOverdue
    self.interestDemanded = interestDemanded
    self.interestCollected = interestCollected
    interestCollectedOnTime = interestOnTime
    self.interestOverdue = interestOverdue
    self.penaltyCollected = penaltyCollected
    self.writtenOff = writtenOff
    self.prepaid = prepaid
    oldestUnpaidDueDay = tally.oldestUnpaid
    daysOverdue = tally.oldestUnpaid.map { asOf.days(since: $0) } ?? 0
    nextDue = tally.next
  }

  /// What a payment on this day can be set against, with the `penalty` that the group has decided on.
  package func dues(penalty: Paise = .zero) -> [DueKind: Paise] {
    let isDueToday = nextDue?.dueDay == asOf
    let principal = isDueToday ? nextDue?.principal ?? .zero : .zero
    let interest = isDueToday ? nextDue?.interest ?? .zero : .zero
    let ahead = Int128(outstanding.rawValue) - Int128(principalOverdue.rawValue) - Int128(principal.rawValue)
    return [
      .penalty: penalty, .overdueInterest: interestOverdue, .currentInterest: interest,
      .overduePrincipal: principalOverdue, .currentPrincipal: principal,
      .prepayment: Paise(Int64(clamping: max(0, ahead))),
    ]
  }
}
