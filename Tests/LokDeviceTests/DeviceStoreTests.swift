import LokBooks
import LokDevice
import LokSQLite
import LokTransport
import LokWire
import Testing

@Suite struct OutboxTests {
  @Test func `numbers, bytes and chain are on disk before anything is sent, and survive a restart`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    let start = try phone.store.sessionStart(appBuild: "test")
    try phone.reopen()
    let again = try phone.store.sessionStart(appBuild: "test")
    #expect(again.outboxLast == DeviceSeq(2) && again.outboxChain == start.outboxChain)
    var chain = OutboxChain.start
    for set in try phone.outbox() {
      #expect(set.hash == Hash.sha256(set.bytes))
      #expect(try phone.store.chain(before: set.firstDeviceSeq) == chain)
      chain = OutboxChain.next(after: chain, firstDeviceSeq: set.firstDeviceSeq, setHash: set.hash)
    }
    #expect(chain == start.outboxChain)
  }

  @Test func `a retry sends the very same bytes and keys`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    let first = try phone.outbox()
    try phone.reopen()
    #expect(try phone.outbox() == first)
    #expect(first[1].keys.count == 1)
  }

  @Test func `an upload takes as many sets as fit, and always one`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    #expect(try phone.store.outbox(from: DeviceSeq(1), sets: 8, bytes: 1).count == 1)
    #expect(try phone.store.outbox(from: DeviceSeq(1), sets: 1, bytes: 100_000).count == 1)
    #expect(try phone.store.outbox(from: DeviceSeq(1), sets: 8, bytes: 100_000).count == 2)
  }

  @Test func `a member's key reaches the vault and opens her name`() throws {
    let phone = try TemporaryStore()
    let (_, member) = try phone.makeGroup()
    let set = try phone.outbox()[1]
    let key = try phone.server.vault.unwrap(try #require(set.keys.first), in: block)
    let change = try ChangeSet(decoding: set.bytes).changes[0]
    let nonce = SealNonce(
      setNonce: try #require(try ChangeSet(decoding: set.bytes).sealNonce), changeIndex: 0)
    let part = try key.open(
      try #require(change.patch.bytes(MemberField.identity)), nonce: nonce,
      at: SealedPlace(
        block: block, record: member, deviceSeq: set.firstDeviceSeq, field: MemberField.identity))
    #expect(String(decoding: part, as: UTF8.self).contains("Sita Devi"))
    #expect(!String(decoding: set.bytes, as: UTF8.self).contains("Sita"))
  }
}

@Suite struct PathTests {
  @Test func `after a stall packets are small, and what helped is kept over a restart`() throws {
    let phone = try TemporaryStore()
    func segments() throws -> Dialer.Segments { try phone.store.server().segments }
    func ended(_ isBroken: Bool, hours: Int64 = 0) throws {
      let now = Timestamp(milliseconds: noon.milliseconds + hours * 3_600_000)
      try phone.store.notePath(isBroken: isBroken, at: now)
    }
    #expect(try segments() == .usual)
    try ended(false)
    #expect(try segments() == .usual)
    try ended(true)
    #expect(try segments() == .small)
    try phone.reopen()
    try ended(true, hours: 1)
    #expect(try segments() == .usual, "it was not the packets' size")
    try ended(true, hours: 2)
    try ended(false, hours: 3)
    try phone.reopen()
    try ended(true, hours: 4)
    #expect(try segments() == .small, "what helped is kept")
    try ended(false, hours: 27)
    #expect(try segments() == .usual, "a day later usual ones are tried")
  }

  @Test func `usual packets are tried more rarely each time they fail, and for good where they pass`() {
    var path = PacketPath()
    func day(_ day: Int) -> Timestamp { Timestamp(milliseconds: noon.milliseconds + Int64(day) * 86_400_000) }
    var today = 0
    path.note(isBroken: true, at: day(today))
    var waits: [Int] = []
    for _ in 0..<7 {
      let began = today
      path.note(isBroken: false, at: day(today))
      while path.isSmall {
        today += 1
        path.note(isBroken: false, at: day(today))
      }
      waits.append(today - began)
      path.note(isBroken: true, at: day(today))
    }
    #expect(waits == [1, 2, 4, 8, 16, 30, 30])
    path.note(isBroken: false, at: day(today + 30))
    path.note(isBroken: false, at: day(today + 30))
    #expect(path == PacketPath())
    path.note(isBroken: true, at: day(100))
    path.note(isBroken: false, at: day(90))
    #expect(!path.isSmall, "a clock that was set back is not waited for")
  }
}

@Suite struct StatusTests {
  @Test func `each set is in exactly one word`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    #expect(try phone.store.status().text == "2 unsent / 0 stored / 0 committed / 0 set aside")
    _ = try phone.outbox()
    #expect(try phone.store.status().text == "2 unsent / 0 stored / 0 committed / 0 set aside")
    try phone.store.recordStored(before: DeviceSeq(2))
    #expect(try phone.store.status().text == "1 unsent / 1 stored / 0 committed / 0 set aside")
    try phone.commitAll()
    #expect(try phone.store.status().text == "0 unsent / 0 stored / 2 committed / 0 set aside")
  }

  @Test func `what is set aside says why`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    try phone.commitAll(verdicts: Verdicts(whole: Verdict(.flagged, .closingCashDiffers, arguments: [5, 6])))
    #expect(
      try phone.store.status().text == "0 unsent / 0 stored / 0 committed / 2 set aside: closing cash differs"
    )
  }

  @Test func `being revoked and an unbelieved receipt are said`() throws {
    let phone = try TemporaryStore()
    try phone.store.noteOutcome(.revoked, at: noon)
    try phone.store.noteOutcome(.unproven(.signatureDiffers), at: noon)
    let status = try phone.store.status()
    #expect(status.isRevoked)
    #expect(status.text.contains("this device was revoked"))
    #expect(status.text.contains("not believed"))
    try phone.store.noteOutcome(.done, at: noon)
    #expect(try phone.store.status().notices.isEmpty)
  }
}

