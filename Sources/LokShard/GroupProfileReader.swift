package import LokBooks
import LokMerge
import LokSQLite

extension ShardReader {
  /// Nil where the block has no such group.
  package func groupProfile(of cbo: RecordID) throws -> GroupProfile? {
    try connection.snapshot { try GroupProfileReader(connection: connection, block: block).profile(of: cbo) }
  }
}

extension PartialShard {
  /// What the server has confirmed, without the outbox.
  package func groupProfile(of cbo: RecordID) throws -> GroupProfile? {
    try transaction { try GroupProfileReader(connection: connection, block: block).profile(of: cbo) }
  }
}

/// Reads one group's profile from the tables that server and phone share; inside the caller's transaction.
struct GroupProfileReader {
  let connection: Connection
  let block: BlockCode
  private let tables: BookTables

  init(connection: Connection, block: BlockCode) {
    self.connection = connection
    self.block = block
    tables = BookTables(connection: connection)
  }

  func profile(of cbo: RecordID) throws -> GroupProfile? {
    guard let group = try tables.record(cbo), group.entity == .cbo else { return nil }
    let records = try records(of: cbo)
    let reviewed = try recordsUnderReview(of: cbo)
    let values = group.values
    let accounts = records.filter { $0.entity == .bankAccount }.map { account in
      GroupProfile.BankAccount(
        id: account.id, values: account.values,
        state: state(
          of: account, isReviewed: reviewed.contains(account.id),
          isAtWork: account.values.day(BankAccountField.closedDay) == nil))
    }
    let last = try tables.lastMeeting(of: cbo)
    let standing = ProfileStanding(values, of: .cbo)
    let hasOpenAccount = accounts.contains { $0.state == .pending }
    return GroupProfile(
      id: cbo, code: code(.group, values.integer(CBOField.codeSerial)),
      state: ProfileState(
        standing, status: values.integer(CBOField.status).flatMap { CBOStatus(rawValue: $0) },
        hasOpenReview: reviewed.contains(cbo) || hasOpenAccount, isClosed: last?.type == .closing,
        isAtWork: last != nil),
      values: values, village: try village(values.record(CBOField.village)),
      memberships: try memberships(of: cbo), offices: try offices(records),
      bankAccounts: accounts, members: records.filter { $0.entity == .member }.map { member($0, reviewed) })
  }

  private func records(of cbo: RecordID) throws -> [StoredRecord] {
    let ids = try connection.statement(
      "SELECT id FROM record WHERE cbo = ? AND entity IN (?, ?, ?) ORDER BY id"
    ).bind(
      cbo.rawValue, Entity.member.rawValue, Entity.bankAccount.rawValue, Entity.officeBearer.rawValue
    ).all { RecordID(rawValue: $0.unsigned(0)) }
    return try ids.compactMap { try tables.record($0) }
  }

  /// Records of which a new value awaits a checker.
  private func recordsUnderReview(of cbo: RecordID) throws -> Set<RecordID> {
    let places = try connection.statement("SELECT seq, idx FROM set_aside WHERE cbo = ? AND word = ?")
      .bind(cbo.rawValue, Word.review.rawValue).all { (seq: Seq($0.unsigned(0)), index: $0.integer(1)) }
    return Set(
      try places.compactMap { place in
        let changes = try tables.changeSet(at: place.seq)?.set.changes ?? []
        return Int(exactly: place.index).flatMap { changes.indices.contains($0) ? changes[$0].record : nil }
      })
  }

  private func member(_ record: StoredRecord, _ reviewed: Set<RecordID>) -> GroupProfile.Member {
    let values = record.values
    return GroupProfile.Member(
      id: record.id, code: code(.member, values.integer(MemberField.codeSerial)),
      state: state(
        of: record, isReviewed: reviewed.contains(record.id),
        isAtWork: values.day(MemberField.leftDay) == nil),
      values: values)
  }

  /// Of a member or bank account: what has ended is inactive.
  private func state(of record: StoredRecord, isReviewed: Bool, isAtWork: Bool) -> ProfileState {
    ProfileState(
      ProfileStanding(record.values, of: record.entity), status: isAtWork ? nil : .inactive,
      hasOpenReview: isReviewed, isClosed: false, isAtWork: isAtWork)
  }

  private func code(_ kind: PrintedCode.Kind, _ serial: Int64?) -> PrintedCode? {
    serial.flatMap { UInt32(exactly: $0) }.map { PrintedCode(block: block, kind: kind, serial: $0) }
  }

  private func village(_ id: RecordID?) throws -> String? {
    guard let id else { return nil }
    return try connection.statement("SELECT name FROM village WHERE id = ?").bind(id.rawValue)
      .first { $0.isNull(0) ? nil : $0.text(0) } ?? nil
  }

  private func memberships(of cbo: RecordID) throws -> [GroupProfile.Membership] {
    try connection.statement(
      "SELECT membership.parent, name, since_day, until_day FROM membership "
        + "LEFT JOIN cbo ON cbo.id = membership.parent WHERE membership.cbo = ? ORDER BY since_day, seq"
    ).bind(cbo.rawValue).all { row in
      .init(
        federation: RecordID(rawValue: row.unsigned(0)), name: row.isNull(1) ? nil : row.text(1),
        since: Day(number: Int32(clamping: row.integer(2))),
        until: row.optionalInteger(3).map { Day(number: Int32(clamping: $0)) })
    }
  }

  private func offices(_ records: [StoredRecord]) throws -> [GroupProfile.Office] {
    records.compactMap { record in
      let values = record.values
      switch record.entity {
      case .member where values.day(MemberField.leftDay) == nil:
        let office = values.integer(MemberField.designation).flatMap { Designation(rawValue: $0) }
        return office.flatMap { $0 == .member ? nil : .init($0, record.id) }
      case .officeBearer:
        guard let office = values.integer(OfficeBearerField.office).flatMap({ Designation(rawValue: $0) }),
          let member = values.record(OfficeBearerField.member)
        else { return nil }
        return .init(
          office, member, since: values.day(OfficeBearerField.sinceDay),
          until: values.day(OfficeBearerField.untilDay))
      default: return nil
      }
    }.sorted { ($0.office.rawValue, $0.since?.number ?? 0) < ($1.office.rawValue, $1.since?.number ?? 0) }
  }
}
