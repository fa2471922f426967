import LokBooks
import LokSQLite
import LokWire

/// A block's books as somebody adds them up who has only the journal: which sets count follows from their
/// verdicts and resolutions, and each line is posted by a table of this file. It shares no rule with
/// `LokMerge`: numbers are those of the contract and of the chart of accounts, written out.
struct ModelBooks {
  struct Key: Hashable, Comparable, CustomStringConvertible {
    var cbo: RecordID
    var account: Int64
    /// 0 = the control account.
    var share: UInt64 = 0
    var description: String { "\(cbo) \(account) \(RecordID(rawValue: share))" }
    static func < (a: Self, b: Self) -> Bool {
      (a.cbo, a.account, a.share) < (b.cbo, b.account, b.share)
    }
  }

  /// A set of the journal and what has become of it.
  struct Kept {
    let seq: Seq
    let set: ChangeSet
    var counts: Bool
    /// The whole set waits or is flagged.
    var isOpen: Bool
    /// It counted, or could have, and a checker said no.
    var isRejected = false
    /// Changes of which a field is under review.
    var reviews: Set<UInt32>

    var number: Int64 { self.set.changes[0].patch.integer(1) ?? 0 }
    var day: Int64 { self.set.changes[0].patch.integer(2) ?? 0 }
    var entries: [Change] { self.set.changes.filter { $0.entity.rawValue == 6 } }
  }

  private(set) var sets: [Seq: Kept] = [:]
  private var head: Int64 = 0

  /// Reads on in the journal.
  mutating func read(_ connection: Connection) throws {
    let rows = try connection.statement(
      "SELECT seq, kind, verdicts, changes FROM journal WHERE seq > ? AND cbo IS NOT NULL ORDER BY seq"
    ).bind(head).all { (seq: $0.integer(0), kind: $0.integer(1), verdicts: $0.bytes(2), bytes: $0.bytes(3)) }
    for row in rows {
      head = row.seq
      if row.kind == 1 {
        try keep(Seq(UInt64(row.seq)), try ChangeSet(decoding: row.bytes), Verdicts(decoding: row.verdicts))
      } else if row.kind == 2 {
        resolve(try ResolutionSet.decode(row.bytes).resolution)
      }
    }
  }

  private mutating func keep(_ seq: Seq, _ set: ChangeSet, _ verdicts: Verdicts) throws {
    let whole = verdicts.whole?.word ?? .accepted
    let isMeeting = set.kind == .meeting
    sets[seq] = Kept(
      seq: seq, set: set, counts: isMeeting && (whole == .accepted || whole == .merged),
      isOpen: isMeeting && (whole == .waiting || whole == .flagged),
      reviews: Set(verdicts.changes.filter { $0.word == .review }.compactMap(\.index)))
  }

  private mutating func resolve(_ resolution: Resolution) {
    guard var kept = sets[resolution.target] else { return }
    if let index = resolution.index {
      kept.reviews.remove(index)
    } else {
      let word = resolution.verdict.word
      kept.counts = word == .accepted || word == .merged
      kept.isOpen = word == .waiting || word == .flagged
      kept.isRejected = word == .refused
    }
    sets[resolution.target] = kept
  }

  /// What counts, in the order of meetings.
  func meetings(of cbo: RecordID) -> [Kept] {
    sets.values.filter { $0.counts && $0.set.cbo == cbo }.sorted { $0.number < $1.number }
  }

  /// What is set aside whole, in the order in which it came.
  func open(in cbo: RecordID) -> [Kept] {
    sets.values.filter { $0.isOpen && $0.set.cbo == cbo }.sorted { $0.seq < $1.seq }
  }

  /// Every sum that is not nothing.
  func balances() -> [Key: Int64] {
    var sums: [Key: Int64] = [:]
    for kept in sets.values where kept.counts {
      for entry in kept.entries {
        for (account, paise) in Self.movements(entry.patch) {
          sums[Key(cbo: kept.set.cbo, account: account), default: 0] += paise
          if let share = Self.share(of: account, entry.patch), share != 0 {
            sums[Key(cbo: kept.set.cbo, account: account, share: share), default: 0] += paise
          }
        }
      }
    }
    return sums.filter { $0.value != 0 }
  }

  /// Debited and credited account of each kind of line that these tests write.
  private static let postings: [Int64: (debit: Int64, credit: Int64)] = [
    1: (1001, 2001), 2: (1001, 2002), 3: (1001, 2003), 4: (1001, 2004), 5: (2001, 1001), 6: (2002, 1001),
    7: (2003, 1001), 8: (2004, 1001), 10: (1100, 1001), 11: (1001, 1100), 12: (1001, 4001), 13: (1001, 4004),
    15: (5010, 1100), 103: (1010, 2130), 102: (1010, 2120), 105: (1010, 3001), 109: (1010, 4002),
    112: (1001, 4009), 208: (5004, 1001), 400: (1010, 1001), 401: (1001, 1010),
  ]

  /// Debit first, above zero; a reversal the other way round.
  static func movements(_ entry: Patch) -> [(account: Int64, paise: Int64)] {
    let (kind, amount) = (entry.integer(1) ?? 0, entry.integer(2) ?? 0)
    let named = (debit: entry.integer(5) ?? 3990, credit: entry.integer(6) ?? 3990)
    let sides = postings[kind] ?? named
    let isReversal = (entry.integer(8) ?? 0) != 0
    return isReversal
      ? [(sides.credit, amount), (sides.debit, -amount)] : [(sides.debit, amount), (sides.credit, -amount)]
  }

  private static func share(of account: Int64, _ entry: Patch) -> UInt64? {
    switch account {
    case 2001...2004: entry.integer(3).map { UInt64(bitPattern: $0) }
    case 1100, 2120, 2130: entry.integer(4).map { UInt64(bitPattern: $0) }
    case 1010: entry.integer(9).map { UInt64(bitPattern: $0) }
    default: nil
    }
  }
}

/// The balances that a shard's file holds.
func storedBalances(_ connection: Connection) throws -> [ModelBooks.Key: Int64] {
  let rows = try connection.statement(
    "SELECT cbo, account, sub_ledger, paise FROM balance WHERE paise != 0"
  ).all { row in
    (
      ModelBooks.Key(
        cbo: RecordID(rawValue: row.unsigned(0)), account: row.integer(1), share: row.unsigned(2)),
      row.integer(3)
    )
  }
  return Dictionary(uniqueKeysWithValues: rows)
}

/// Meetings that a checker may approve next, in their order.
func unapprovedMeetings(_ connection: Connection) throws -> [Seq] {
  try connection.statement("SELECT seq FROM meeting WHERE standing = 1 ORDER BY number").all {
    Seq($0.unsigned(0))
  }
}
