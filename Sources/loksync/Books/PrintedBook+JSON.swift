import LokBooks

extension PrintedBook {
  /// For machines: keys instead of headings, money in paise, ids as texts.
  struct JSON: Encodable {
    struct Column: Encodable {
      let key: String
      let kind: String
    }
    struct Row: Encodable {
      let role: String
      let cells: [Value]
    }
    struct Stamp: Encodable {
      let seq: UInt64
      /// Left out where there is no single one.
      let chain: String?
      let unapprovedPaise: Int64
      let setAsidePaise: Int64
    }
    let book: String
    /// Left out for a whole block.
    let cbo: String?
    let columns: [Column]
    let rows: [Row]
    let totals: Row?
    let stamp: Stamp
  }

  enum Value: Encodable {
    case null
    case integer(Int64)
    case text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .null: try container.encodeNil()
      case .integer(let value): try container.encode(value)
      case .text(let text): try container.encode(text)
      }
    }
  }

  var json: JSON {
    JSON(
      book: query.name.rawValue, cbo: cbo?.description,
      columns: table.columns.map { .init(key: $0.key.rawValue, kind: "\($0.kind)") },
      rows: table.rows.map(row), totals: table.totals.map(row),
      stamp: .init(
        seq: stamp.seq.rawValue, chain: stamp.chain, unapprovedPaise: stamp.unapproved.rawValue,
        setAsidePaise: stamp.setAside.rawValue))
  }

  private func row(_ row: BookTable.Row) -> JSON.Row {
    .init(role: "\(row.role)", cells: row.cells.map(Self.value))
  }

  private static func value(of cell: BookTable.Cell) -> Value {
    switch cell {
    case .empty: .null
    case .text(let text): .text(text)
    case .label(let key): .text(key.rawValue)
    case .account(let account): .integer(Int64(account.rawValue))
    case .kind(let kind): EntryKind(rawValue: kind).map { .text($0.text) } ?? .integer(kind)
    case .record(let record): .text(record.description)
    case .day(let day): .text(day.description)
    case .number(let number): .integer(number)
    case .basisPoints(let value): .integer(value)
    case .paise(let paise): .integer(paise.rawValue)
    }
  }
}
