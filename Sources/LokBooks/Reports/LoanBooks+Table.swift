extension LoanList {
  package var table: BookTable {
    BookTable(
      .loansTitle,
      [
        .init(.loan, .text), .init(.borrower, .text), .init(.principal, .money),
        .init(.outstanding, .figure), .init(.overduePrincipal, .money), .init(.overdueInterest, .money),
        .init(.daysOverdue, .number), .init(.loanAge, .text), .init(.nextDue, .day),
      ], lines.map(Self.row) + risk)
  }

  private static func row(_ line: Line) -> BookTable.Row {
    let loan = line.loan
    let head: [BookTable.Cell] = [
      .record(loan.id), .record(loan.member ?? loan.borrowerCBO), .paise(loan.principal),
    ]
    guard let position = line.position else {
      return .init(.line, head + .empty(4) + [.label(.notPaidOut), .empty])
    }
    let age = LoanClass(daysOverdue: position.daysOverdue)
    return .init(
      .line,
      head + [
        .paise(position.outstanding), .paise(position.principalOverdue), .paise(position.interestOverdue),
        .number(position.daysOverdue),
        .label(loan.isFromBank ? BankLoanClass(position).label : age.label),
        position.nextDue.map { .day($0.dueDay) } ?? .empty,
      ])
  }

  private var risk: [BookTable.Row] {
    let ratios: [(BookText, Int64?)] = [
      (.atRisk30, sums.atRiskBasisPoints(.over30)), (.atRisk60, sums.atRiskBasisPoints(.over60)),
      (.atRisk90, sums.atRiskBasisPoints(.over90)), (.repaymentRate, sums.repaymentRateBasisPoints),
    ]
    return ratios.compactMap { label, ratio in
      ratio.map { .init(.closing, [.label(label)] + .empty(2) + [.basisPoints($0)] + .empty(5)) }
    }
  }
}

extension LoanClass {
  fileprivate var label: BookText {
    switch self {
    case .current: .notOverdue
    case .upTo30Days: .upTo30Days
    case .upTo60Days: .upTo60Days
    case .upTo90Days: .upTo90Days
    case .over90Days: .over90Days
    }
  }
}

extension BankLoanClass {
  var label: BookText {
    switch self {
    case .current: .bankCurrent
    case .watched0: .watched0
    case .watched1: .watched1
    case .watched2: .watched2
    case .substandard: .substandard
    case .doubtful1: .doubtful1
    case .doubtful2: .doubtful2
    case .doubtful3: .doubtful3
    case .loss: .loss
    }
  }
}

extension DCBRegister {
  package var table: BookTable {
    BookTable(
      .dcbTitle,
      [
        .init(.loan, .text), .init(.borrower, .text), .init(.particulars, .text), .init(.arrears, .money),
        .init(.due, .money), .init(.relieved, .money), .init(.collected, .money), .init(.balance, .money),
        .init(.overdue, .money),
      ],
      rows.flatMap { row in
        [
          Self.row(row.loan, row.member, .principalPart, row.principal),
          Self.row(row.loan, row.member, .interestPart, row.interest),
        ]
      } + penalties.map { Self.row(nil, $0.member, .penaltyPart, $0.columns) })
  }

  private static func row(
    _ loan: RecordID?, _ borrower: RecordID?, _ label: BookText, _ columns: DCBRow.Columns
  ) -> BookTable.Row {
    .init(
      .line,
      [
        .record(loan), .record(borrower), .label(label), .paise(columns.arrears), .paise(columns.due),
        .paise(columns.relieved), .paise(columns.collected), .paise(columns.balance), .paise(columns.overdue),
      ])
  }
}

extension LoanLedger {
  package var table: BookTable {
    BookTable(
      .loanLedgerTitle,
      [
        .init(.day, .day), .init(.particulars, .text), .init(.loanGiven, .money), .init(.principal, .money),
        .init(.interest, .money), .init(.penalty, .money), .init(.balance, .money),
      ],
      lines.map { line in
        .init(
          .line,
          [
            .day(line.day), .label(line.what.label), .money(line.disbursed), .money(line.principal),
            .money(line.interest), .money(line.penalty), .paise(line.balanceAfter),
          ])
      })
  }
}

extension LoanLedgerLine.What {
  fileprivate var label: BookText {
    switch self {
    case .event(.disbursed): .disbursed
    case .event(.principalRepaid): .repaid
    case .event(.interestPaid): .interestPaid
    case .event(.penaltyPaid): .penaltyPaid
    case .event(.writtenOff): .writtenOff
    case .rescheduled: .rescheduled
    }
  }
}
