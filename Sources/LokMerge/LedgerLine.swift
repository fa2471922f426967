package import LokBooks

/// One balanced line as it moves the books: a debit and a credit account, and whose share of them moves.
package struct LedgerLine: Hashable, Sendable {
  /// A member's, a loan's or a bank account's part of an account.
  package struct Share: Hashable, Sendable {
    package var account: Account
    package var record: RecordID
  }
  package var debit: Account
  package var credit: Account
  package var amount: Paise
  /// At most one for each side; as two values, since a list would be memory of its own for every line.
  package var firstShare: Share?
  package var secondShare: Share?

  /// As the entry posts; a reversal the other way round. Nil where it names no kind, no amount, or lacks an
  /// account that it has to name.
  package init?(_ entry: Patch) {
    guard let kind = entry.integer(EntryField.kind).flatMap({ EntryKind(rawValue: $0) }),
      let amount = entry.paise(EntryField.amountPaise), let sides = Self.sides(of: kind, entry)
    else { return nil }
    self.amount = amount
    (debit, credit) = sides
    let own = { (account: Account) in
      Self.record(of: account.party, in: entry).map { Share(account: account, record: $0) }
    }
    firstShare = own(debit)
    secondShare = own(credit)
    if entry.record(EntryField.reverses) != nil { self = reversed }
  }

  /// The accounts of an entry that is no reversal.
  private static func sides(of kind: EntryKind, _ entry: Patch) -> (Account, Account)? {
    if let posting = Posting.of(kind) { return (posting.debit, posting.credit) }
    let debit = kind == .openingCredit ? .openingDifference : account(entry, EntryField.debitAccount)
    let credit = kind == .openingDebit ? .openingDifference : account(entry, EntryField.creditAccount)
    guard let debit, let credit else { return nil }
    return (debit, credit)
  }

  /// The record that an entry names for a party of its accounts.
  package static func record(of party: Account.Party?, in entry: Patch) -> RecordID? {
    switch party {
    case .member: entry.record(EntryField.member)
    case .loan, .lendersLoan, .owedLoan: entry.record(EntryField.loan)
    case .bankAccount: entry.record(EntryField.bankAccount)
    case nil: nil
    }
  }

  /// The same line the other way round.
  package var reversed: LedgerLine {
    var line = self
    (line.debit, line.credit) = (credit, debit)
    return line
  }

  package static func account(_ entry: Patch, _ field: UInt32) -> Account? {
    entry.integer(field).flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : Account(rawValue: $0) }
  }

  /// Its movements, debit positive: two, and one for each share.
  static let movements = 0..<4

  /// Nil where the line has no such share.
  func movement(_ place: Int, in cbo: RecordID) -> (key: BalanceKey, change: Paise)? {
    let minus = Paise(0 &- amount.rawValue)
    switch place {
    case 0: return (BalanceKey(cbo: cbo, account: debit), amount)
    case 1: return (BalanceKey(cbo: cbo, account: credit), minus)
    default:
      return (place == 2 ? firstShare : secondShare).map { share in
        let key = BalanceKey(cbo: cbo, account: share.account, subLedger: share.record)
        return (key, share.account == debit ? amount : minus)
      }
    }
  }
}
