package import LokBooks
import LokSQLite
import LokWire

extension DeviceStore {
  /// The books of a CBO. Out of scope and unknown are the same: empty books.
  package func books(of cbo: RecordID, at now: Timestamp) throws -> Books {
    let own = try pending().count { $0.set.cbo == cbo }
    return try provisional(at: now) { _ in
      let head = try connection.statement("SELECT name, tier FROM cbo WHERE id = ?").bind(cbo.rawValue)
        .first { (name: $0.isNull(0) ? nil : $0.text(0), tier: Tier(rawValue: $0.integer(1))) }
      return Books(
        cbo: cbo, name: head?.name, tier: head?.tier, lastMeeting: try lastMeeting(of: cbo),
        cash: try balance(of: cbo, .cashInHand), trialBalance: try trialBalance(of: cbo),
        members: try members(of: cbo), loans: try loans(of: cbo), setAside: try setAside(in: cbo),
        provisionalSets: own)
    }
  }

  /// Every CBO on this phone, own new ones included; ascending by id.
  package func groups(at now: Timestamp) throws -> [HeldGroup] {
    try provisional(at: now) { _ in
      try connection.statement("SELECT id, name, tier, parent FROM cbo ORDER BY id").all { row in
        HeldGroup(
          id: RecordID(rawValue: row.unsigned(0)), name: row.isNull(1) ? nil : row.text(1),
          tier: Tier(rawValue: row.integer(2)), parent: Self.record(row, 3))
      }
    }
  }

  private func lastMeeting(of cbo: RecordID) throws -> UInt32? {
    try connection.statement("SELECT MAX(number) FROM meeting WHERE cbo = ? AND standing != 3")
      .bind(cbo.rawValue).first { $0.optionalInteger(0).map { UInt32(clamping: $0) } } ?? nil
  }

  private func trialBalance(of cbo: RecordID) throws -> [Books.Line] {
    try connection.statement(
      "SELECT account, paise FROM balance WHERE cbo = ? AND sub_ledger = 0 ORDER BY account"
    ).bind(cbo.rawValue).all {
      .init(
        account: Account(rawValue: UInt32(truncatingIfNeeded: $0.integer(0))), balance: Paise($0.integer(1)))
    }
  }

  private func members(of cbo: RecordID) throws -> [Books.Member] {
    let savings = try savings(in: cbo)
    return try connection.statement(
      "SELECT id, identity, contact, bank FROM member WHERE cbo = ? ORDER BY id"
    )
    .bind(cbo.rawValue).all { row in
      let id = RecordID(rawValue: row.unsigned(0))
      let key = try personKey(of: id).flatMap { PersonKey($0) }
      func part(_ column: Int, _ field: UInt32) -> [UInt8]? {
        guard let key, let stored = try? StoredPart(bytes: row.bytes(column)) else { return nil }
        return try? stored.open(with: key, block: block, record: id, field: field)
      }
      return Books.Member(
        id: id, identity: part(1, MemberField.identity).flatMap { MemberIdentity(decoding: $0) },
        contact: part(2, MemberField.contact).flatMap { MemberContact(decoding: $0) },
        bank: part(3, MemberField.bank).flatMap { MemberBank(decoding: $0) }, savings: savings[id] ?? [:])
    }
  }

  private func savings(in cbo: RecordID) throws -> [RecordID: [Account: Paise]] {
    var savings: [RecordID: [Account: Paise]] = [:]
    try connection.statement(
      """
      SELECT sub_ledger, account, paise FROM balance
      WHERE cbo = ? AND sub_ledger <> 0 AND sub_ledger IN (SELECT id FROM member WHERE cbo = balance.cbo)
      """
    ).bind(cbo.rawValue).forEach { row in
      let account = Account(rawValue: UInt32(truncatingIfNeeded: row.integer(1)))
      savings[RecordID(rawValue: row.unsigned(0)), default: [:]][account] = Paise(0 &- row.integer(2))
    }
    return savings
  }

  private func loans(of cbo: RecordID) throws -> [Books.Loan] {
    try connection.statement(
      """
      SELECT id, member, borrower_cbo, principal_paise, (SELECT SUM(paise) FROM balance
        WHERE balance.cbo = loan.cbo AND sub_ledger = loan.id AND account IN (?2, ?3))
      FROM loan WHERE cbo = ?1 ORDER BY id
      """
    ).bind(cbo.rawValue, Account.loansToMembers.rawValue, Account.loansToGroups.rawValue).all { row in
      Books.Loan(
        id: RecordID(rawValue: row.unsigned(0)), member: Self.record(row, 1),
        borrowerCBO: Self.record(row, 2), principal: Paise(row.integer(3)), outstanding: Paise(row.integer(4))
      )
    }
  }

  private func setAside(in cbo: RecordID) throws -> [Books.SetAsideLine] {
    let head = try cursor().seq
    return try connection.statement(
      "SELECT seq, idx, word, reason, record, arguments FROM set_aside WHERE cbo = ? ORDER BY seq, idx"
    ).bind(cbo.rawValue).all { row in
      let seq = Seq(row.unsigned(0))
      return .init(seq: seq <= head ? seq : nil, verdict: Self.verdict(row))
    }
  }

  /// From the columns idx, word, reason, record, arguments, which begin at 1.
  static func verdict(_ row: Row) -> Verdict {
    let index = row.integer(1)
    return Verdict(
      index: index < 0 ? nil : UInt32(clamping: index), Word(rawValue: Int(row.integer(2))) ?? .flagged,
      Reason(rawValue: Int(row.integer(3))), record: record(row, 4),
      arguments: row.text(5).split(separator: ",").compactMap { Int64($0) })
  }

  static func record(_ row: Row, _ column: Int) -> RecordID? {
    row.optionalInteger(column).flatMap { $0 == 0 ? nil : RecordID(rawValue: UInt64(bitPattern: $0)) }
  }
}
