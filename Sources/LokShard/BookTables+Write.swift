import LokBooks
import LokMerge
import LokSQLite
import LokWire

extension BookTables {
  /// Writes what a command changes; inside the caller's transaction.
  func write(_ effects: Effects) throws {
    for record in effects.records { try write(record) }
    for row in effects.meetings { try write(row) }
    for row in effects.attendance { try write(row) }
    for row in effects.entries { try write(row) }
    if let seq = effects.entriesPostedOfSet {
      try connection.statement("UPDATE entry SET posted = 1 WHERE seq = ?").bind(seq.rawValue).run()
    }
    if let change = effects.standing { try write(change) }
    for (key, change) in effects.balances { try add(change, to: key) }
    for row in effects.memberships { try write(row) }
    for conflict in effects.conflicts { try write(conflict) }
    for place in effects.noLongerSetAside {
      try connection.statement("DELETE FROM set_aside WHERE seq = ? AND idx = ?")
        .bind(place.seq.rawValue, Self.column(place.index)).run()
    }
    for item in effects.setAside { try write(item) }
    for resolved in effects.resolved {
      try connection.statement(
        "INSERT OR REPLACE INTO resolved (target_seq, idx, seq, word) VALUES (?, ?, ?, ?)"
      )
      .bind(
        resolved.target.seq.rawValue, Self.column(resolved.target.index), resolved.by.rawValue,
        resolved.word.rawValue
      ).run()
    }
  }

  private static let insertRecord = Query(
    "INSERT OR REPLACE INTO record (id, entity, cbo, seq, fields) VALUES (?, ?, ?, ?, ?)")

  private func write(_ record: StoredRecord) throws {
    try connection.statement(Self.insertRecord)
      .bind(
        record.id.rawValue, record.entity.rawValue, record.cbo.rawValue, record.seq.rawValue,
        RecordFields.encode(record.fields)
      ).run()
    cache?.keep(record)
    guard let table = ProjectionTable.of[record.entity] else { return }
    let values = record.values
    try connection.statement(table.insertion).bind(table.row(of: record, values)).run()
  }

  /// Ends the membership before it.
  private func write(_ row: Effects.MembershipRow) throws {
    try connection.statement("UPDATE membership SET until_day = ? WHERE cbo = ? AND until_day IS NULL")
      .bind(row.since.number, row.cbo.rawValue).run()
    guard row.parent.rawValue != 0 else { return }
    try connection.statement(
      "INSERT OR REPLACE INTO membership (cbo, seq, parent, since_day) VALUES (?, ?, ?, ?)"
    ).bind(row.cbo.rawValue, row.seq.rawValue, row.parent.rawValue, row.since.number).run()
  }

  private static let insertMeeting = Query(
    "INSERT INTO meeting (id, cbo, number, day, type, opening_cash_paise, closing_cash_paise, standing, "
      + "seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")

  private func write(_ row: Effects.MeetingRow) throws {
    try connection.statement(Self.insertMeeting).bind(
      row.id.rawValue, row.cbo.rawValue, row.number, row.day.number, row.type, row.opening.rawValue,
      row.closing.rawValue, row.standing.rawValue, row.seq.rawValue
    ).run()
  }

  private func write(_ change: Effects.MeetingStanding) throws {
    try connection.statement("UPDATE meeting SET standing = ? WHERE seq = ?")
      .bind(change.standing.rawValue, change.seq.rawValue).run()
    guard change.standing == .rejected else { return }
    try connection.statement("UPDATE entry SET posted = 0 WHERE seq = ?").bind(change.seq.rawValue).run()
  }

  private static let insertAttendance = Query(
    "INSERT INTO attendance (id, cbo, meeting, member, present, seq) VALUES (?, ?, ?, ?, ?, ?)")

  private func write(_ row: Effects.AttendanceRow) throws {
    try connection.statement(Self.insertAttendance).bind(integers: [
      row.id.column, row.cbo.column, row.meeting.column, row.member.column, row.present ? 1 : 0,
      row.seq.column,
    ])
    .run()
  }

  private static let insertEntry = Query(
    "INSERT INTO entry (id, cbo, meeting, day, kind, amount_paise, debit_account, credit_account, member, "
      + "loan, bank_account, reverses, seq, posted, remark) "
      + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")

  private func write(_ row: Effects.EntryRow) throws {
    try connection.statement(Self.insertEntry).bind(integers: [
      row.id.column, row.cbo.column, row.meeting.column, Int64(row.day.number), row.kind, row.amount.rawValue,
      row.debit.map { Int64($0.rawValue) }, row.credit.map { Int64($0.rawValue) }, row.member?.column,
      row.loan?.column, row.bankAccount?.column, row.reverses?.column, row.seq.column, row.isPosted ? 1 : 0,
    ]).bind(text: row.remark, at: 15)
      .run()
  }

  private static let upsertBalance = Query(
    "INSERT INTO balance (cbo, account, sub_ledger, paise) VALUES (?, ?, ?, ?) "
      + "ON CONFLICT (cbo, account, sub_ledger) DO UPDATE SET paise = excluded.paise")

  private func add(_ change: Paise, to key: BalanceKey) throws {
    guard let sum = try balance(key).adding(change) else { throw ApplyError.sumOverflows(key) }
    try connection.statement(Self.upsertBalance).bind(integers: [
      key.cbo.column, Int64(key.account.rawValue), key.subLedger?.column ?? 0, sum.rawValue,
    ])
    .run()
    cache?.keep(sum, key)
  }

  private func write(_ conflict: Conflict) throws {
    let (winner, loser) = (conflict.winner, conflict.loser)
    try connection.statement(
      "INSERT OR REPLACE INTO conflict (record, field, seq, idx, cbo, rule, winner, winner_device, "
        + "winner_seq, winner_hlc, loser, loser_device, loser_seq, loser_hlc) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).bind(
      conflict.record.rawValue, winner.number, conflict.seq.rawValue, conflict.index, conflict.cbo.rawValue,
      conflict.rule.rawValue, RecordFields.encode([winner]), winner.device.rawValue, winner.seq.rawValue,
      winner.hlc.rawValue, RecordFields.encode([loser]), loser.device.rawValue, loser.seq.rawValue,
      loser.hlc.rawValue
    ).run()
  }

  private func write(_ item: SetAside) throws {
    try connection.statement(
      "INSERT OR REPLACE INTO set_aside (seq, idx, cbo, word, reason, record, arguments, meeting_number, "
        + "received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).bind(
      item.seq.rawValue, Self.column(item.index), item.cbo.rawValue, item.verdict.word.rawValue,
      item.verdict.reason?.rawValue ?? 0, item.verdict.record?.rawValue,
      item.verdict.arguments.map(String.init).joined(separator: ","), item.meetingNumber,
      item.received.milliseconds
    ).run()
  }
}
