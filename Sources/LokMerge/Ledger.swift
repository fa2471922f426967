package import LokBooks

/// One balanced line as it moves the books: a debit and a credit account, and whose share one side is.
package struct LedgerLine: Hashable, Sendable {
  package var debit: Account
  package var credit: Account
  package var amount: Paise
  /// The account whose sub-ledger it moves, and the member or loan.
  package var subLedger: (account: Account, record: RecordID)? {
    subAccount.flatMap { account in subRecord.map { (account, $0) } }
  }
  private var subAccount: Account?
  private var subRecord: RecordID?

  /// Nil where the entry names no kind, no amount, or a free voucher lacks a side.
  package init?(_ entry: Patch) {
    guard let kind = entry.integer(EntryField.kind).flatMap({ EntryKind(rawValue: $0) }),
      let amount = entry.paise(EntryField.amountPaise)
    else { return nil }
    self.amount = amount
    guard let posting = Posting.of(kind) else {
      guard let debit = Self.account(entry, EntryField.debitAccount),
        let credit = Self.account(entry, EntryField.creditAccount)
      else { return nil }
      self.debit = debit
      self.credit = credit
      return
    }
    debit = posting.debit
    credit = posting.credit
    switch posting.subLedger {
    case .none: break
    case .member(let account):
      subAccount = account
      subRecord = entry.record(EntryField.member)
    case .loan(let account), .foreignLoan(let account):
      subAccount = account
      subRecord = entry.record(EntryField.loan)
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

  /// Its movements, debit positive: two, or three with a sub-ledger.
  package func movements(in cbo: RecordID) -> [(key: BalanceKey, change: Paise)] {
    let minus = Paise(0 &- amount.rawValue)
    var all = [
      (BalanceKey(cbo: cbo, account: debit), amount), (BalanceKey(cbo: cbo, account: credit), minus),
    ]
    if let (account, record) = subLedger {
      let key = BalanceKey(cbo: cbo, account: account, subLedger: record)
      all.append((key, account == debit ? amount : minus))
    }
    return all
  }
}

/// Balances with a set's lines on top, summed before anything is written.
package struct LedgerDraft: Sendable {
  package private(set) var changes: [BalanceKey: Paise] = [:]

  package init() {}

  /// - Returns: the account whose sum would leave the range, else nil.
  package mutating func post(
    _ line: LedgerLine, in cbo: RecordID, over balance: (BalanceKey) throws -> Paise
  ) rethrows -> Account? {
    var next = changes
    for (key, change) in line.movements(in: cbo) {
      guard let sum = (next[key] ?? .zero).adding(change), try balance(key).adding(sum) != nil else {
        return key.account
      }
      next[key] = sum
    }
    changes = next
    return nil
  }

  /// The balance as it will be. Sums were checked when they were posted.
  package func balance(_ key: BalanceKey, over stored: Paise) -> Paise {
    stored.adding(changes[key] ?? .zero) ?? stored
  }
}
