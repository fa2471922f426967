extension MonthlyReport {
  package var table: BookTable {
    BookTable(
      .monthlyTitle,
      [
        .init(.particulars, .text), .init(.inMonth, .figure), .init(.unapproved, .figure),
        .init(.untilEnd, .figure), .init(.unapprovedUntilEnd, .figure),
      ], counts + figures + balances)
  }

  private var counts: [BookTable.Row] {
    func count(_ key: BookText, _ cell: BookTable.Cell) -> BookTable.Row {
      .init(.line, [.label(key), cell] + .empty(3))
    }
    return [
      count(.meetingsHeld, .number(Int64(meetingsHeld))), count(.present, .number(present)),
      count(.marked, .number(marked)),
      count(.attendanceShare, attendanceBasisPoints.map { .basisPoints($0) } ?? .empty),
      count(.members, .number(Int64(membership.atEnd))), count(.joined, .number(Int64(membership.joined))),
      count(.left, .number(Int64(membership.left))),
      count(.loansGivenCount, .number(Int64(loansGivenCount))),
    ]
  }

  private var figures: [BookTable.Row] {
    Figure.allCases.map { figure in
      let (month, end) = (inMonth[figure] ?? .zero, untilEnd[figure] ?? .zero)
      return .init(
        .line,
        [
          .label(figure.label), .paise(month.total), .money(month.unapproved), .paise(end.total),
          .money(end.unapproved),
        ])
    }
  }

  /// Balances stand in the columns of the month's end: they are no movement of the month.
  private var balances: [BookTable.Row] {
    func balance(_ key: BookText, _ amount: BookAmount) -> BookTable.Row {
      .init(.closing, [.label(key), .empty, .empty, .paise(amount.total), .money(amount.unapproved)])
    }
    return [
      balance(.cashAtEnd, cash), balance(.bankAtEnd, bank), balance(.savingsHeld, savingsHeld),
      balance(.loansOutstanding, loansOutstanding),
    ]
  }
}

extension MonthlyReport.Figure {
  fileprivate var label: BookText {
    switch self {
    case .compulsory: .compulsoryCollected
    case .food: .foodCollected
    case .health: .healthCollected
    case .optional: .optionalCollected
    case .withdrawn: .savingsWithdrawn
    case .loansGiven: .loansGiven
    case .principal: .principalRepaid
    case .interest: .interestReceived
    case .penalties: .penaltiesReceived
    case .fees: .feesReceived
    }
  }
}
