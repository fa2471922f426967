import LokBooks
import LokDevice

/// Types an act into a phone, as its bookkeeper would.
struct ActRecorder {
  let names: BlockNames

  /// - Returns: under which numbers it stands in the outbox.
  func record(_ act: Act, in store: DeviceStore, at now: Timestamp) throws -> Recorded {
    let (set, begun) = try write(act, in: store, at: now)
    names.keep(begun, of: act)
    return Recorded(
      act: act.act, phone: act.phone, block: act.block, device: set.device.rawValue,
      firstDeviceSeq: set.firstDeviceSeq.rawValue, count: Int(set.count), cbo: set.cbo.rawValue,
      records: begun.map(\.rawValue))
  }

  private func write(
    _ act: Act, in store: DeviceStore, at now: Timestamp
  ) throws -> (RecordedSet, begun: [RecordID]) {
    if let village = act.village {
      let draft = VillageDraft(name: village.name, lgdCode: village.code, gramPanchayat: village.panchayat)
      let set = try store.createVillage(draft, at: now)
      return (set, set.newRecords)
    }
    if let group = act.group {
      let set = try store.createCBO(draft(of: group), at: now)
      return (set, set.newRecords)
    }
    if let member = act.member {
      let draft = MemberDraft(
        identity: MemberIdentity(
          name: member.name, guardian: member.guardian, birthDay: Day(number: member.born)),
        contact: MemberContact(phone: member.phone), joinedDay: Day(number: member.joined),
        socialCategory: Int64(member.category), designation: Int64(member.designation))
      let set = try store.addMember(draft, to: try group(member.group, act), at: now)
      return (set, set.newRecords)
    }
    if let edit = act.edit { return (try write(edit, act, in: store, at: now), []) }
    guard let meeting = act.meeting else { throw missing(act, "a deed") }
    let set = try store.recordMeeting(try draft(of: meeting, act), of: try group(meeting.group, act), at: now)
    return (set, Array(set.newRecords.dropFirst().prefix(meeting.loans.count)))
  }

  private func write(
    _ edit: EditDeed, _ act: Act, in store: DeviceStore, at now: Timestamp
  ) throws -> RecordedSet {
    let cbo = try group(edit.group, act)
    guard let member = edit.member else {
      return try store.editCBO(cbo, CBODraft(meetingEveryDays: edit.everyDays.map { UInt32($0) }), at: now)
    }
    let draft = MemberDraft(
      contact: edit.phone.map { MemberContact(phone: $0) }, designation: edit.designation.map { Int64($0) })
    return try store.editMember(try self.member(member, of: edit.group, act), of: cbo, draft, at: now)
  }

  private func draft(of group: GroupDeed) -> CBODraft {
    CBODraft(
      tier: Tier(rawValue: Int64(group.tier)), name: group.name,
      parent: group.parent.flatMap { names.group($0) },
      village: group.village.flatMap { names.village($0) }, formationDay: Day(number: group.formed),
      meetingEveryDays: UInt32(group.everyDays),
      compulsorySaving: group.tier == 1 ? Paise(group.savingPaise) : nil)
  }

  private func draft(of meeting: MeetingDeed, _ act: Act) throws -> MeetingDraft {
    let attendance =
      try meeting.present.map {
        MeetingDraft.Attendance(try member($0, of: meeting.group, act), isPresent: true)
      }
      + meeting.absent.map {
        MeetingDraft.Attendance(try member($0, of: meeting.group, act), isPresent: false)
      }
    let loans = try meeting.loans.map { loan in
      LoanDraft(
        borrower: .member(try member(loan.member, of: meeting.group, act)),
        principal: Paise(loan.principalPaise),
        annualRateBasisPoints: UInt32(loan.rateBasisPoints), instalments: UInt32(loan.instalments),
        purpose: loan.purpose, sanctionedDay: Day(number: act.day))
    }
    let entries = try meeting.lines.map { line in
      guard let kind = EntryKind(rawValue: line.kind) else { throw missing(act, "kind \(line.kind)") }
      return EntryDraft(
        kind, Paise(line.paise), member: try line.member.map { try member($0, of: meeting.group, act) },
        loan: try line.loan.map { try loan($0, of: meeting, act) })
    }
    return MeetingDraft(
      number: UInt32(meeting.number), day: Day(number: act.day), attendance: attendance, loans: loans,
      entries: entries, openingCash: Paise(meeting.openingPaise), closingCash: Paise(meeting.closingPaise))
  }

  private func loan(_ loan: Int, of meeting: MeetingDeed, _ act: Act) throws -> EntryDraft.Loan {
    if let place = meeting.loans.firstIndex(where: { $0.loan == loan }) { return .new(place) }
    guard let id = names.loan(loan) else { throw missing(act, "loan \(loan)") }
    return .known(id)
  }

  private func group(_ group: Int, _ act: Act) throws -> RecordID {
    guard let id = names.group(group) else { throw missing(act, "group \(group)") }
    return id
  }

  private func member(_ member: Int, of group: Int, _ act: Act) throws -> RecordID {
    guard let id = names.member(member, of: group) else {
      throw missing(act, "member \(member) of group \(group)")
    }
    return id
  }

  private func missing(_ act: Act, _ what: String) -> SimulationError {
    .phoneFailed(phone: act.phone, block: act.block, detail: "act \(act.act): \(what) is not known")
  }
}