@Suite struct WritingTests {
  @Test func `an Aadhaar number in a remark is refused while it can be mended`() throws {
    let phone = try TemporaryStore()
    let (group, member) = try phone.makeGroup()
    var meeting = MeetingDraft(
      day: today,
      entries: [EntryDraft(.savingCompulsory, Paise(5000), member: member, remark: "id 2341 2341 2346")])
    #expect(throws: DeviceError.containsAadhaar(field: "remark")) {
      try phone.store.recordMeeting(meeting, of: group, at: noon)
    }
    #expect(try phone.outbox().count == 2)
    meeting.entries[0].remark = "paid late"
    _ = try phone.store.recordMeeting(meeting, of: group, at: noon)
    #expect(try phone.outbox().count == 3)
  }

  @Test(arguments: [
    (MemberDraft(contact: MemberContact(phone: "1234567890")), DeviceError.phoneFormat),
    (MemberDraft(contact: MemberContact(phone: "98765")), .phoneFormat),
    (MemberDraft(bank: MemberBank(account: "12345678")), .accountFormat),
    (MemberDraft(bank: MemberBank(account: "123456789", ifsc: "SBIN1234567")), .ifscFormat),
    (MemberDraft(identity: MemberIdentity(name: "2341 2341 2346")), .containsAadhaar(field: "name")),
    (MemberDraft(identity: MemberIdentity(name: "a\0b")), .textNotStorable(field: "name")),
  ])
  func `a member's parts are checked when typed`(_ draft: MemberDraft, _ expected: DeviceError) throws {
    let phone = try TemporaryStore()
    let (group, _) = try phone.makeGroup()
    #expect(throws: expected) { try phone.store.addMember(draft, to: group, at: noon) }
    #expect(try phone.outbox().count == 2)
  }

  @Test func `a meeting's cash and number come from the books, its loan from the same set`() throws {
    let phone = try TemporaryStore()
    let (group, member) = try phone.makeGroup()
    let first = try phone.store.recordMeeting(
      MeetingDraft(
        day: today.advanced(by: -7), attendance: [.init(member, isPresent: true)],
        entries: [EntryDraft(.savingCompulsory, Paise(50_000), member: member)]), of: group, at: noon)
    #expect(first.provisional.isAllAccepted)
    let second = try phone.store.recordMeeting(
      MeetingDraft(
        day: today, loans: [LoanDraft(borrower: .member(member), principal: Paise(20_000))],
        entries: [EntryDraft(.loanGiven, Paise(20_000), member: member, loan: .new(0))]), of: group, at: noon)
    #expect(second.provisional.isAllAccepted)
    let books = try phone.store.books(of: group, at: noon)
    #expect(books.cash == Paise(30_000) && books.lastMeeting == 2)
    #expect(books.trialBalanceSum == .zero && books.provisionalSets == 4)
    #expect(books.loans.map(\.outstanding) == [Paise(20_000)])
    #expect(books.members.first?.identity?.name == "Sita Devi")
    #expect(books.members.first?.savings[.savingsCompulsory] == Paise(50_000))
  }

  @Test func `a wrong closing cash is recorded as counted, and provisionally set aside`() throws {
    let phone = try TemporaryStore()
    let (group, member) = try phone.makeGroup()
    let meeting = try phone.store.recordMeeting(
      MeetingDraft(
        day: today, entries: [EntryDraft(.savingCompulsory, Paise(50_000), member: member)],
        closingCash: Paise(49_000)), of: group, at: noon)
    #expect(meeting.provisional.whole?.reason == .closingCashDiffers)
    #expect(try phone.store.books(of: group, at: noon).cash == .zero)
  }

  @Test func `the clock never goes back`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    _ = try phone.store.createCBO(CBODraft(tier: .selfHelpGroup, name: "B"), at: Timestamp(milliseconds: 5))
    let clocks = try phone.outbox().map(\.firstHLC)
    #expect(clocks == clocks.sorted() && Set(clocks).count == clocks.count)
  }
}
