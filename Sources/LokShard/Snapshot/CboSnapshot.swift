package import LokBooks
import LokMerge
package import LokWire

/// What a phone needs to go on with one CBO's books without its history: all that apply reads, all that
/// judge reads of what is open, and the last three meetings.
///
/// A function of the CBO's journal alone: the same on every server, for every device, and as long as no set
/// is added to the CBO. A short history goes along whole and has no state beside it: whoever takes it up
/// applies the sets.
package struct CboSnapshot: Hashable, Sendable {
  package let cbo: RecordID
  /// The CBO's last set.
  package let seq: Seq
  /// 32 bytes: the CBO's chain there; of a preview the start value.
  package let chain: [UInt8]
  package let extent: Extent
  /// Ascending by seq: the sets that are shown or may still be decided about, or all of them.
  let journal: [JournalRow]
  /// Ascending by id.
  let records: [StoredRecord]
  /// In the order of `SnapshotTable.all`.
  let tables: [[SnapshotTable.Column]]

  package enum Extent: UInt64, Sendable {
    /// All that apply reads.
    case state = 0
    /// Nothing is left out of `journal`.
    case wholeHistory = 1
    /// What a meeting takes, to look at and to write on until the rest is here. Nothing is applied to it.
    case preview = 2
  }

  /// Nothing is left out of `journal`.
  package var isWholeHistory: Bool { extent == .wholeHistory }

  /// The sets that go along, ascending.
  package var sets: [StoredSet] {
    journal.map { StoredSet(envelope: $0.envelope, verdicts: $0.verdicts, bytes: $0.changes) }
  }

  /// A clock that has seen all of it stands no lower.
  package var latestHLC: HybridTime {
    max(
      journal.map(\.envelope.hlc).max() ?? .zero,
      records.lazy.flatMap { $0.fields.map(\.hlc) }.max() ?? .zero)
  }
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
  /// On rows of `?1`, the CBO.
  let condition: String
  let order: String
  /// Its rows name their group.
  var namesGroup = true

  private static func integers(_ names: String) -> [(name: String, kind: Kind)] {
    names.split(separator: " ").map { (String($0), .integer) }
  }

  /// The sets that go along: the last meetings, and whatever may still be decided about.
  static let sets = """
    SELECT seq FROM (SELECT seq FROM meeting WHERE cbo = ?1 AND standing != 3 ORDER BY number DESC LIMIT 3)
    UNION SELECT seq FROM meeting WHERE cbo = ?1 AND standing = 1
    UNION SELECT seq FROM set_aside WHERE cbo = ?1
    """

  /// Of meetings whose set does not go along, those by which an open loan was paid.
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
        (seq IN (\(sets)) OR standing != 3 AND id IN (SELECT meeting FROM entry WHERE cbo = ?1 AND posted
          AND loan IN (\(openLoans))))
        """, order: "seq, id"),
    SnapshotTable(
      name: "entry",
      columns: integers(
        "meeting id seq day kind amount_paise debit_account credit_account member loan bank_account reverses "
          + "posted") + [("remark", .text)],
      condition: """
        posted AND seq NOT IN (\(sets)) AND loan IN (\(openLoans))
        """, order: "seq, id"),
    SnapshotTable(
      name: "resolved", columns: integers("target_seq idx seq word"),
      condition: "target_seq IN (\(sets))", order: "target_seq, idx", namesGroup: false),
  ]
}
