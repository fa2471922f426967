package import LokBooks
package import LokText

/// A book on its way to paper: the same table as text, as CSV and as JSON.
package struct PrintedBook {
  let query: BookQuery
  /// Nil = the whole block.
  let cbo: RecordID?
  let title: String?
  let table: BookTable
  let stamp: BookStamp
  let names: [RecordID: String]
  /// The last day that the books know: what a book without a period is as of.
  let lastDay: Day?
  let messages: Messages

  package init(
    _ query: BookQuery, _ cbo: RecordID?, title: String?, _ table: BookTable, _ stamp: BookStamp,
    names: [RecordID: String] = [:], lastDay: Day? = nil, in messages: Messages = Speech.messages
  ) {
    self.lastDay = lastDay
    self.query = query
    self.cbo = cbo
    self.title = title
    self.table = table
    self.stamp = stamp
    self.names = names
    self.messages = messages
  }

  /// Title, table and stamp; figures stand to the right under their headings.
  package var text: String {
    var lines = Table(
      table.columns.map { .init(messages.text($0.key), $0.alignment == .trailing ? .right : .left) })
    for row in rows { lines.append(row.cells.map { text(of: $0) }) }
    return [heading, lines.text, stampText].joined(separator: "\n\n")
  }

  /// Titles, periods and stamps are not among the values: a spreadsheet gets headings and rows.
  package var csv: String {
    let headings = table.columns.map { CSVField.text(messages.text($0.key)) }
    return ([headings] + rows.map { $0.cells.map { csvField(of: $0) } })
      .map { $0.joined(separator: ",") }.joined(separator: "\r\n")
  }

  private var rows: [BookTable.Row] { table.rows + [table.totals].compactMap { $0 } }

  private var heading: String {
    let period: String? =
      switch query.period {
      case .everything: lastDay.map { "… \($0)" }
      case .untilDay(let day): "… \(day)"
      case .untilMeeting(let number): "… #\(number)"
      case .month(let month): month.description
      case .year(let year): year.description
      }
    let whose = query.member.map { name(of: $0) } ?? query.loan?.description
    let group =
      "\(cbo?.description ?? messages.text(BookText.block)) \(title.map { Printable.text($0) } ?? "")"
    let parts = [messages.text(table.title), group, whose, period]
    return parts.compactMap { $0 }.joined(separator: " · ")
  }

  /// `as of seq 41, chain 9f2c01ab, unapproved ₹310.00, set aside ₹0.00`; of many groups' books without
  /// chain.
  package var stampText: String {
    [
      messages.text(BookText.stampSeq, [.number(Int(clamping: stamp.seq.rawValue))]),
      stamp.chain.map { messages.text(BookText.stampChain, [.text($0)]) },
      messages.text(BookText.stampUnapproved, [.money(stamp.unapproved)]),
      messages.text(BookText.stampSetAside, [.money(stamp.setAside)]),
    ].compactMap { $0 }.joined(separator: ", ")
  }

  private func name(of record: RecordID) -> String {
    names[record].map { "\(record) \(Printable.text($0))" } ?? record.description
  }

  private func text(of cell: BookTable.Cell) -> String {
    switch cell {
    case .empty: ""
    case .text(let text): Printable.text(text)
    case .label(let key): messages.text(key)
    case .account(let account):
      account.name == nil ? "\(account.rawValue)" : messages.text(AccountKey(account))
    case .kind(let value): EntryKind(rawValue: value).map { messages.text(EntryKindKey($0)) } ?? "\(value)"
    case .record(let record): name(of: record)
    case .day(let day): day.description
    case .number(let number): "\(number)"
    case .basisPoints(let value): "\(Self.decimal(value)) %"
    case .paise(let paise): Rupees.text(paise)
    }
  }

  /// Money without sign and grouping, so that a spreadsheet can reckon with it.
  private func csvField(of cell: BookTable.Cell) -> String {
    switch cell {
    case .paise(let paise): Self.decimal(paise.rawValue)
    case .number(let number): "\(number)"
    case .basisPoints(let value): Self.decimal(value)
    default: CSVField.text(text(of: cell))
    }
  }

  private static func decimal(_ hundredths: Int64) -> String {
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// One field of a CSV line, harmless to the spreadsheet that opens it.
package enum CSVField {
  /// A text that a spreadsheet would take for a formula gets an apostrophe; control characters become spaces.
  package static func text(_ text: String) -> String {
    var field = Printable.text(text)
    if let first = field.first, "=+-@".contains(first) { field = "'" + field }
    guard field.contains(where: { ",\"".contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
