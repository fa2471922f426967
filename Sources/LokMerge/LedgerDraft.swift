package import LokBooks

/// Balances with a set's lines on top, summed before anything is written. Each balance is read once.
///
/// They stand in the order in which they came up.
package struct LedgerDraft: Sendable {
  private struct Sum {
    let key: BalanceKey
    let stored: Paise
    var change: Paise
  }
  private var sums: [Sum] = []
  private var places = PlaceTable()

  /// What the lines have moved, as it stands after them.
  package var moved: [Balance] {
    sums.map { Balance(key: $0.key, sum: $0.stored.adding($0.change) ?? $0.stored) }
  }

  package init() {}

  /// - Returns: the account whose sum would leave the range, else nil.
  package mutating func post(
    _ line: LedgerLine, in cbo: RecordID, over balance: (BalanceKey) throws -> Paise
  ) rethrows -> Account? {
    // In place: with a copy of the sums for each line, a long meeting took the square of its length.
    for movement in LedgerLine.movements {
      guard let (key, change) = line.movement(movement, in: cbo) else { continue }
      guard try add(change, to: key, over: balance) else {
        // A line is posted whole or not at all; what was just added is in range when it is taken away.
        for earlier in (0..<movement).reversed() {
          guard let (key, change) = line.movement(earlier, in: cbo), let place = place(of: key),
            let sum = sums[place].change.subtracting(change)
          else { continue }
          sums[place].change = sum
        }
        return key.account
      }
    }
    return nil
  }

  /// False where a sum would leave the range; then nothing has changed.
  private mutating func add(
    _ change: Paise, to key: BalanceKey, over balance: (BalanceKey) throws -> Paise
  ) rethrows -> Bool {
    guard let place = place(of: key) else {
      let stored = try balance(key)
      guard stored.adding(change) != nil else { return false }
      append(Sum(key: key, stored: stored, change: change))
      return true
    }
    guard let sum = sums[place].change.adding(change), sums[place].stored.adding(sum) != nil else {
      return false
    }
    sums[place].change = sum
    return true
  }

  /// The balance as it will be. Sums were checked when they were posted.
  package func balance(_ key: BalanceKey, over stored: () throws -> Paise) rethrows -> Paise {
    guard let place = place(of: key) else { return try stored() }
    return sums[place].stored.adding(sums[place].change) ?? sums[place].stored
  }

  private func place(of key: BalanceKey) -> Int? {
    places.place(of: key.word) { sums[$0].key == key }
  }

  private mutating func append(_ sum: Sum) {
    sums.append(sum)
    places.append(sum.key.word) { sums[$0].key.word }
  }
}

/// A balance and what it comes to.
package struct Balance: Hashable, Sendable {
  package var key: BalanceKey
  package var sum: Paise
  package init(key: BalanceKey, sum: Paise) {
    self.key = key
    self.sum = sum
  }
}
