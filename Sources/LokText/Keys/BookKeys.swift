package import LokBooks

/// Titles, headings, labels and marks of the books.
extension BookText: MessageKey {}

/// An account of the chart, by its name in the books: `account.1001`.
package struct AccountKey: MessageKey {
  private let account: Account
  package init(_ account: Account) { self.account = account }
  package static var allCases: [Self] { Account.chart.map { Self($0.account) } }
  package var name: String { "account.\(account.rawValue)" }
}

/// What a line of the cash book was: `entry.loanGiven`.
package struct EntryKindKey: MessageKey {
  private let kind: EntryKind
  package init(_ kind: EntryKind) { self.kind = kind }
  package static var allCases: [Self] { EntryKind.allCases.map { Self($0) } }
  package var name: String { "entry.\(kind)" }
}
