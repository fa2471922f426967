import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// What a command lets go on: sets and changes that waited for it. Runs to a fixed point, in the order of
/// meetings, at most `releasesPerCommand` at once.
extension ShardWriter {
  static var releasesPerCommand: Int { 1_000 }
  /// What still waits after this long is shown to a checker.
  static var longestWaitMilliseconds: Int64 { 90 * 86_400_000 }

  /// What has come about, and may be what something waits for.
  private struct News {
    /// Also entries that have come to count: a reversal waits for its entry.
    var records: Set<RecordID> = []
    var cbos: Set<RecordID> = []

    mutating func add(_ effects: Effects) {
      records.formUnion(effects.records.map(\.id))
      records.formUnion(effects.entries.lazy.filter(\.isPosted).map(\.id))
      cbos.formUnion(effects.meetings.map(\.cbo))
      cbos.formUnion(effects.noLongerSetAside.isEmpty ? [] : effects.setAside.map(\.cbo))
    }
  }

  /// - Returns: false where the share of one command was not enough.
  func release(
    causedBy effects: Effects, at cause: Seq, decisions set: ChangeSet, _ verdicts: Verdicts,
    _ command: ShardCommand
  ) throws -> Bool {
    var news = News()
    // Where nothing is set aside, nobody waits for news.
    if progress.rollup.setAside > 0 { news.add(effects) }
    if set.kind == .decision {
      for (index, change) in set.changes.enumerated() where verdicts.word(at: UInt32(index)) == .accepted {
        // One about a profile has taken effect with its own set.
        guard let decision = Decision(change.patch), case .set(let target, let part) = decision.target
        else { continue }
        try decide(decision, about: target, part, cause, command, &news)
      }
    }
    if let meeting = effects.meetings.first { try closeReplaced(by: set, meeting, cause, command, &news) }
    try giveUpWaiting(cause, command)
    return try release(news, cause, command)
  }

  func continueReleasing(_ command: ShardCommand) throws -> CommandOutcome {
    var news = News()
    for item in try waiting() {
      if let record = item.verdict.record,
        try tables.record(record) != nil || tables.postedEntry(record) != nil
      {
        news.records.insert(record)
      }
      news.cbos.insert(item.cbo)
    }
    let isComplete = try release(news, progress.head, command)
    return CommandOutcome(
      lsn: command.lsn, device: nil, result: .done(progress.head), hasMoreToRelease: !isComplete)
  }

  private func release(_ news: News, _ cause: Seq, _ command: ShardCommand) throws -> Bool {
    guard progress.rollup.setAside > 0 else { return true }
    var news = news
    var released = 0
    while let (item, verdict) = try firstChanged(by: news) {
      guard released < Self.releasesPerCommand else { return false }
      try resolve(item, verdict, cause, command, &news)
      released += 1
    }
    return true
  }

  /// The first waiting item, in the order of meetings, whose verdict is another one now.
  private func firstChanged(by news: News) throws -> (SetAside, Verdict)? {
    for item in try waiting(for: news) {
      let (set, envelope) = try journaledSet(item.seq)
      var judge = Judge(set, envelope: envelope, state: tables)
      let verdict = try judge.verdict(again: item)
      let isSame =
        verdict.word == item.verdict.word && verdict.reason == item.verdict.reason
        && verdict.record == item.verdict.record && verdict.arguments == item.verdict.arguments
      if !isSame { return (item, verdict) }
    }
    return nil
  }

  /// What waits for one of these records, or for an earlier meeting of one of these CBOs.
  private func waiting(for news: News) throws -> [SetAside] {
    func list(_ ids: Set<RecordID>) -> String {
      "[" + ids.map { String(Int64(bitPattern: $0.rawValue)) }.joined(separator: ",") + "]"
    }
    return try connection.statement(
      "\(BookTables.selectSetAside) WHERE word = ?1 AND record IN (SELECT value FROM json_each(?2)) "
        + "UNION ALL \(BookTables.selectSetAside) WHERE word = ?1 AND record IS NULL "
        + "AND cbo IN (SELECT value FROM json_each(?3)) ORDER BY meeting_number, seq, idx"
    ).bind(Word.waiting.rawValue, list(news.records), list(news.cbos)).all(BookTables.setAside)
  }

  private func waiting() throws -> [SetAside] {
    try connection.statement(
      "\(BookTables.selectSetAside) WHERE word = ? ORDER BY meeting_number, seq, idx"
    ).bind(Word.waiting.rawValue).all(BookTables.setAside)
  }

