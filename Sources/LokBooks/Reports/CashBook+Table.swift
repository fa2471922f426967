extension CashBook {
  package var table: BookTable {
    BookTable(
      .cashTitle,
      [
        .init(.day, .day), .init(.meeting, .number), .init(.particulars, .text), .init(.member, .text),
        .init(.remark, .text), .init(.contra, .text), .init(.mark, .text),
        .init(.receiptCash, .money), .init(.receiptBank, .money),
        .init(.paymentCash, .money), .init(.paymentBank, .money),
        .init(.balanceCash, .money), .init(.balanceBank, .money),
      ],
      sections.flatMap(\.rows),
      totals: [.empty, .empty, .label(.total)] + .empty(4)
        + receipts.cells + payments.cells + closing.cells)
  }
}

extension CashAndBank {
  var cells: [BookTable.Cell] { [.paise(cash), .paise(bank)] }
  /// A side on which nothing moved stays empty.
  fileprivate var movedCells: [BookTable.Cell] { [.money(cash), .money(bank)] }
}

extension CashBook.Section {
  fileprivate var rows: [BookTable.Row] {
    let place: [BookTable.Cell] = [.day(day), .number(Int64(meetingNumber))]
    var rows = [
      BookTable.Row(.opening, place + [.label(.opening)] + .empty(8) + opening.cells)
    ]
    rows += lines.map { line in
      .init(
        .line,
        place + [
          .kind(line.entry.kind), .record(line.entry.member), .text(line.entry.remark),
          .mark(.contraMark, if: line.isContra), .mark(.unapprovedMark, if: !line.entry.isApproved),
        ] + line.receipt.movedCells + line.payment.movedCells + line.balance.cells)
    }
    rows.append(
      .init(
        .closing,
        place + [.label(.closing)] + .empty(4) + receipts.cells + payments.cells + closing.cells))
    if let countedDifference, countedDifference != .zero {
      rows.append(
        .init(
          .closing,
          place + [.label(.countedDifference)] + .empty(8) + [.paise(countedDifference), .empty]))
    }
    return rows
  }
}
