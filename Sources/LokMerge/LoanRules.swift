import LokBooks

/// The rules of a loan's terms and of what happens to them.
extension Judge {
  /// Twenty years of monthly instalments.
  private static var instalmentsMaximum: Int64 { 240 }

  func loanProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    let patch = change.patch
    if change.isNew {
      guard let principal = patch.paise(LoanField.principalPaise) else {
        return missing(LoanField.principalPaise, index)
      }
      guard principal > .zero, principal <= .entryMaximum else {
        return word(.flagged, .amountOutOfRange, index, arguments: [principal.rawValue])
      }
      guard patch.record(LoanField.member) != nil || patch.record(LoanField.borrowerCBO) != nil else {
        return missing(LoanField.member, index)
      }
    }
    if let problem = termsProblem(patch, index) { return problem }
    if let member = patch.record(LoanField.member) {
      if let problem = try memberReference(member, index) { return problem }
    }
    if let borrower = patch.record(LoanField.borrowerCBO) {
      return try reference(borrower, .cbo, index, LoanField.borrowerCBO)
    }
    return nil
  }

  private func termsProblem(_ patch: Patch, _ index: Int) -> Verdict? {
    let ranges: [(field: UInt32, range: ClosedRange<Int64>)] = [
      (LoanField.annualRateBasisPoints, 0...Self.rateMaximumBasisPoints),
      (LoanField.instalments, 1...Self.instalmentsMaximum), (LoanField.interestMethod, 0...3),
      (LoanField.repayEveryDays, 1...366), (LoanField.moratoriumPeriods, 0...12), (LoanField.source, 0...10),
    ]
    for (field, range) in ranges {
      guard let value = patch.integer(field) else { continue }
      guard range.contains(value) else { return outOfRange(field, index) }
    }
    return nil
  }

  func loanEventProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    guard change.isNew else { return nil }
    let patch = change.patch
    guard let loan = patch.record(LoanEventField.loan) else { return missing(LoanEventField.loan, index) }
    if let problem = try loanReference(loan, ofThisGroup: true, index) { return problem }
    guard let day = patch.day(LoanEventField.day) else { return missing(LoanEventField.day, index) }
    guard day <= lastDayAllowed else {
      return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
    }
    let kind = patch.integer(LoanEventField.kind).flatMap { LoanEventKind(rawValue: $0) }
    if let kind, !isReleased, let stands = try state.loanEvent(of: loan, kind: kind, on: day) {
      return word(
        .flagged, .loanEventTaken, index, record: stands, arguments: [Int64(day.number)])
    }
    switch kind {
    case .rescheduled:
      guard let instalments = patch.integer(LoanEventField.instalments) else {
        return missing(LoanEventField.instalments, index)
      }
      guard (1...Self.instalmentsMaximum).contains(instalments) else {
        return outOfRange(LoanEventField.instalments, index)
      }
    case .cancelled:
      let owed = try balance(.loansToMembers, loan)
      guard owed == .zero else {
        return word(.flagged, .memberNotSettled, index, record: loan, arguments: [0, owed.rawValue])
      }
    case nil: return outOfRange(LoanEventField.kind, index)
    }
    return nil
  }
}
