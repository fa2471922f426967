extension GeneralLedger {
  package var table: BookTable {
    BookTable(
      .ledgerTitle,
      [
        .init(.day, .day), .init(.meeting, .number), .init(.particulars, .text), .init(.member, .text),
        .init(.remark, .text),
        .init(.debitApproved, .money), .init(.debitUnapproved, .money), .init(.debitTotal, .money),
        .init(.creditApproved, .money), .init(.creditUnapproved, .money), .init(.creditTotal, .money),
        .init(.balanceApproved, .money), .init(.balanceUnapproved, .money), .init(.balanceTotal, .money),
      ],
      sections.flatMap(\.rows),
      totals: [.empty, .empty, .label(.total), .empty, .empty] + debits.cells + credits.cells + .empty(3))
  }
}

extension GeneralLedger.Section {
  fileprivate var rows: [BookTable.Row] {
    [
      .init(
        .heading,
        [
          .empty, .code(account), .account(account),
          .label(side == .debit ? .debitSide : .creditSide),
        ] + .empty(10)),
      .init(.opening, [.empty, .empty, .label(.opening)] + .empty(8) + opening.cells),
    ] + lines.map(\.row) + [
      .init(
        .closing,
        [.empty, .empty, .label(.closing), .empty, .empty] + debits.cells + credits.cells + closing.cells)
    ]
  }
}

extension GeneralLedger.Line {
  fileprivate var row: BookTable.Row {
    let isDebit = posting.side == .debit
    return .init(
      .line,
      place + (isDebit ? posting.amount.cells : .empty(3)) + (isDebit ? .empty(3) : posting.amount.cells)
        + balance.cells)
  }

  private var place: [BookTable.Cell] {
    switch posting.source {
    case .entry(let entry):
      [
        .day(posting.day), .number(Int64(entry.meetingNumber)), .account(posting.contra),
        .record(entry.member), .text(entry.remark),
      ]
    case .yearClosed(let year):
      [.day(posting.day), .empty, .account(posting.contra), .label(.yearClosed), .text(year.description)]
    case .interestDue:
      [.day(posting.day), .empty, .account(posting.contra), .label(.interestDue), .empty]
    }
  }
}
