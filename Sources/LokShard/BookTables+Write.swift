import LokBooks
import LokMerge
import LokSQLite
import LokWire

extension BookTables {
  /// Writes what a command changes; inside the caller's transaction.
  func write(_ effects: Effects) throws {
    for record in effects.records { try write(record) }
    for row in effects.meetings { try write(row) }
    try write(effects.attendance)
    try write(effects.entries)
    if let lines = effects.linesPosted { try setPosted(true, lines) }
    if let change = effects.standing { try write(change) }
    try keep(effects.balances)
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
      + "seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", isKept: true)

  private func write(_ row: Effects.MeetingRow) throws {
    try connection.statement(Self.insertMeeting).bind(
      row.id.rawValue, row.cbo.rawValue, row.number, row.day.number, row.type, row.opening.rawValue,
      row.closing.rawValue, row.standing.rawValue, row.seq.rawValue
    ).run()
  }

  private func write(_ change: Effects.MeetingStanding) throws {
    try connection.statement("UPDATE meeting SET standing = ? WHERE seq = ?")
      .bind(change.standing.rawValue, change.lines.seq.rawValue).run()
    if change.standing == .rejected { try setPosted(false, change.lines) }
  }

  private func setPosted(_ isPosted: Bool, _ lines: Effects.Lines) throws {
    try connection.statement("UPDATE entry SET posted = ? WHERE cbo = ? AND day = ? AND seq = ?")
      .bind(isPosted, lines.cbo.rawValue, lines.day.number, lines.seq.rawValue).run()
  }

  private static let insertAttendance = RowInsertion(
    into: "attendance", "id, cbo, meeting, member, present, seq")

  private func write(_ rows: [Effects.AttendanceRow]) throws {
    try connection.insert(rows.count, by: Self.insertAttendance) { place, binder in
      let row = rows[place]
      binder.put(row.id.column)
      binder.put(row.cbo.column)
      binder.put(row.meeting.column)
      binder.put(row.member.column)
      binder.put(row.present ? 1 : 0)
      binder.put(row.seq.column)
    }
  }

  private static let insertEntry = RowInsertion(
    into: "entry",
    "id, cbo, meeting, day, kind, amount_paise, debit_account, credit_account, member, loan, bank_account, "
      + "reverses, seq, posted, remark", isKept: true)

  private func write(_ rows: [Effects.EntryRow]) throws {
    try connection.insert(rows.count, by: Self.insertEntry) { place, binder in
      let row = rows[place]
      binder.put(row.id.column)
      binder.put(row.cbo.column)
      binder.put(row.meeting.column)
      binder.put(Int64(row.day.number))
      binder.put(row.kind)
      binder.put(row.amount.rawValue)
      binder.put(row.debit.map { Int64($0.rawValue) })
      binder.put(row.credit.map { Int64($0.rawValue) })
      binder.put(row.member?.column)
      binder.put(row.loan?.column)
      binder.put(row.bankAccount?.column)
      binder.put(row.reverses?.column)
      binder.put(row.seq.column)
      binder.put(row.isPosted ? 1 : 0)
      binder.put(text: row.remark)
    }
  }

  /// The writer's stand in its cache until `writeOut`; whoever has none writes at once.
  private func keep(_ balances: [Balance]) throws {
    if let cache { cache.change(balances) } else { try write(balances) }
  }

  /// Puts the balances of all sets since the last call into the file: of one that many sets have moved, once.
  func writeOut() throws {
    guard let cache else { return }
    try write(cache.takeChanged())
  }

  private static let upsertBalance = RowInsertion(
    into: "balance", "cbo, account, sub_ledger, paise",
    suffix: "ON CONFLICT (cbo, account, sub_ledger) DO UPDATE SET paise = excluded.paise", isKept: true)

  private func write(_ balances: [Balance]) throws {
    // In the table's order: the next one is found beside the last one.
    let balances = balances.sorted { $0.key < $1.key }
    try connection.insert(balances.count, by: Self.upsertBalance) { place, binder in
      let balance = balances[place]
      binder.put(balance.key.cbo.column)
      binder.put(Int64(balance.key.account.rawValue))
      binder.put(balance.key.subLedger?.column ?? 0)
      binder.put(balance.sum.rawValue)
    }
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
