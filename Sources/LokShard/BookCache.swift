import LokBooks
import LokMerge

/// Records and balances that one transaction has read or written: a meeting names its members in line after
/// line, its judge and its apply ask for the same balances, and the meetings of one group come together.
///
/// True between calls: what stands here is what the file holds, the running transaction's writes included.
/// Whoever takes writes back forgets everything here. Of one transaction only: it needs no bound but the
/// transaction's own.
final class BookCache {
  private var records: [RecordID: StoredRecord] = [:]
  private var balances: [BalanceKey: Paise] = [:]

  func record(_ id: RecordID) -> StoredRecord? { records[id] }
  func balance(_ key: BalanceKey) -> Paise? { balances[key] }

  func keep(_ record: StoredRecord) { records[record.id] = record }
  func keep(_ balance: Paise, _ key: BalanceKey) { balances[key] = balance }

  func forget() {
    records.removeAll()
    balances.removeAll()
  }
}
