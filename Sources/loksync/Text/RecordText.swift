import LokBooks
import LokDevice
package import LokShard
import LokText

/// Rows of the books with their values as people write them: rupees, dates, ids, names of kinds.
package enum RecordText {
  package static func table(
    _ rows: [[(column: String, value: String)]], of table: ShardInspector.Table
  ) -> String {
    guard let columns = rows.first?.map(\.column) else { return "No rows" }
    var text = Table(columns.map { .init(heading($0), isNumber($0) ? .right : .left) })
    for row in rows { text.append(row.map { cell($0.column, $0.value, of: table) }) }
    return text.text + "\n\(Count.text(Int64(rows.count))) row\(rows.count == 1 ? "" : "s")"
  }

  /// The row for machines: what the file holds as a number stays one, what is empty is null.
  static func json(_ row: [(column: String, value: String)]) -> [String: JSONCell] {
    Dictionary(
      row.map { ($0.column, JSONCell($0.column, $0.value)) }, uniquingKeysWith: { first, _ in first })
  }

  enum JSONCell: Encodable {
    case null
    case integer(Int64)
    case text(String)

    private static let words: Set = ["name", "gram_panchayat", "remark", "purpose"]

    init(_ column: String, _ value: String) {
      if value.isEmpty {
        self = .null
      } else if !Self.words.contains(column), let number = Int64(value) {
        self = .integer(number)
      } else {
        self = .text(value)
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .null: try container.encodeNil()
      case .integer(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  private static func heading(_ column: String) -> String {
    let words = column.hasSuffix("_paise") ? String(column.dropLast(6)) : column
    return words.split(separator: "_").joined(separator: " ").uppercased()
  }

  private static func isNumber(_ column: String) -> Bool {
    column.hasSuffix("_paise") || ["paise", "number", "seq", "instalments"].contains(column)
  }

  /// What the file holds as numbers with a meaning; everything else stands as it is.
  private static func cell(_ column: String, _ value: String, of table: ShardInspector.Table) -> String {
    guard let number = Int64(value) else { return Printable.text(value) }
    if column == "paise" || column.hasSuffix("_paise") { return Rupees.text(Paise(number)) }
    switch (table, column) {
    case (_, "sub_ledger") where number == 0: return ""
    case (_, "account"), (_, "debit_account"), (_, "credit_account"):
      return UInt32(exactly: number).flatMap { Account(rawValue: $0).name }.map { "\(value) \($0)" } ?? value
    case (.entry, "kind"): return EntryKind(rawValue: number)?.text ?? value
    case (.cbo, "tier"): return Tier(rawValue: number)?.name ?? value
    case (.meeting, "type"): return MeetingDraft.Kind(rawValue: number).map { "\($0)" } ?? value
    case (_, "posted"), (_, "present"): return number == 0 ? "no" : "yes"
    case (_, "annual_rate_basis_points"): return "\(Double(number) / 100) %"
    default: return value
    }
  }
}
