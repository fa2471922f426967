/// What makes a schedule another one than that of the whole sanctioned sum: less was paid out, a part was
/// repaid before the books began, or the borrower pays ahead.
///
/// Source: domain notes 2.3: the principal of an instalment is the agreed one or what is outstanding, if that
/// is less; interest is on the balance; the schedule ends when nothing is outstanding.
extension LoanDemand {
  /// Terms may sanction more than was paid out: the same number of instalments, of what was. A loan that the
  /// books began with goes on by its old instalments until what was left of it is repaid.
  mutating func fit(to disbursed: Int128) throws(LoanTermsError) {
    // No sum of this size can be a loan's; whoever adds it up is told.
    guard disbursed <= Int128(Paise.entryMaximum.rawValue) else { return }
    if account.isBroughtForward {
      lines = continued(lines[...], balance: disbursed)
      return
    }
    let terms = account.terms
    lines = Self.lines(
      of: try LoanTerms(
        principal: Paise(Int64(clamping: disbursed)), annualRateBasisPoints: terms.annualRateBasisPoints,
        instalments: Int64(terms.instalments), method: terms.method, disbursed: terms.disbursed,
        period: terms.period, moratoriumPeriods: Int64(terms.moratoriumPeriods)))
  }

  /// Principal of one day. What is paid before its day and is no more than the next instalment is that
  /// instalment, paid early. What is more is a prepayment: the next instalments stay as they are, the last
  /// ones fall away, and interest from the next instalment on is on what is left.
  ///
  /// - Parameter before: principal that was paid on earlier days.
  mutating func pay(_ amount: Int128, on day: Day, after before: Int128) {
    let demanded = principal(through: day)
    let settled = before + relief(through: day)
    let ahead = settled + amount - demanded
    let isNew = ahead - max(0, settled - demanded)
    let rest = lines.firstIndex { $0.dueDay > day } ?? lines.endIndex
    guard isNew > 0, let next = lines[rest...].first(where: { $0.principal > 0 }), ahead > next.principal
    else {
      return
    }
    let balance = lines[rest...].reduce(0) { $0 + $1.principal } - isNew
    reliefs.append(Relief(day: day, amount: -isNew))
    lines = Array(lines[..<rest]) + (balance > 0 ? continued(lines[rest...], balance: balance) : [])
  }

  /// The days and instalments of `planned`, for another balance.
  private func continued(_ planned: ArraySlice<Line>, balance: Int128) -> [Line] {
    guard let usual = planned.first(where: { $0.principal > 0 }) else { return [] }
    let rate = PeriodRate(annualRateBasisPoints: rateBasisPoints, period: account.terms.period)
    let unit: RoundingUnit = usual.principal % Int128(RoundingUnit.rupee.rawValue) == 0 ? .rupee : .paisa
    var left = balance
    var continued: [Line] = []
    for line in planned where left > 0 {
      var line = line
      switch account.terms.method {
      case .flat: break
      case .declining: line.interest = rate.interest(on: left, to: .rupee)
      case .emi where line.principal > 0:
        line.interest = rate.interest(on: left, to: unit)
        line.principal = usual.principal + usual.interest - line.interest
      case .emi: line.interest = rate.interest(on: left, to: .rupee)
      }
      // A pause repays nothing; what rounding left over is the last instalment's.
      let isLast = line.dueDay == planned.last?.dueDay
      if line.principal > 0 { line.principal = isLast ? left : min(line.principal, left) }
      left -= line.principal
      continued.append(line)
    }
    return continued
  }
}
