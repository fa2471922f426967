import Foundation
import LokBooks
import LokSQLite
import LokShard
import LokWire
import Testing

/// A finished history, and phones that take it up from the middle.
final class SnapshotVillage {
  let writer: HistoryWriter
  let cbo: RecordID
  /// The CBO's sets as a server would send them.
  let rows: [StoredSet]
  /// Who applied every set.
  let full: PartialShard
  private let folder: URL

  init(_ writer: HistoryWriter) throws {
    self.writer = writer
    cbo = writer.cbo
    folder = FileManager.default.temporaryDirectory.appending(path: "loksync-snap-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var place = DownloadCursor(
      device: writer.viewer.number, request: DownloadRequest(epoch: nil, after: .zero, scopeVersion: 0))
    var rows: [StoredSet] = []
    let reader = try writer.block.reader()
    while let page = try reader.page(&place, maximumBytes: 1 << 20) { rows += page.sets }
    self.rows = try rows.filter { try ChangeSet(decoding: $0.bytes ?? []).cbo == writer.cbo }
    full = try Self.phone(folder)
    for row in rows { try full.apply(row.envelope, verdicts: row.verdicts, bytes: row.bytes ?? []) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static func phone(_ folder: URL) throws -> PartialShard {
    let phone = try PartialShard(
      path: folder.appending(path: "\(UUID().uuidString).sqlite").path, block: TestBlock.code)
    try phone.connection.execute("PRAGMA synchronous = OFF")
    return phone
  }

  func phone() throws -> PartialShard { try Self.phone(folder) }

  /// One after each command that touched the CBO, through its bytes.
  func snapshots() throws -> [CboSnapshot] {
    let path = folder.appending(path: "again-\(UUID().uuidString).sqlite").path
    let again = try ShardWriter.create(path: path, block: TestBlock.code, intake: TestBlock.intake)
    let reader = try ShardReader(path: path, block: TestBlock.code)
    var taken: [CboSnapshot] = []
    for command in writer.block.log {
      _ = try again.apply([command])
      guard let snapshot = try reader.snapshot(of: cbo), snapshot.seq != taken.last?.seq else { continue }
      taken.append(try CboSnapshot(decoding: snapshot.encoded(), block: TestBlock.code))
    }
    return taken
  }

  func applyTail(to phone: PartialShard) throws {
    for row in rows { try phone.apply(row.envelope, verdicts: row.verdicts, bytes: row.bytes ?? []) }
  }

  /// - Parameters:
  ///   - falsifying: the place of a set whose time of receipt is another one.
  ///   - through: older sets up to this one.
  func fetchHistory(
    to phone: PartialShard, falsifying place: Int? = nil, through last: Seq = Seq(.max)
  ) throws {
    for (index, row) in rows.enumerated() where row.envelope.seq <= last {
      var envelope = row.envelope
      if index == place { envelope.received = Timestamp(milliseconds: envelope.received.milliseconds + 1) }
      try phone.keepHistory(envelope, verdicts: row.verdicts, bytes: row.bytes ?? [])
    }
  }

  private static let statements = [
    "record", "balance", "set_aside", "membership", "cbo", "member", "loan", "loan_event", "bank_account",
    "bank_statement", "office_bearer",
  ]
  /// The last three meetings that stand, at any N: what came with a snapshot, or after it.
  private static let shown = """
    SELECT seq FROM meeting WHERE standing != 3 ORDER BY number DESC LIMIT 3
    """
  private static let lines = ["meeting", "attendance", "entry"]

  /// State is the same whole; of meetings, lines and journal, what is held is the same, and all is held from
  /// the floor on.
  func differences(_ phone: PartialShard) throws -> [String] {
    var broken: [String] = []
    if try phone.stateDigest(of: cbo) != full.stateDigest(of: cbo) { broken.append("digest") }
    for table in Self.statements where try dump(table, phone) != dump(table, full) { broken.append(table) }
    let floor = try phone.heldHistory(of: cbo)?.floor ?? .zero
    for table in Self.lines {
      let (held, all) = (try dump(table, phone), try dump(table, full))
      if !held.isSubset(of: all) { broken.append("\(table): \(held.subtracting(all))") }
      let since = try dump(table, full, where: "seq > \(floor.rawValue) OR seq IN (\(Self.shown))")
      if !since.isSubset(of: held) { broken.append("\(table) since \(floor): \(since.subtracting(held))") }
    }
    let unapproved = try dump("meeting", full, where: "standing = 1")
    if !unapproved.isSubset(of: try dump("meeting", phone)) { broken.append("unapproved") }
    return broken + (try openLoanDifferences(phone))
  }

  /// A preview has the same balances, and of members, offices, open loans and shown meetings nothing that the
  /// snapshot has not; it is not counted as held.
  func previewDifferences(_ preview: PartialShard, of snapshot: CboSnapshot) throws -> [String] {
    let whole = try phone()
    try whole.adopt(snapshot)
    var broken: [String] = []
    let balance = "paise != 0"
    if try dump("balance", preview, where: balance) != dump("balance", whole, where: balance) {
      broken.append("balance")
    }
    for table in ["cbo", "office_bearer", "meeting", "attendance", "entry", "set_aside"]
    where try !dump(table, preview).isSubset(of: dump(table, whole)) { broken.append(table) }
    for query in [
      "SELECT id, identity, designation, joined_day, profile FROM member WHERE left_day IS NULL",
      "SELECT id, bank, opened_day, closed_day, profile FROM bank_account",
      "SELECT id, member, borrower_cbo, principal_paise, annual_rate_basis_points, instalments, "
        + "interest_method, sanctioned_day, source, repay_every_days, moratorium_periods FROM loan "
        + "WHERE id IN (SELECT sub_ledger FROM balance WHERE paise != 0)",
    ] where try rows(query, preview) != rows(query, whole) { broken.append(query) }
    // Not asked for by any meeting.
    for late in ["loan WHERE purpose", "bank_account WHERE account_number", "member WHERE contact"]
    where try !rows("SELECT id FROM \(late) IS NOT NULL", preview).isEmpty { broken.append(late) }
    if try preview.previews() != [cbo] || !preview.heldCBOs().isEmpty { broken.append("held") }
    if try preview.seenSeq(of: cbo) != snapshot.seq { broken.append("seen") }
    return broken
  }

  private func rows(_ query: String, _ shard: PartialShard) throws -> [[String]] {
    try shard.connection.statement("\(query) ORDER BY id")
      .all { row in (0..<row.count).map { row.description($0) } }
  }

  /// What a payment is set against: each open loan's own entries are all there.
  private func openLoanDifferences(_ phone: PartialShard) throws -> [String] {
    let (held, all) = (try phone.groupBooks(of: cbo), try full.groupBooks(of: cbo))
    guard let held, let all else { return ["books"] }
    return writer.openLoans.filter { open in
      held.entries.filter { $0.loan == open.loan } != all.entries.filter { $0.loan == open.loan }
        || held.loans != all.loans
    }.map { "loan \($0.loan)" } + (try phone.record(cbo) == full.record(cbo) ? [] : ["cbo record"])
  }

  func allDifferences(_ phone: PartialShard) throws -> [String] {
    let tables = Self.statements + Self.lines + ["journal", "journal_by_cbo", "resolved", "conflict"]
    return try tables.filter { try dump($0, phone) != dump($0, full) }
  }

  private func dump(_ table: String, _ phone: PartialShard, where condition: String = "1") throws
    -> Set<String>
  {
    Set(
      try phone.connection.statement("SELECT * FROM \(table) WHERE \(condition)").all { row in
        (0..<row.count).map { "\(row.name($0)) \(row.description($0))" }.joined(separator: ", ")
      })
  }

  /// Judges each set of the CBO on phones that have all before it: with all history, and from a snapshot.
  func compareVerdicts() throws -> (same: Int, unexplained: [String]) {
    let taken = try snapshots()
    let whole = try phone()
    var result = (same: 0, unexplained: [String]())
    for row in rows {
      if row.envelope.kind == .set, let before = taken.last(where: { $0.seq < row.envelope.seq }),
        !before.isWholeHistory
      {
        let partial = try phone()
        try partial.adopt(before)
        let bytes = row.bytes ?? []
        let set = (set: try ChangeSet(decoding: bytes), bytes: bytes)
        let now = row.envelope.received
        let expected = try whole.withProvisional([set], now: now) { $0 }
        let found = try partial.withProvisional([set], now: now) { $0 }
        if expected == found {
          result.same += 1
        } else if !speaksOfOlder(set.set, found, floor: before.seq) {
          result.unexplained.append("\(row.envelope.seq): \(found) for \(expected)")
        }
      }
      try whole.apply(row.envelope, verdicts: row.verdicts, bytes: row.bytes ?? [])
    }
    return result
  }

  private func speaksOfOlder(_ set: ChangeSet, _ found: [Verdicts], floor: Seq) -> Bool {
    let reasons = found.flatMap { ([$0.whole].compactMap { $0 } + $0.changes).compactMap(\.reason) }
    func target(_ field: UInt32) -> Bool {
      set.changes.contains { change in
        change.patch.integer(field).map { $0 > 0 && UInt64($0) <= floor.rawValue } ?? false
      }
    }
    switch set.kind {
    case .decision:
      return target(DecisionField.targetSeq) && reasons.contains(.nothingToDecide)
    case .meeting:
      let reverses = set.changes.contains {
        $0.entity == .entry && $0.patch.record(EntryField.reverses) != nil
      }
      return reverses && reasons.contains(.recordNotThere)
        || target(MeetingField.replacesSeq) && reasons.contains(.replacedNotOpen)
    default: return false
    }
  }
}
