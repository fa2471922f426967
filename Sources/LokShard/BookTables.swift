import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// The books of one shard as judge and apply read them. Passed on by reference: judge and apply ask for
/// something with every line.
final class BookTables: BookState {
  let connection: Connection
  /// The one writer's; readers look at the file each time.
  let cache: BookCache?

  init(connection: Connection, cache: BookCache? = nil) {
    self.connection = connection
    self.cache = cache
  }

  func record(_ id: RecordID) throws -> StoredRecord? {
    if let known = cache?.record(id) { return known }
    let stored = try storedRecord(id)
    if let stored { cache?.keep(stored) }
    return stored
  }

  private static let selectRecord = Query(
    "SELECT entity, cbo, seq, fields FROM record WHERE id = ?")

  private func storedRecord(_ id: RecordID) throws -> StoredRecord? {
    try connection.statement(Self.selectRecord).bind(columns: { $0.put(id.column) })
      .first { row in
        StoredRecord(
          id: id, entity: Entity(rawValue: UInt32(truncatingIfNeeded: row.integer(0))),
          cbo: RecordID(rawValue: row.unsigned(1)), seq: Seq(row.unsigned(2)),
          fields: try RecordFields.decode(row.bytes(3)))
      }
  }

  func balance(_ key: BalanceKey) throws -> Paise {
    if let known = cache?.balance(key) { return known }
    let stored = try storedBalance(key)
    cache?.keep(stored, key)
    return stored
  }

  private static let selectBalance = Query(
    "SELECT paise FROM balance WHERE cbo = ? AND account = ? AND sub_ledger = ?")

  private func storedBalance(_ key: BalanceKey) throws -> Paise {
    try connection.statement(Self.selectBalance)
      .bind(columns: { binder in
        binder.put(key.cbo.column)
        binder.put(Int64(key.account.rawValue))
        binder.put(key.subLedger?.column ?? 0)
      })
      .first { Paise($0.integer(0)) } ?? .zero
  }

  private static let selectLastMeeting = Query(
    "\(BookTables.selectMeeting) WHERE cbo = ? AND standing != 3 ORDER BY number DESC LIMIT 1", isKept: true)

  func lastMeeting(of cbo: RecordID) throws -> HeldMeeting? {
    try connection.statement(Self.selectLastMeeting).bind(columns: { $0.put(cbo.column) })
      .first(Self.meeting)
  }

  func meetings(of cbo: RecordID, above number: UInt32) throws -> [HeldMeeting] {
    try connection.statement(
      "\(Self.selectMeeting) WHERE cbo = ? AND standing != 3 AND number > ? ORDER BY number DESC"
    ).bind(cbo.rawValue, number).all(Self.meeting)
  }

  func unapprovedMeetings(of cbo: RecordID, below number: UInt32) throws -> [HeldMeeting] {
    try connection.statement(
      "\(Self.selectMeeting) WHERE cbo = ? AND standing = 1 AND number < ? ORDER BY number"
    ).bind(cbo.rawValue, number).all(Self.meeting)
  }

  func meeting(postedBy seq: Seq) throws -> HeldMeeting? {
    try connection.statement("\(Self.selectMeeting) WHERE seq = ?").bind(seq.rawValue).first(Self.meeting)
  }

  func journaledSet(_ seq: Seq) throws -> JournaledSet? {
    guard let row = try JournalTable(connection: connection).row(seq), row.envelope.kind == .set,
      let cbo = row.cbo
    else { return nil }
    let resolvedBy = try connection.statement("SELECT seq FROM resolved WHERE target_seq = ? AND idx = -1")
      .bind(seq.rawValue).first { Seq($0.unsigned(0)) }
    return JournaledSet(
      cbo: cbo, device: row.envelope.device, author: try ChangeSet(decoding: row.changes).author,
      resolvedBy: resolvedBy)
  }

  func changeSet(at seq: Seq) throws -> (set: ChangeSet, envelope: Envelope)? {
    guard let row = try JournalTable(connection: connection).row(seq), row.envelope.kind == .set else {
      return nil
    }
    return (try ChangeSet(decoding: row.changes, under: row.verdicts), row.envelope)
  }

  func postedEntry(_ id: RecordID) throws -> PostedEntry? {
    let reversedBy = try connection.statement("SELECT id FROM entry WHERE reverses = ? AND posted")
      .bind(id.rawValue).first { RecordID(rawValue: $0.unsigned(0)) }
    return try connection.statement(
      "SELECT cbo, kind, amount_paise, debit_account, credit_account, member, loan, bank_account, reverses "
        + "FROM entry WHERE id = ? AND posted"
    ).bind(id.rawValue).first { row in
      func record(_ column: Int) -> RecordID? {
        row.optionalInteger(column).map { RecordID(rawValue: UInt64(bitPattern: $0)) }
      }
      func account(_ column: Int) -> Account? {
        row.optionalInteger(column).map { Account(rawValue: UInt32(clamping: $0)) }
      }
      return PostedEntry(
        cbo: RecordID(rawValue: row.unsigned(0)), kind: row.integer(1), amount: Paise(row.integer(2)),
        debit: account(3), credit: account(4), member: record(5), loan: record(6), bankAccount: record(7),
        isReversal: record(8) != nil, reversedBy: reversedBy)
    }
  }

