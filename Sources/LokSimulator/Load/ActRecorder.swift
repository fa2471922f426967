import LokBooks
import LokDevice

/// Types an act into a phone, as the person who holds it would.
struct ActRecorder {
  let names: BlockNames

  /// - Returns: under which numbers it stands in the outbox.
  func record(_ act: Act, in store: DeviceStore, at now: Timestamp) throws -> Recorded {
    let seen = try act.decision.flatMap { try valueReviewed(by: $0, act, in: store) }
    let (set, begun) = try write(act, in: store, at: now)
    let sent = BlockNames.Sent(
      device: set.device, firstDeviceSeq: set.firstDeviceSeq,
      meeting: act.meeting.map { UInt32($0.number) }, record: try act.edit.map { try edited($0, act) })
    names.keep(begun, of: act, sent: sent)
    return Recorded(
      act: act.act, phone: act.phone, block: act.block, device: set.device.rawValue,
      firstDeviceSeq: set.firstDeviceSeq.rawValue, count: Int(set.count), cbo: set.cbo.rawValue,
      records: begun.map(\.rawValue), seen: seen)
  }

  private func write(
    _ act: Act, in store: DeviceStore, at now: Timestamp
  ) throws -> (RecordedSet, begun: [RecordID]) {
    if let meeting = act.meeting {
      let draft = try draft(of: meeting, act, in: store)
      let set = try store.recordMeeting(draft, of: try group(meeting.group, act), at: now)
      // The meeting itself, its loans, its attendance, its lines.
      let loans = set.newRecords.dropFirst().prefix(meeting.loans.count)
      return (set, loans + set.newRecords.suffix(meeting.lines.count))
    }
    if let edit = act.edit { return (try write(edit, act, in: store, at: now), []) }
    if let decision = act.decision { return (try write(decision, act, in: store, at: now), []) }
    if let profiles = act.profiles { return (try write(profiles, act, in: store, at: now), []) }
    let set = try writeRecord(act, in: store, at: now)
    return (set, set.newRecords)
  }

  private func writeRecord(_ act: Act, in store: DeviceStore, at now: Timestamp) throws -> RecordedSet {
    if let village = act.village {
      let draft = VillageDraft(name: village.name, lgdCode: village.code, gramPanchayat: village.panchayat)
      return try store.createVillage(draft, at: now)
    }
    if let deed = act.group { return try store.createCBO(draft(of: deed), at: now) }
    if let member = act.member {
      return try store.addMember(draft(of: member), to: try group(member.group, act), at: now)
    }
    if let account = act.account {
      return try store.writeBankAccount(draft(of: account), of: try group(account.group, act), at: now)
    }
    if let lending = act.lending {
      let draft = draft(of: lending.loan, borrower: .cbo(try group(lending.borrower, act)))
      return try store.createLoan(draft, of: try group(lending.lender, act), at: now)
    }
    if let event = act.event {
      return try store.rescheduleLoan(
        try loan(event.loan, act), on: Day(number: act.day), instalments: UInt32(event.instalments),
        reason: event.reason, of: try group(event.group, act), at: now)
    }
    guard let statement = act.statement else { throw missing(act, "a deed") }
    return try store.writeBankStatement(
      Paise(statement.paise), on: Day(number: act.day), account: try account(of: statement.group, act),
      of: try group(statement.group, act), at: now)
  }

  private func write(
    _ edit: EditDeed, _ act: Act, in store: DeviceStore, at now: Timestamp
  ) throws -> RecordedSet {
    let cbo = try group(edit.group, act)
    let record = try edited(edit, act)
    if edit.isOfAccount {
      let draft = BankAccountDraft(branch: edit.branch, accountNumber: edit.accountNumber)
      return try store.writeBankAccount(draft, record, of: cbo, at: now)
    }
    guard edit.member != nil else {
      let status = edit.status.flatMap { CBOStatus(rawValue: Int64($0)) }
      let draft = CBODraft(
        name: edit.name, meetingEveryDays: edit.everyDays.map { UInt32($0) },
        settings: GroupSettings(status: status))
      return try store.editCBO(cbo, draft, at: now)
    }
    let draft = MemberDraft(
      contact: edit.phone.map { MemberContact(phone: $0) }, leftReason: edit.leftReason.map { Int64($0) },
      leftDay: edit.leftReason.map { _ in Day(number: act.day) },
      designation: edit.designation.map { Int64($0) })
    return try store.editMember(record, of: cbo, draft, at: now)
  }

