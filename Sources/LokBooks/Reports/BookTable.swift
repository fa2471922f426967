/// A report as columns and rows, from which text, CSV and JSON are written elsewhere. Holds values, not
/// words: headings are keys, and accounts, kinds and members are named by whoever knows the language.
///
/// Every row and the totals have exactly one cell for each column.
package struct BookTable: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable { case leading, trailing }

  package struct Column: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case text, day, number, money
      /// A count, a share or money: each cell says which.
      case figure
    }

    package let key: BookText
    package let kind: Kind
    package var alignment: Alignment {
      switch kind {
      case .text, .day: .leading
      case .number, .money, .figure: .trailing
      }
    }

    package init(_ key: BookText, _ kind: Kind) {
      self.key = key
      self.kind = kind
    }
  }

  package enum Cell: Hashable, Sendable {
    case empty
    /// As somebody wrote it: a remark, the digits of a hash.
    case text(String)
    case label(BookText)
    case account(Account)
    /// A value of `EntryKind`, known or not.
    case kind(Int64)
    case record(RecordID)
    case day(Day)
    case number(Int64)
    /// Hundredths of a percent: 8750 is 87.50 %.
    case basisPoints(Int64)
    case paise(Paise)

    /// An empty cell for no money: a cash book shows a figure on the side where money moved.
    static func money(_ paise: Paise) -> Cell { paise == .zero ? .empty : .paise(paise) }
    static func record(_ id: RecordID?) -> Cell { id.map { .record($0) } ?? .empty }
    static func text(_ text: String?) -> Cell { text.map { .text($0) } ?? .empty }
    static func mark(_ key: BookText, if isSet: Bool) -> Cell { isSet ? .label(key) : .empty }
    static func code(_ account: Account) -> Cell { .number(Int64(account.rawValue)) }
  }

  package struct Row: Hashable, Sendable {
    /// What kind of line it is, so that a screen can set it off.
    package enum Role: Hashable, Sendable { case heading, opening, line, subtotal, closing }
    package let role: Role
    package let cells: [Cell]

    init(_ role: Role = .line, _ cells: [Cell]) {
      self.role = role
      self.cells = cells
    }
  }

  package let title: BookText
  package let columns: [Column]
  package let rows: [Row]
  /// Nil where the columns hold nothing that adds up.
  package let totals: Row?

  init(_ title: BookText, _ columns: [Column], _ rows: [Row], totals: [Cell]? = nil) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.totals = totals.map { Row(.subtotal, $0) }
  }
}

/// A report that can be written as one table.
package protocol BookReport: Hashable, Sendable {
  var table: BookTable { get }
}

extension BookAmount {
  /// Approved, unapproved, total.
  var cells: [BookTable.Cell] { [.paise(approved), .paise(unapproved), .paise(total)] }
}

extension [BookTable.Cell] {
  static func empty(_ count: Int) -> Self { Self(repeating: .empty, count: count) }
}
