import LokBooks
import LokMerge

/// Records and balances that one transaction has read or written: a meeting names its members in line after
/// line, its judge and its apply ask for the same balances, and the meetings of one group come together.
///
/// True between calls: what stands here is what the file holds, the running transaction's writes included,
/// and balances that are ahead of it (`isChanged`). Whoever takes writes back forgets everything here. Of one
/// transaction only: it needs no bound but the transaction's own.
final class BookCache {
  private struct Sum {
    var paise: Paise
    var isChanged: Bool
  }
  private var records: [RecordID: StoredRecord] = [:]
  private var balances: [BalanceKey: Sum] = [:]

  func record(_ id: RecordID) -> StoredRecord? { records[id] }
  func balance(_ key: BalanceKey) -> Paise? { balances[key]?.paise }

  func keep(_ record: StoredRecord) { records[record.id] = record }
  func keep(_ balance: Paise, _ key: BalanceKey) { balances[key] = Sum(paise: balance, isChanged: false) }

  func change(_ moved: [Balance]) {
    for balance in moved { balances[balance.key] = Sum(paise: balance.sum, isChanged: true) }
  }

  /// What has to be written: the caller does so now.
  func takeChanged() -> [Balance] {
    var changed: [Balance] = []
    for place in balances.indices where balances.values[place].isChanged {
      balances.values[place].isChanged = false
      changed.append(Balance(key: balances.keys[place], sum: balances.values[place].paise))
    }
    return changed
  }

  func forget() {
    records.removeAll()
    balances.removeAll()
  }
}
