package import LokBooks

/// The effects of a set under the verdicts it was given. Never judges; reads only the set's own CBO.
package struct Apply<State: BookState> {
  let set: ChangeSet
  let envelope: Envelope
  let state: State
  /// Where its writes take effect: the set's own seq, or that of the resolution which releases it.
  let effectSeq: Seq
  private var effects = Effects()
  private var records: [RecordID: StoredRecord] = [:]
  private var ledger = LedgerDraft()
  private var posted: LedgerDraft?

  private init(_ set: ChangeSet, _ envelope: Envelope, _ state: State, at effectSeq: Seq) {
    self.set = set
    self.envelope = envelope
    self.state = state
    self.effectSeq = effectSeq
  }

  /// - Parameter posted: the set's lines as its judge has summed them, where it has just accepted them all;
  ///   nil: they are summed here.
  /// - Throws: `ApplyError`, or what reading the state throws.
  package static func effects(
    of set: ChangeSet, envelope: Envelope, verdicts: Verdicts, state: State, posted: LedgerDraft? = nil
  ) throws -> Effects {
    var apply = Apply(set, envelope, state, at: envelope.seq)
    apply.posted = posted
    if let whole = verdicts.whole {
      try apply.applyWhole(whole)
    } else if set.kind == .meeting {
      try apply.postMeeting(linesStandAlready: false)
    } else if set.kind == .records {
      for index in set.changes.indices {
        try apply.applyChange(index, verdicts)
      }
    } else if set.kind == .decision {
      for index in set.changes.indices { try apply.applyDecision(index, verdicts) }
    }
    return apply.finished()
  }

  /// What a resolution changes; `set` and `envelope` are those of its target.
  package static func effects(
    of resolution: Resolution, at seq: Seq, target set: ChangeSet, envelope: Envelope, state: State
  ) throws -> Effects {
    var apply = Apply(set, envelope, state, at: seq)
    let place = Effects.Place(seq: resolution.target, index: resolution.index)
    apply.effects.resolved.append(.init(resolution, by: seq))
    guard let before = try state.setAside(place.seq, index: place.index) else {
      try apply.decidePosted(place, resolution.verdict.word)
      return apply.finished()
    }
    apply.effects.noLongerSetAside.append(place)
    switch resolution.verdict.word {
    case .waiting, .flagged:
      var after = before
      after.verdict = resolution.verdict
      apply.effects.setAside.append(after)
    case .review:
      var after = before
      after.verdict = resolution.verdict
      apply.effects.setAside.append(after)
      if let index = resolution.index { try apply.write(Int(index)) }
    case .accepted, .merged:
      let isDecided = resolution.verdict.reason == .approvedByChecker
      if let index = resolution.index {
        // What was not under review counts since the set came: what others have made of it stays.
        let reviewed = before.verdict.word == .review ? Set(before.verdict.arguments) : nil
        try apply.write(Int(index), isDecided: isDecided, only: reviewed)
      } else {
        try apply.postMeeting(linesStandAlready: true, as: isDecided ? .approved : .unapproved)
      }
    case .refused, .quarantined: break
    }
    return apply.finished()
  }

  /// A meeting's lines alone, for books that hold already what they have changed.
  /// - Parameter isHeld: it was posted once, so that who was there is in the books too.
  package static func lines(
    of set: ChangeSet, envelope: Envelope, isHeld: Bool, isPosted: Bool, state: State
  ) -> Effects {
    var apply = Apply(set, envelope, state, at: envelope.seq)
    for index in set.changes.indices {
      switch set.changes[index].entity {
      case .attendance where isHeld: apply.addAttendance(index)
      case .entry: apply.addEntry(index, LedgerLine(set.changes[index].patch), isPosted: isPosted)
      default: break
      }
    }
    return apply.finished()
  }

  private mutating func applyWhole(_ whole: Verdict) throws {
    switch whole.word {
    case .accepted, .merged, .review: try postMeeting(linesStandAlready: false)
    case .waiting, .flagged:
      effects.setAside.append(
        SetAside(
          seq: envelope.seq, index: nil, cbo: set.cbo, verdict: whole, meetingNumber: meetingNumber,
          received: envelope.received))
      for index in set.changes.indices where set.changes[index].entity == .entry {
        addEntry(index, LedgerLine(set.changes[index].patch), isPosted: false)
      }
    case .quarantined, .refused: break
    }
  }

  private mutating func applyChange(_ index: Int, _ verdicts: Verdicts) throws {
    let verdict = verdicts.changes.first { $0.index == UInt32(index) }
    switch verdict?.word ?? .accepted {
    case .accepted, .merged: try write(index)
    case .review, .waiting, .flagged:
      guard let verdict else { return }
      if verdict.word == .review { try write(index) }
      effects.setAside.append(
        SetAside(
          seq: envelope.seq, index: UInt32(index), cbo: set.cbo, verdict: verdict, meetingNumber: nil,
          received: envelope.received))
    case .quarantined, .refused: break
    }
  }

  /// A checker's word about a profile takes effect with its own set; one about a set, by the resolution that
  /// follows it.
  private mutating func applyDecision(_ index: Int, _ verdicts: Verdicts) throws {
    guard verdicts.word(at: UInt32(index)) == .accepted, let decision = Decision(set.changes[index].patch),
      case .profile(let id) = decision.target
    else { return }
    guard let record = try records[id] ?? state.record(id),
      let profile = FieldPolicy.profileField(of: record.entity)
    else { throw ApplyError.recordMissing(id) }
    let standing: ProfileStanding = decision.word == .approve ? .approved : .rejected
    var values = Patch([.init(number: profile, value: .integer(standing.rawValue))])
    let serial = verdicts.changes.first { $0.index == UInt32(index) }?.arguments.first ?? 0
    if standing == .approved, serial > 0, let code = FieldPolicy.codeField(of: record.entity) {
      values[code] = .integer(serial)
    }
    records[id] = put(values, into: record, byChange: index)
  }

  /// Values that stand whatever stood before.
  private func put(_ values: Patch, into record: StoredRecord, byChange index: Int) -> StoredRecord {
    let writer = Writer(of: set, changeAt: index, envelope: envelope, takingEffectAt: effectSeq)
    var fields = Dictionary(record.fields.map { ($0.number, $0) }) { first, _ in first }
    for field in values.fields {
      fields[field.number] = FieldState(
        number: field.number, value: field.value, hlc: writer.hlc, device: writer.device,
        deviceSeq: writer.deviceSeq, seq: writer.seq)
    }
    var result = record
    result.fields = fields.values.sorted { $0.number < $1.number }
    result.seq = max(record.seq, writer.seq)
    return result
  }

  /// A checker's word about a meeting that counts already.
  private mutating func decidePosted(_ place: Effects.Place, _ word: Word) throws {
    guard place.index == nil, let meeting = try state.meeting(postedBy: place.seq),
      meeting.standing == .unapproved
    else { throw ApplyError.nothingSetAside(place.seq) }
    let lines = Effects.Lines(seq: place.seq, cbo: set.cbo, day: meeting.day)
    guard word == .refused else {
      effects.standing = .init(lines: lines, standing: .approved)
      return
    }
    effects.standing = .init(lines: lines, standing: .rejected)
    for change in set.changes where change.entity == .entry {
      try post(LedgerLine(change.patch)?.reversed)
    }
  }

  private mutating func postMeeting(
    linesStandAlready: Bool, as standing: HeldMeeting.Standing = .unapproved
  ) throws {
    guard let meeting = set.changes.first, meeting.entity == .meeting, let number = meetingNumber,
      let day = meeting.patch.day(MeetingField.day)
    else { throw ApplyError.meetingMissing(envelope.seq) }
    effects.meetings.append(
      .init(
        id: meeting.record, cbo: set.cbo, number: number, day: day,
        type: meeting.patch.integer(MeetingField.type) ?? 0,
        opening: meeting.patch.paise(MeetingField.openingCashPaise) ?? .zero,
        closing: meeting.patch.paise(MeetingField.closingCashPaise) ?? .zero, standing: standing,
        seq: envelope.seq))
    if linesStandAlready { effects.linesPosted = .init(seq: envelope.seq, cbo: set.cbo, day: day) }
    for index in set.changes.indices.dropFirst() {
      let change = set.changes[index]
      switch change.entity {
      case .attendance: addAttendance(index)
      case .entry:
        let line = LedgerLine(change.patch)
        if !linesStandAlready { addEntry(index, line, isPosted: true) }
        if posted == nil { try post(line) }
      default: try write(index)
      }
    }
    if let posted { ledger = posted }
  }

  private mutating func post(_ line: LedgerLine?) throws {
    guard let line else { throw ApplyError.meetingMissing(envelope.seq) }
    let state = state
    if let account = try ledger.post(line, in: set.cbo, over: { try state.balance($0) }) {
      throw ApplyError.sumOverflows(BalanceKey(cbo: set.cbo, account: account))
    }
  }

  private mutating func addAttendance(_ index: Int) {
    let change = set.changes[index]
    effects.attendance.append(
      .init(
        id: change.record, cbo: set.cbo, meeting: set.changes[0].record,
        member: change.patch.record(AttendanceField.member) ?? RecordID(rawValue: 0),
        present: change.patch.integer(AttendanceField.present) == 1, seq: envelope.seq))
  }

  private mutating func addEntry(_ index: Int, _ line: LedgerLine?, isPosted: Bool) {
    let change = set.changes[index]
    let patch = change.patch
    effects.entries.append(
      .init(
        id: change.record, cbo: set.cbo, meeting: set.changes[0].record,
        day: set.changes[0].patch.day(MeetingField.day) ?? Day(number: 0),
        kind: patch.integer(EntryField.kind) ?? 0, amount: patch.paise(EntryField.amountPaise) ?? .zero,
        debit: line?.debit ?? LedgerLine.account(patch, EntryField.debitAccount),
        credit: line?.credit ?? LedgerLine.account(patch, EntryField.creditAccount),
        member: patch.record(EntryField.member), loan: patch.record(EntryField.loan),
        bankAccount: patch.record(EntryField.bankAccount), reverses: patch.record(EntryField.reverses),
        remark: patch.text(EntryField.remark), seq: envelope.seq, isPosted: isPosted))
  }

  /// Merges one change into its record.
  /// - Parameter fields: nil = all of them.
  private mutating func write(_ index: Int, isDecided: Bool = false, only fields: Set<Int64>? = nil) throws {
    let change = set.changes[index]
    let stored = try records[change.record] ?? state.record(change.record)
    guard change.isNew || stored != nil else { throw ApplyError.recordMissing(change.record) }
    let before =
      stored
      ?? StoredRecord(id: change.record, entity: change.entity, cbo: set.cbo, seq: effectSeq, fields: [])
    let writer = Writer(of: set, changeAt: index, envelope: envelope, takingEffectAt: effectSeq)
    var patch = set.selfContained(changeAt: index)
    if let fields { patch = Patch(patch.fields.filter { fields.contains(Int64($0.number)) }) }
    let merged = FieldMerge.merge(patch, into: before, by: writer, isDecided: isDecided)
    records[change.record] = reopened(merged.record, byChange: index)
    effects.conflicts += merged.conflicts
    noteMembership(before, merged.record)
  }

  /// What a checker rejected and its maker has changed since awaits a checker again.
  private func reopened(_ record: StoredRecord, byChange index: Int) -> StoredRecord {
    guard let profile = FieldPolicy.profileField(of: record.entity),
      ProfileStanding(record.values, of: record.entity) == .rejected
    else { return record }
    let pending = FieldValue.integer(ProfileStanding.pending.rawValue)
    return put(Patch([.init(number: profile, value: pending)]), into: record, byChange: index)
  }

  /// A group that joins a federation, changes to another one, or leaves it.
  private mutating func noteMembership(_ before: StoredRecord, _ after: StoredRecord) {
    guard after.entity == .cbo else { return }
    let none = RecordID(rawValue: 0)
    let (old, new) = (before.values.record(CBOField.parent), after.values.record(CBOField.parent))
    guard old ?? none != new ?? none else { return }
    // Where no day is given: its first federation since it was formed, another one since the set came.
    let unsaid = old == nil ? after.values.day(CBOField.formationDay) : nil
    let since =
      after.values.day(CBOField.parentSinceDay).flatMap {
        $0 == before.values.day(CBOField.parentSinceDay) ? nil : $0
      }
    effects.memberships.append(
      .init(
        cbo: after.id, parent: new ?? none, since: since ?? unsaid ?? Day(of: envelope.received),
        seq: effectSeq))
  }

  private var meetingNumber: UInt32? {
    guard let meeting = set.changes.first, meeting.entity == .meeting else { return nil }
    return meeting.patch.integer(MeetingField.number).flatMap { UInt32(exactly: $0) }
  }

  private mutating func finished() -> Effects {
    effects.records = records.values.sorted { $0.id < $1.id }
    effects.balances = ledger.moved
    return effects
  }
}
