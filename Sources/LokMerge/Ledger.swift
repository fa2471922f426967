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

/// Balances with a set's lines on top, summed before anything is written. Each balance is read once.
package struct LedgerDraft: Sendable {
  private struct Sum {
    let stored: Paise
    var change = Paise.zero
  }
  private var sums: [BalanceKey: Sum] = [:]

  /// What the lines have moved, by balance.
  package var changes: [BalanceKey: Paise] { sums.mapValues(\.change) }

  package init() {}

  /// - Returns: the account whose sum would leave the range, else nil.
  package mutating func post(
    _ line: LedgerLine, in cbo: RecordID, over balance: (BalanceKey) throws -> Paise
  ) rethrows -> Account? {
    // In place: with a copy of the sums for each line, a long meeting took the square of its length.
    for place in LedgerLine.movements {
      guard let movement = line.movement(place, in: cbo) else { continue }
      guard try add(movement.change, to: movement.key, over: balance) else {
        // A line is posted whole or not at all; what was just added is in range when it is taken away.
        for earlier in (0..<place).reversed() {
          guard let (key, change) = line.movement(earlier, in: cbo),
            let sum = sums[key]?.change.subtracting(change)
          else { continue }
          sums[key]?.change = sum
        }
        return movement.key.account
      }
    }
    return nil
  }

  /// False where a sum would leave the range; then nothing has changed.
  private mutating func add(
    _ change: Paise, to key: BalanceKey, over balance: (BalanceKey) throws -> Paise
  ) rethrows -> Bool {
    guard let place = sums.index(forKey: key) else {
      let stored = try balance(key)
      guard stored.adding(change) != nil else { return false }
      sums[key] = Sum(stored: stored, change: change)
      return true
    }
    guard let sum = sums.values[place].change.adding(change), sums.values[place].stored.adding(sum) != nil
    else { return false }
    sums.values[place].change = sum
    return true
  }

  /// The balance as it will be. Sums were checked when they were posted.
  package func balance(_ key: BalanceKey, over stored: () throws -> Paise) rethrows -> Paise {
    guard let sum = sums[key] else { return try stored() }
    return sum.stored.adding(sum.change) ?? sum.stored
  }
}
