import LokBooks
import LokSQLite
import LokWire

/// What goes into one page of a download: read set by set, and no further than it is full.
struct PageFilling {
  typealias ChainedRow = (row: JournalRow, chain: [UInt8])

  private(set) var rows: [ChainedRow] = []
  /// How far it has looked, over sets that the device has too.
  private(set) var passed: Seq
  /// There is more than went in.
  private(set) var isFull = false
  private let maximumBytes: Int
  private let namesSets: Bool
  private var bytes = 0
  private var looked = 0

  /// Sets that are looked at for a page, so that no answer takes long.
  private static let setsMaximum = 256
  /// What a set's envelope, verdict and framing take beside its bytes, at most.
  private static let overheadBytes = 64

  init(after seq: Seq, _ maximumBytes: Int, namesSets: Bool) {
    passed = seq
    self.maximumBytes = maximumBytes
    self.namesSets = namesSets
  }

  /// - Returns: whether there may be room for another one. The first one always has room.
  fileprivate mutating func take(_ next: ChainedRow) -> Bool {
    let set = Self.isNamed(next.row, namesSets) ? Hash.length : next.row.changes.count
    bytes += set + next.row.verdicts.count + Self.overheadBytes
    guard rows.isEmpty || bytes <= maximumBytes else { return close() }
    rows.append(next)
    return pass(next.row.envelope.seq)
  }

  /// A set that stays out of it.
  /// - Returns: whether one may go on to look.
  fileprivate mutating func pass(_ seq: Seq) -> Bool {
    passed = seq
    looked += 1
    return looked < Self.setsMaximum || close()
  }

  fileprivate mutating func close() -> Bool {
    isFull = true
    return false
  }

  /// Too long for one piece, where more can be asked for.
  static func isNamed(_ row: JournalRow, _ namesSets: Bool) -> Bool {
    namesSets && row.changes.count > WireLimits.setBytesAtOnce
  }
}

/// A scope's next sets, in the order of the block. To find them one looks at all sets of all its CBOs, which
/// once a page would cost the square of the scope.
struct SetsAhead: Sendable {
  static let setsMaximum: Int64 = 4_096
  var seqs: ArraySlice<Seq> = []
  /// Up to where they were looked up.
  var through: Seq
  /// There are no others.
  var isAll: Bool
}

extension ShardReader {
  private static let joined =
    "SELECT by_cbo.chain, journal.seq, lsn, kind, device, first_device_seq, count, journal.cbo, received, "
    + "hlc, rules, verdicts, changes, leaf FROM journal JOIN journal_by_cbo AS by_cbo "
    + "ON by_cbo.cbo = journal.cbo AND by_cbo.seq = journal.seq"
  private static let cboColumn = 7
  private static let selectOfCBO = Query(
    "\(joined) WHERE by_cbo.cbo = ? AND by_cbo.seq > ? AND by_cbo.seq <= ? ORDER BY by_cbo.seq")
  private static let selectOfBlock = Query(
    "\(joined) WHERE journal.seq > ? AND journal.seq <= ? AND journal.cbo IS NOT NULL ORDER BY journal.seq")
  private static let selectOne = Query("\(joined) WHERE journal.seq = ?")
  private static let selectAhead = Query(
    "SELECT seq, cbo FROM journal_by_cbo WHERE cbo IN (SELECT value FROM json_each(?)) "
      + "AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?")

  private static func chained(_ row: Row) -> PageFilling.ChainedRow {
    (row: JournalTable.read(row, from: 1), chain: row.bytes(0))
  }

  /// One CBO's sets.
  func filling(
    of backfill: DownloadRequest.History, _ maximumBytes: Int, _ cursor: DownloadCursor
  ) throws -> PageFilling {
    var filling = PageFilling(after: backfill.after, maximumBytes, namesSets: cursor.namesSets)
    try connection.statement(Self.selectOfCBO)
      .bind(backfill.cbo.rawValue, backfill.after.rawValue, backfill.through.rawValue)
      .scan(while: { filling.take(Self.chained($0)) })
    return filling
  }

  /// What comes after the cursor, without what the device has.
  func tailFilling(_ cursor: inout DownloadCursor, _ maximumBytes: Int) throws -> PageFilling {
    var filling = PageFilling(after: cursor.tail, maximumBytes, namesSets: cursor.namesSets)
    if let scope = cursor.tailScope {
      try fill(&filling, from: scope, &cursor)
    } else {
      let held = cursor.held
      try connection.statement(Self.selectOfBlock).bind(cursor.tail.rawValue, cursor.head.rawValue)
        .scan(while: { row in
          let seq = Seq(row.unsigned(1))
          let isHeld = held[RecordID(rawValue: row.unsigned(Self.cboColumn))].map { $0 >= seq } ?? false
          return isHeld ? filling.pass(seq) : filling.take(Self.chained(row))
        })
    }
    return filling
  }

  private func fill(
    _ filling: inout PageFilling, from scope: [RecordID], _ cursor: inout DownloadCursor
  ) throws {
    var ahead = try cursor.ahead ?? setsAhead(of: scope, cursor)
    while let seq = ahead.seqs.first {
      guard let row = try connection.statement(Self.selectOne).bind(seq.rawValue).first(Self.chained) else {
        throw ShardError.damaged(block: block, detail: "journal_by_cbo names set \(seq), journal has none")
      }
      let goesOn = filling.take(row)
      if filling.passed == seq { ahead.seqs.removeFirst() }
      guard goesOn else { break }
    }
    if ahead.seqs.isEmpty, !filling.isFull {
      // What was looked up and is held already.
      if ahead.through > filling.passed { _ = filling.pass(ahead.through) }
      if !ahead.isAll { _ = filling.close() }
    }
    cursor.ahead = ahead.seqs.isEmpty && !ahead.isAll ? nil : ahead
  }

  private func setsAhead(of scope: [RecordID], _ cursor: DownloadCursor) throws -> SetsAhead {
    var ahead = SetsAhead(through: cursor.tail, isAll: false)
    var looked: Int64 = 0
    try connection.statement(Self.selectAhead).bind(
      Self.list(scope), cursor.tail.rawValue, cursor.head.rawValue, SetsAhead.setsMaximum
    ).forEach { row in
      let seq = Seq(row.unsigned(0))
      let held = cursor.held[RecordID(rawValue: row.unsigned(1))] ?? .zero
      if held < seq { ahead.seqs.append(seq) }
      ahead.through = seq
      looked += 1
    }
    ahead.isAll = looked < SetsAhead.setsMaximum
    return ahead
  }
}
