package import LokBooks
import LokMerge
import LokWire

/// What a phone needs to go on with one CBO's books without its history: all that apply reads, all that
/// judge reads of what is open, and the journal since the third meeting from the end.
///
/// A function of the CBO's journal alone: the same on every server, for every device, and as long as no set
/// is added to the CBO. With a short history (`floor` 0) the journal is the whole of it and there is no
/// state beside it: whoever takes it up applies the sets.
package struct CboSnapshot: Hashable, Sendable {
  package let cbo: RecordID
  /// The CBO's last set.
  package let seq: Seq
  /// 32 bytes: the CBO's chain there.
  package let chain: [UInt8]
  /// The last set that is not among `journal`'s unbroken end; 0 = nothing is left out.
  package let floor: Seq
  /// 32 bytes: the chain at `floor`.
  let floorChain: [UInt8]
  /// Ascending by seq: older sets that may still be decided about, then all above `floor`.
  let journal: [JournalRow]
  /// Ascending by id.
  let records: [StoredRecord]
  /// In the order of `SnapshotTable.all`.
  let tables: [[SnapshotTable.Column]]

  var isWholeHistory: Bool { floor == .zero }
}

/// A table of the books of which a snapshot takes rows as they are. The group itself is not among the
/// columns: it is the same in every row.
struct SnapshotTable: Sendable {
  enum Kind: Sendable { case integer, text, bytes }

  enum Column: Hashable, Sendable {
    case integers([Int64?])
    /// Texts are their UTF-8.
    case blobs([[UInt8]?])

    var count: Int {
      switch self {
      case .integers(let values): values.count
      case .blobs(let values): values.count
      }
    }
  }

  let name: String
  let columns: [(name: String, kind: Kind)]
  /// A condition on rows of `?1`, the CBO, beyond belonging to it; `?2` is the floor.
  let condition: String
  let order: String

  private static func integers(_ names: String) -> [(name: String, kind: Kind)] {
    names.split(separator: " ").map { (String($0), .integer) }
  }

  /// A meeting is shown or decided about in full where its set goes along; of older ones only those by which
  /// an open loan was paid.
  private static let openLoans =
    "SELECT sub_ledger FROM balance JOIN loan ON loan.id = sub_ledger WHERE balance.cbo = ?1 AND paise != 0"

  static let all = [
    SnapshotTable(
      name: "balance", columns: integers("account sub_ledger paise"), condition: "1",
      order: "account, sub_ledger"),
    SnapshotTable(
      name: "membership", columns: integers("seq parent since_day until_day"), condition: "1", order: "seq"),
    SnapshotTable(
      name: "set_aside",
      columns: integers("seq idx word reason record meeting_number received") + [("arguments", .text)],
      condition: "1", order: "seq, idx"),
    SnapshotTable(
      name: "meeting",
      columns: integers("id seq number day type opening_cash_paise closing_cash_paise standing"),
      condition: """
        (seq > ?2 OR standing = 1 OR id IN (SELECT meeting FROM entry WHERE cbo = ?1 AND posted
          AND loan IN (\(openLoans))))
        """, order: "seq, id"),
    SnapshotTable(
      name: "entry",
      columns: integers(
        "meeting id seq day kind amount_paise debit_account credit_account member loan bank_account reverses "
          + "posted") + [("remark", .text)],
      condition: """
        posted AND seq <= ?2 AND seq NOT IN (SELECT seq FROM meeting WHERE cbo = ?1 AND standing = 1)
          AND loan IN (\(openLoans))
        """, order: "seq, id"),
  ]
}
