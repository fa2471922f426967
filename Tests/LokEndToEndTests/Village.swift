import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokWire
import Testing

/// An SHG with one member on a real phone: she has saved, and owes a loan; everything is committed.
struct Village: Sendable {
  let bench: Bench
  let phone: DeviceAgent
  let group: RecordID
  let member: RecordID
  let loan: RecordID
  static let saved: Int64 = 500_00
  static let lent: Int64 = 200_00
  static var formed: Day { Bench.today.advanced(by: -300) }

  init(_ bench: Bench, _ name: String = "asha.sqlite") async throws {
    self.bench = bench
    phone = try await bench.enrolled(name)
    (group, member) = try await phone.makeGroup("Jai Maa")
    let (group, member) = (group, member)
    let set = try await phone.with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: -10), attendance: [.init(member, isPresent: true)],
          loans: [LoanDraft(borrower: .member(member), principal: Paise(Self.lent))],
          entries: [
            EntryDraft(.savingCompulsory, Paise(Self.saved), member: member),
            EntryDraft(.loanGiven, Paise(Self.lent), member: member, loan: .new(0)),
          ]), of: group, at: now)
    }
    loan = set.newRecords[1]
    try await phone.expectDone()
    let status = try await phone.status()
    #expect(status.text == "0 unsent / 0 stored / 3 committed / 0 set aside")
  }
}

extension DeviceAgent {
  func expectDone(_ comment: Comment? = nil) async throws {
    let outcome = try await sync().outcome
    #expect(outcome == .done, comment)
  }

  func makeGroup(_ name: String, identity: MemberIdentity = MemberIdentity(name: "Sita Devi")) throws
    -> (group: RecordID, member: RecordID)
  {
    try with { store, now in
      let group = try store.createCBO(
        CBODraft(tier: .selfHelpGroup, name: name, formationDay: Village.formed), at: now)
      let member = try store.addMember(
        MemberDraft(identity: identity, joinedDay: Village.formed), to: group.cbo, at: now)
      return (group.cbo, member.newRecords[0])
    }
  }

  /// A meeting in which one member saves.
  func meet(_ group: RecordID, saving member: RecordID, _ paise: Int64) throws {
    _ = try with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          day: Bench.today, attendance: [.init(member, isPresent: true)],
          entries: [EntryDraft(.savingCompulsory, Paise(paise), member: member)]),
        of: group, at: now)
    }
  }

  /// A set that the library would never write, at the end of the outbox all the same: what an older or a
  /// broken app leaves.
  ///
  /// - Parameter bytes: made from the numbers that come next.
  func plant(
    cbo: RecordID,
    _ build: @Sendable (_ next: DeviceSeq, _ counter: UInt32) throws -> (bytes: [UInt8], count: Int)
  ) throws {
    try with { store, now in
      let connection = store.shard.connection
      let state = try #require(
        try connection.statement("SELECT next_device_seq, next_counter, chain FROM device_state").first {
          (next: DeviceSeq($0.unsigned(0)), counter: UInt32($0.integer(1)), chain: $0.bytes(2))
        })
      let (bytes, count) = try build(state.next, state.counter)
      let hash = Hash.sha256(bytes)
      let chain = OutboxChain.next(after: state.chain, firstDeviceSeq: state.next, setHash: hash)
      try connection.statement(
        "INSERT INTO device_outbox (device, first_device_seq, count, cbo, bytes, hash, chain, first_hlc, "
          + "recorded, state, applied) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"
      ).bind(
        try store.identity().number.rawValue, state.next.rawValue, count, cbo.rawValue, bytes, hash, chain,
        HybridTime(now).rawValue, now.milliseconds
      ).run()
      try connection.statement("UPDATE device_state SET next_device_seq = ?, chain = ?")
        .bind(state.next.advanced(by: UInt32(count)).rawValue, chain).run()
    }
  }

  /// As if no answer about any set had ever come.
  func forgetAnswers() throws {
    try with { store, _ in try store.shard.connection.execute("UPDATE device_outbox SET state = 1") }
  }
}