  private func decide(
    _ decision: Decision, about target: Seq, _ part: UInt32?, _ cause: Seq, _ command: ShardCommand,
    _ news: inout News
  ) throws {
    guard let item = try tables.setAside(target, index: part) else {
      return try decidePosted(target, decision.word, cause, command, &news)
    }
    switch decision.word {
    case .reject, .approve:
      try resolve(item, Verdict(.refused, .rejectedByChecker), cause, command, &news)
    case .release:
      let (set, envelope) = try journaledSet(item.seq)
      var judge = Judge(set, envelope: envelope, state: tables, isReleased: true)
      var verdict = try judge.verdict(again: item)
      // What is under review is decided with it.
      if verdict.word == .accepted || verdict.word == .review {
        verdict = Verdict(index: verdict.index, .accepted, .approvedByChecker)
      }
      try resolve(item, verdict, cause, command, &news)
    }
  }

  /// A meeting that counts already is approved, or taken back with those that stand on it, the last first.
  private func decidePosted(
    _ target: Seq, _ word: DecisionWord, _ cause: Seq, _ command: ShardCommand, _ news: inout News
  ) throws {
    // Two decisions of one set may be about the same meeting: the first has decided.
    guard let meeting = try tables.meeting(postedBy: target), meeting.standing == .unapproved,
      let cbo = try tables.journaledSet(target)?.cbo
    else { return }
    guard word == .reject else {
      return try resolve(target, cbo, Verdict(.accepted, .approvedByChecker), cause, command, &news)
    }
    for standing in try tables.meetings(of: cbo, above: meeting.number) + [meeting] {
      try resolve(standing.seq, cbo, Verdict(.refused, .rejectedByChecker), cause, command, &news)
    }
  }

  /// A meeting that names the one it replaces settles that one, where it still is set aside.
  private func closeReplaced(
    by set: ChangeSet, _ meeting: Effects.MeetingRow, _ cause: Seq, _ command: ShardCommand,
    _ news: inout News
  ) throws {
    guard let target = set.changes.first?.patch.integer(MeetingField.replacesSeq), target != 0,
      set.canName(Seq(UInt64(bitPattern: target))),
      let item = try tables.setAside(Seq(UInt64(bitPattern: target)), index: nil)
    else { return }
    let verdict = Verdict(.refused, .replaced, arguments: [Int64(clamping: meeting.seq.rawValue)])
    try resolve(item, verdict, cause, command, &news)
  }

  private func giveUpWaiting(_ cause: Seq, _ command: ShardCommand) throws {
    guard progress.rollup.setAside > 0 else { return }
    let limit = command.received.milliseconds - Self.longestWaitMilliseconds
    var news = News()
    for item in try waiting() where item.received.milliseconds < limit {
      let verdict = Verdict(
        index: item.verdict.index, .flagged, .waitedTooLong, record: item.verdict.record,
        arguments: item.verdict.arguments)
      try resolve(item, verdict, cause, command, &news)
    }
  }

  /// The set that a resolution is about, from the journal. Its writer saw no more than it had seen then.
  private func journaledSet(_ seq: Seq) throws -> (ChangeSet, Envelope) {
    guard let row = try journal.row(seq) else {
      throw ShardError.damaged(block: block, detail: "journal row \(seq) is missing")
    }
    return (try ChangeSet(decoding: row.changes, under: row.verdicts), row.envelope)
  }

  private func resolve(
    _ item: SetAside, _ verdict: Verdict, _ cause: Seq, _ command: ShardCommand, _ news: inout News
  ) throws {
    try resolve(item.seq, index: item.index, item.cbo, verdict, cause, command, &news)
  }

  /// Writes one resolution: a server's set in the CBO of the set that it is about.
  private func resolve(
    _ target: Seq, index: UInt32? = nil, _ cbo: RecordID, _ verdict: Verdict, _ cause: Seq,
    _ command: ShardCommand, _ news: inout News
  ) throws {
    let seq = progress.head.next
    let resolution = Resolution(target: target, index: index, verdict: verdict, cause: cause)
    let (set, target) = try journaledSet(target)
    let effects = try Apply.effects(of: resolution, at: seq, target: set, envelope: target, state: tables)
    let bytes = ResolutionSet.encoded(resolution, cbo: cbo)
    let envelope = Envelope(
      seq: seq, kind: .resolution, device: .block, firstDeviceSeq: DeviceSeq(seq.rawValue), count: 1,
      received: command.received, hlc: HybridTime(command.received), rules: command.rules)
    _ = try append(
      envelope, lsn: command.lsn, cbo: cbo, verdicts: [], changes: bytes, hash: Hash.sha256(bytes))
    try write(effects)
    news.add(effects)
    if effects.linesPosted != nil {
      news.records.formUnion(set.changes.lazy.filter { $0.entity == .entry }.map(\.record))
    }
    news.cbos.insert(cbo)
    if let meeting = effects.meetings.first { try closeReplaced(by: set, meeting, cause, command, &news) }
  }
}
