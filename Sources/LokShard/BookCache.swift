import LokBooks
import LokMerge

/// Records and balances that one transaction has read or written: a meeting names its members in line after
/// line, its judge and its apply ask for the same balances, and the meetings of one group come together.
///
/// True between calls: what stands here is what the file holds, the running transaction's writes included,
/// and balances that are ahead of it (`isChanged`). Whoever takes writes back forgets everything here. Of one
/// transaction only: it needs no bound but the transaction's own.
final class BookCache {
  private var records = Records()
  private var sums = Sums()

  func record(_ id: RecordID) -> StoredRecord? { records.record(id) }
  func balance(_ key: BalanceKey) -> Paise? { sums.sum(of: key) }

  func keep(_ record: StoredRecord) { records.keep(record) }
  func keep(_ sum: Paise, _ key: BalanceKey) { sums.keep(Balance(key: key, sum: sum), isChanged: false) }
  func change(_ moved: [Balance]) { for balance in moved { sums.keep(balance, isChanged: true) } }

  /// What has to be written: the caller does so now.
  func takeChanged() -> [Balance] { sums.takeChanged() }

  func forget() {
    records = Records()
    sums = Sums()
  }
}

private struct Records {
  private var records: [StoredRecord] = []
  private var places = PlaceTable()

  func record(_ id: RecordID) -> StoredRecord? { place(of: id).map { records[$0] } }

  mutating func keep(_ record: StoredRecord) {
    if let place = place(of: record.id) {
      records[place] = record
    } else {
      records.append(record)
      places.append(record.id.rawValue) { records[$0].id.rawValue }
    }
  }

  private func place(of id: RecordID) -> Int? {
    places.place(of: id.rawValue) { records[$0].id.rawValue == id.rawValue }
  }
}

private struct Sums {
  private struct Sum {
    var balance: Balance
    var isChanged: Bool
  }
  private var sums: [Sum] = []
  private var places = PlaceTable()

  func sum(of key: BalanceKey) -> Paise? { place(of: key).map { sums[$0].balance.sum } }

  mutating func keep(_ balance: Balance, isChanged: Bool) {
    let sum = Sum(balance: balance, isChanged: isChanged)
    if let place = place(of: balance.key) {
      sums[place] = sum
    } else {
      sums.append(sum)
      places.append(balance.key.word) { sums[$0].balance.key.word }
    }
  }

  mutating func takeChanged() -> [Balance] {
    var changed: [Balance] = []
    for place in sums.indices where sums[place].isChanged {
      sums[place].isChanged = false
      changed.append(sums[place].balance)
    }
    return changed
  }

  private func place(of key: BalanceKey) -> Int? {
    places.place(of: key.word) { sums[$0].balance.key == key }
  }
}
