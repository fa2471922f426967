import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// What an operator decides about sets whose sender was in doubt, or on which the server failed.
extension ShardWriter {
  func decideQuarantine(
    _ decision: Command.QuarantineDecision, _ command: ShardCommand
  ) throws -> CommandOutcome {
    let found = try connection.statement(
      "SELECT device, first_device_seq, count, bytes, decision_seq FROM quarantine WHERE seq = ?"
    ).bind(decision.seq.rawValue).first { row in
      (
        set: Command.SetCommand(
          device: DeviceNumber(UInt32(clamping: row.integer(0))), firstDeviceSeq: DeviceSeq(row.unsigned(1)),
          count: UInt32(clamping: row.integer(2)), bytes: row.bytes(3), outboxChain: []),
        isDecided: !row.isNull(4)
      )
    }
    guard let found else { return command.without(.nothingToDecide) }
    guard !found.isDecided else { return command.without(.alreadyDecided) }
    var decoded: ChangeSet?
    if decision.isRelease {
      // What cannot be read stays where it is: it can only be rejected.
      guard let set = try? ChangeSet(decoding: found.set.bytes), set.changes.count == Int(found.set.count)
      else { return command.without(.undecodable) }
      for change in set.changes where change.isNew {
        if try isTaken(change.record) { return command.without(.recordTaken) }
      }
      decoded = set
    }
    let row = try record(command, .quarantineDecision, device: found.set.device)
    try connection.statement("UPDATE quarantine SET decision_seq = ?, released = ? WHERE seq = ?")
      .bind(row.envelope.seq.rawValue, decision.isRelease, decision.seq.rawValue).run()
    progress.rollup.quarantined -= 1
    guard let decoded else { return command.done(row.envelope.seq) }
    return try release(decoded, found.set, command, from: decision.seq)
  }

  private func isTaken(_ id: RecordID) throws -> Bool {
    for table in ["record", "meeting", "attendance", "entry"] {
      let found = try connection.statement("SELECT 1 FROM \(table) WHERE id = ?").bind(id.rawValue)
        .first { _ in true }
      if found == true { return true }
    }
    return false
  }

  /// The set takes its place now, under its own numbers; the rules say what becomes of it.
  private func release(
    _ set: ChangeSet, _ sent: Command.SetCommand, _ command: ShardCommand, from quarantine: Seq
  ) throws -> CommandOutcome {
    let set = try bounded(set)
    let envelope = Envelope(
      seq: progress.head.next, kind: .set, device: sent.device, firstDeviceSeq: sent.firstDeviceSeq,
      count: sent.count, received: command.received,
      hlc: min(set.firstHLC, HybridTime(command.received)), rules: command.rules)
    var judge = Judge(set, envelope: envelope, state: tables)
    var verdicts = try judge.verdicts()
    verdicts.seenThrough = set.seenThrough
    // The log's row is the operator's; the set is the second journal row that it makes.
    let row = try append(
      envelope, lsn: command.lsn, cbo: set.cbo, verdicts: verdicts.encoded(), changes: sent.bytes,
      hash: Hash.sha256(sent.bytes))
    // The numbers lead to where the set stands now, where they are this set's.
    try connection.statement("UPDATE device_set SET seq = ? WHERE device = ? AND seq = ?")
      .bind(envelope.seq.rawValue, sent.device.rawValue, quarantine.rawValue).run()
    let effects = try Apply.effects(of: set, envelope: envelope, verdicts: verdicts, state: tables)
    try write(effects)
    progress.rollup.sets += 1
    progress.rollup.changes += Int64(sent.count)
    let isComplete = try release(causedBy: effects, at: envelope.seq, decisions: set, verdicts, command)
    return CommandOutcome(
      lsn: command.lsn, device: nil, result: .done(row.envelope.seq), hasMoreToRelease: !isComplete)
  }
}