  func outstanding(of member: RecordID, in cbo: RecordID) throws -> Paise {
    try writeOut()
    return try connection.statement(
      "SELECT coalesce(sum(balance.paise), 0) FROM loan JOIN balance ON balance.cbo = loan.cbo "
        + "AND balance.account = ?3 AND balance.sub_ledger = loan.id WHERE loan.member = ?1 AND loan.cbo = ?2"
    ).bind(member.rawValue, cbo.rawValue, Account.loansToMembers.rawValue).first { Paise($0.integer(0)) }
      ?? .zero
  }

  func memberCount(of cbo: RecordID, on day: Day) throws -> Int {
    try connection.statement(
      "SELECT COUNT(*) FROM member WHERE cbo = ?1 AND coalesce(joined_day, ?2) <= ?2 "
        + "AND coalesce(left_day, ?2) >= ?2"
    ).bind(cbo.rawValue, day.number).first { Int($0.integer(0)) } ?? 0
  }

  func memberWith(kycTag: Int64, otherThan member: RecordID) throws -> RecordID? {
    try connection.statement(
      "SELECT id FROM member WHERE kyc_tag = ? AND id != ? AND left_day IS NULL ORDER BY id LIMIT 1"
    ).bind(kycTag, member.rawValue).first { RecordID(rawValue: $0.unsigned(0)) }
  }

  func loanEvent(of loan: RecordID, kind: LoanEventKind, on day: Day) throws -> RecordID? {
    try connection.statement(
      "SELECT id FROM loan_event WHERE loan = ? AND kind = ? AND day = ? ORDER BY id LIMIT 1"
    ).bind(loan.rawValue, kind.rawValue, day.number).first { RecordID(rawValue: $0.unsigned(0)) }
  }

  func officeBearers(of cbo: RecordID, office: Designation) throws -> [RecordID] {
    try connection.statement(
      "SELECT id FROM member WHERE cbo = ?1 AND designation = ?2 AND left_day IS NULL UNION ALL "
        + "SELECT id FROM office_bearer WHERE cbo = ?1 AND office = ?2 AND until_day IS NULL ORDER BY id"
    ).bind(cbo.rawValue, office.rawValue).all { RecordID(rawValue: $0.unsigned(0)) }
  }

  func lastCodeSerial(of entity: Entity) throws -> UInt32 {
    let table = entity == .cbo ? "cbo" : "member"
    return try connection.statement("SELECT MAX(code_serial) FROM \(table) WHERE code_serial IS NOT NULL")
      .first { $0.optionalInteger(0).map { UInt32(clamping: $0) } ?? 0 } ?? 0
  }

  private static let selectMeeting = "SELECT seq, number, day, standing, type FROM meeting"

  private static func meeting(_ row: Row) -> HeldMeeting {
    HeldMeeting(
      seq: Seq(row.unsigned(0)), type: MeetingType(rawValue: row.integer(4)),
      number: UInt32(clamping: row.integer(1)),
      day: Day(number: Int32(clamping: row.integer(2))),
      standing: HeldMeeting.Standing(rawValue: row.integer(3)) ?? .unapproved)
  }

  func meetingSetAside(of cbo: RecordID, numbers: Range<UInt32>) throws -> SetAside? {
    try connection.statement(
      "\(Self.selectSetAside) WHERE cbo = ? AND meeting_number >= ? AND meeting_number < ? "
        + "ORDER BY meeting_number, seq LIMIT 1"
    ).bind(cbo.rawValue, numbers.lowerBound, numbers.upperBound).first(Self.setAside)
  }

  func setAside(_ seq: Seq, index: UInt32?) throws -> SetAside? {
    try connection.statement("\(Self.selectSetAside) WHERE seq = ? AND idx = ?")
      .bind(seq.rawValue, Self.column(index)).first(Self.setAside)
  }

  static let selectSetAside =
    "SELECT seq, idx, cbo, word, reason, record, arguments, meeting_number, received FROM set_aside"

  /// The whole set has the index -1 in the tables.
  static func column(_ index: UInt32?) -> Int64 { index.map { Int64($0) } ?? -1 }
  static func index(_ column: Int64) -> UInt32? { column < 0 ? nil : UInt32(clamping: column) }

  static func setAside(_ row: Row) -> SetAside {
    let index = index(row.integer(1))
    return SetAside(
      seq: Seq(row.unsigned(0)), index: index, cbo: RecordID(rawValue: row.unsigned(2)),
      verdict: Verdict(
        index: index, Word(rawValue: Int(row.integer(3))) ?? .flagged, Reason(rawValue: Int(row.integer(4))),
        record: row.optionalInteger(5).map { RecordID(rawValue: UInt64(bitPattern: $0)) },
        arguments: row.text(6).split(separator: ",").compactMap { Int64($0) }),
      meetingNumber: row.optionalInteger(7).map { UInt32(clamping: $0) },
      received: Timestamp(milliseconds: row.integer(8)))
  }
}

extension RecordID {
  /// As it stands in a column: SQLite's integers are signed.
  var column: Int64 { Int64(bitPattern: rawValue) }
}
extension Seq {
  var column: Int64 { Int64(bitPattern: rawValue) }
}