  private func edited(_ edit: EditDeed, _ act: Act) throws -> RecordID {
    if edit.isOfAccount { return try account(of: edit.group, act) }
    return try edit.member.map { try member($0, of: edit.group, act) } ?? group(edit.group, act)
  }

  private func draft(of meeting: MeetingDeed, _ act: Act, in store: DeviceStore) throws -> MeetingDraft {
    let attendance = try (meeting.present + meeting.absent).enumerated().map { place, woman in
      MeetingDraft.Attendance(
        try member(woman, of: meeting.group, act), isPresent: place < meeting.present.count)
    }
    let loans = try meeting.loans.map { loan in
      let borrower: LoanDraft.Borrower =
        if let woman = loan.member {
          .member(try member(woman, of: meeting.group, act))
        } else {
          .cbo(try group(meeting.group, act))
        }
      return draft(of: loan, borrower: borrower)
    }
    return MeetingDraft(
      number: UInt32(meeting.number), day: Day(number: meeting.day), kind: kind(of: meeting),
      attendance: attendance, loans: loans,
      entries: try meeting.lines.map { try draft(of: $0, meeting, act) },
      openingCash: Paise(meeting.openingPaise), closingCash: Paise(meeting.closingPaise),
      replaces: try meeting.replaces.map { try seq(ofOwn: $0, act, in: store) })
  }

  private func kind(of meeting: MeetingDeed) -> MeetingDraft.Kind {
    switch meeting.kind {
    case .regular: .regular
    case .zero: .zero
    case .special: .special
    case .cutoff: .cutoff
    case .closing: .closing
    }
  }

  private func draft(of line: MoneyDeed, _ meeting: MeetingDeed, _ act: Act) throws -> EntryDraft {
    guard let kind = EntryKind(rawValue: line.kind) else { throw missing(act, "kind \(line.kind)") }
    let account = { (code: Int) in Account(rawValue: UInt32(code)) }
    let reversed = try line.reverses.map { place in
      guard let id = names.line(place) else { throw missing(act, "line \(place.line) of act \(place.act)") }
      return id
    }
    return EntryDraft(
      kind, Paise(line.paise), member: try line.member.map { try member($0, of: meeting.group, act) },
      loan: try line.loan.map { try loan($0, of: meeting, act) }, debit: line.debit.map(account),
      credit: line.credit.map(account), reverses: reversed,
      bankAccount: line.isOfBank == true ? try self.account(of: meeting.group, act) : nil)
  }

  /// Where it stands in the journal, as the maker's phone shows what is set aside.
  private func seq(ofOwn replaced: Int, _ act: Act, in store: DeviceStore) throws -> Seq {
    let sent = names.sent(replaced)
    let found = try store.status().setAside.first {
      $0.device == sent?.device && $0.firstDeviceSeq == sent?.firstDeviceSeq
    }
    guard let seq = found?.seq else { throw missing(act, "set aside act \(replaced)") }
    return seq
  }

  private func loan(_ loan: Int, of meeting: MeetingDeed, _ act: Act) throws -> EntryDraft.Loan {
    if let place = meeting.loans.firstIndex(where: { $0.loan == loan }) { return .new(place) }
    return .known(try self.loan(loan, act))
  }

  func loan(_ loan: Int, _ act: Act) throws -> RecordID {
    guard let id = names.loan(loan) else { throw missing(act, "loan \(loan)") }
    return id
  }

  func group(_ group: Int, _ act: Act) throws -> RecordID {
    guard let id = names.group(group) else { throw missing(act, "group \(group)") }
    return id
  }

  func account(of group: Int, _ act: Act) throws -> RecordID {
    guard let id = names.account(of: group) else { throw missing(act, "the bank account of group \(group)") }
    return id
  }

  func member(_ member: Int, of group: Int, _ act: Act) throws -> RecordID {
    guard let id = names.member(member, of: group) else {
      throw missing(act, "member \(member) of group \(group)")
    }
    return id
  }

  func missing(_ act: Act, _ what: String) -> SimulationError {
    .phoneFailed(phone: act.phone, block: act.block, detail: "act \(act.act): \(what) is not known")
  }
}
