/// Receipts and payments of a period by account head, in cash and at the bank.
///
/// Opening + receipts = payments + closing, in each column. The head is the account on the other side.
/// Money that went from cash to bank or back stands as contra on both sides: without it neither column
/// would tie, though it is no income of the group.
package struct ReceiptsAndPayments: BookReport {
  package struct Line: Hashable, Sendable {
    package let head: Account
    package let amount: CashAndBank
    /// Cash + bank.
    package let total: Paise
    /// How much of `total` no checker has approved.
    package let unapproved: Paise
    package let isContra: Bool
  }

  package let period: BookPeriod
  package let opening: CashAndBank
  /// Ascending by head, contra lines last.
  package let receipts: [Line]
  package let payments: [Line]
  package let receiptsTotal: CashAndBank
  package let paymentsTotal: CashAndBank
  package let closing: CashAndBank

  package static func make(
    entries: [BookEntry], period: BookPeriod
  ) throws(ReportError) -> ReceiptsAndPayments {
    // The cash book has the same entries and the same sums: it is grouped another way, not added anew.
    let book = try CashBook.make(entries: entries, meetings: [], period: period)
    var receipts: [Account: HeadSum] = [:]
    var payments: [Account: HeadSum] = [:]
    for line in book.sections.flatMap(\.lines) {
      let entry = line.entry
      if line.receipt.isMoved {
        try receipts[entry.credit, default: HeadSum(isContra: line.isContra)].add(line.receipt, entry)
      }
      if line.payment.isMoved {
        try payments[entry.debit, default: HeadSum(isContra: line.isContra)].add(line.payment, entry)
      }
    }
    return ReceiptsAndPayments(
      period: period, opening: book.opening, receipts: lines(receipts), payments: lines(payments),
      receiptsTotal: book.receipts, paymentsTotal: book.payments, closing: book.closing)
  }

  private static func lines(_ sums: [Account: HeadSum]) -> [Line] {
    sums.map { head, sum in
      Line(
        head: head, amount: sum.amount, total: sum.split.total, unapproved: sum.split.unapproved,
        isContra: sum.isContra)
    }.sorted { a, b in a.isContra == b.isContra ? a.head < b.head : b.isContra }
  }
}

private struct HeadSum {
  let isContra: Bool
  var amount = CashAndBank.zero
  var split = BookAmount.zero

  init(isContra: Bool) { self.isContra = isContra }

  mutating func add(_ moved: CashAndBank, _ entry: BookEntry) throws(ReportError) {
    try amount.add(moved)
    try split.add(BookAmount(entry.amount, isApproved: entry.isApproved))
  }
}

extension CashAndBank {
  fileprivate var isMoved: Bool { self != .zero }
}

extension ReceiptsAndPayments {
  package var table: BookTable {
    BookTable(
      .receiptsTitle,
      [
        .init(.code, .number), .init(.account, .text), .init(.contra, .text),
        .init(.cash, .money), .init(.bank, .money), .init(.unapproved, .money),
      ],
      [
        .init(.opening, [.empty, .label(.opening), .empty] + opening.cells + [.empty]),
        .init(.heading, [.empty, .label(.receipts)] + .empty(4)),
      ] + receipts.map(\.row) + [
        .init(.subtotal, [.empty, .label(.total), .empty] + receiptsTotal.cells + [.empty]),
        .init(.heading, [.empty, .label(.payments)] + .empty(4)),
      ] + payments.map(\.row) + [
        .init(.subtotal, [.empty, .label(.total), .empty] + paymentsTotal.cells + [.empty])
      ],
      totals: [.empty, .label(.closing), .empty] + closing.cells + [.empty])
  }
}

extension ReceiptsAndPayments.Line {
  fileprivate var row: BookTable.Row {
    .init(
      .line,
      [
        .code(head), .account(head), .mark(.contraMark, if: isContra), .money(amount.cash),
        .money(amount.bank), .money(unapproved),
      ])
  }
}
