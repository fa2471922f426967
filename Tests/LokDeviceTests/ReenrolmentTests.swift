import LokBooks
import LokDevice
import LokWire
import Testing

@Suite struct ReenrolmentTests {
  @Test func `what was never stored is written again under the new number, references and all`() throws {
    let phone = try TemporaryStore()
    let (group, member) = try phone.makeGroup()
    _ = try phone.store.recordMeeting(
      MeetingDraft(
        day: today, attendance: [.init(member, isPresent: true)],
        loans: [LoanDraft(borrower: .member(member), principal: Paise(100))],
        entries: [
          EntryDraft(.savingCompulsory, Paise(500), member: member),
          EntryDraft(.loanGiven, Paise(100), member: member, loan: .new(0)),
        ]), of: group, at: noon)
    let before = try phone.store.books(of: group, at: noon)
    _ = try phone.store.reenrolment(appBuild: "test")
    #expect(try phone.store.adopt(try phone.server.registration(40), at: noon) == 3)

    let sets = try phone.outbox().map { try ChangeSet(decoding: $0.bytes) }
    #expect(sets.map(\.firstDeviceSeq) == [DeviceSeq(1), DeviceSeq(2), DeviceSeq(3)])
    let newGroup = RecordID(device: DeviceNumber(40), counter: 1)
    let newMember = RecordID(device: DeviceNumber(40), counter: 2)
    #expect(sets.allSatisfy { $0.cbo == newGroup && $0.device == DeviceNumber(40) })
    let meeting = sets[2].changes
    #expect(meeting.first { $0.entity == .attendance }?.patch.record(AttendanceField.member) == newMember)
    let loan = try #require(meeting.first { $0.entity == .loan })
    #expect(loan.patch.record(LoanField.member) == newMember)
    #expect(meeting.last?.patch.record(EntryField.loan) == loan.record)

    let after = try phone.store.books(of: newGroup, at: noon)
    #expect(after.cash == before.cash && after.trialBalance == before.trialBalance)
    #expect(after.members.first?.identity?.name == "Sita Devi")
    let key = try phone.outbox()[1].keys[0]
    #expect(key.member == newMember)
    #expect(throws: Never.self) { try phone.server.vault.unwrap(key, in: block) }
    #expect(try phone.store.status().text.hasPrefix("3 unsent / 0 stored / 0 committed / 0 set aside"))
    #expect(try phone.store.status().text.contains("enrolled again"))
  }

  @Test func `what was stored keeps its number and its bytes`() throws {
    let phone = try TemporaryStore()
    let (group, member) = try phone.makeGroup()
    let stored = try phone.outbox()
    try phone.store.recordStored(before: DeviceSeq(3))
    _ = try phone.store.editMember(
      member, of: group, MemberDraft(contact: MemberContact(phone: "9876543210")), at: noon)
    _ = try phone.store.reenrolment(appBuild: "test")
    #expect(try phone.store.adopt(try phone.server.registration(40), at: noon) == 1)
    let rewritten = try phone.outbox().map { try ChangeSet(decoding: $0.bytes) }
    // The member was stored: she is still known by her first id.
    #expect(rewritten.map(\.changes[0].record) == [member])
    #expect(rewritten[0].cbo == group)
    #expect(try phone.store.status().stored == 2)

    // Under the old number they come down as another device's, with bytes.
    let sets = stored.enumerated().map { place, set in
      StoredSet(
        envelope: phone.server.envelope(of: set, from: DeviceNumber(12), seq: Seq(UInt64(place) + 1)),
        verdicts: [], bytes: set.bytes)
    }
    let page = DownloadPage(previous: .zero, last: Seq(2), sets: sets, isLast: true)
    #expect(try phone.store.apply(page, adopting: nil) == .applied)
    #expect(try phone.store.status().committed == 2)
    let books = try phone.store.books(of: group, at: noon)
    #expect(books.members.first?.contact?.phone == "9876543210")
    #expect(books.members.first?.identity?.name == "Sita Devi")
  }

  @Test func `a lost answer is asked for again with the same key`() throws {
    let phone = try TemporaryStore()
    let first = try phone.store.reenrolment(appBuild: "test")
    try phone.reopen()
    let second = try phone.store.reenrolment(appBuild: "test")
    #expect(first.key == second.key)
    #expect(first.predecessor?.device == DeviceNumber(12))
  }
}

@Suite struct PageTests {
  /// A page that holds the phone's whole outbox as the journal has it, own bytes left out.
  private func page(_ phone: TemporaryStore, chain: [UInt8]? = nil) throws -> (DownloadPage, RecordID) {
    let device = try phone.device
    let sets = try phone.outbox()
    var value = CboChain.start
    var stored: [StoredSet] = []
    for (place, set) in sets.enumerated() {
      let envelope = phone.server.envelope(of: set, from: device, seq: Seq(UInt64(place) + 1))
      value = CboChain.next(
        after: value, leaf: Leaf.hash(block: block, envelope: envelope, setHash: set.hash, verdicts: []))
      stored.append(StoredSet(envelope: envelope, verdicts: [], bytes: nil))
    }
    let group = try ChangeSet(decoding: sets[0].bytes).cbo
    return (
      DownloadPage(
        previous: .zero, last: Seq(UInt64(sets.count)), sets: stored,
        chains: [.init(cbo: group, chain: chain ?? value)], isLast: true), group
    )
  }

  @Test func `own sets come down without bytes, and the cursor moves with them`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    let (page, group) = try page(phone)
    #expect(try phone.store.apply(page, adopting: 7) == .applied)
    let cursor = try phone.store.cursor()
    #expect(cursor.seq == Seq(2) && cursor.scopeVersion == 7)
    #expect(try phone.store.books(of: group, at: noon).provisionalSets == 0)
    // Again, as after a lost answer: nothing is doubled.
    #expect(try phone.store.apply(page, adopting: 7) == .applied)
    #expect(try phone.store.books(of: group, at: noon).members.count == 1)
  }

  @Test func `a chain that differs leaves everything as it was`() throws {
    let phone = try TemporaryStore()
    try phone.makeGroup()
    let (page, group) = try page(phone, chain: [UInt8](repeating: 1, count: 32))
    guard case .diverged(let divergence) = try phone.store.apply(page, adopting: nil) else {
      Issue.record("accepted")
      return
    }
    #expect(divergence.cbo == group)
    #expect(try phone.store.cursor().seq == .zero)
    #expect(try phone.store.place().have.isEmpty)
    #expect(try phone.outbox().count == 2)
  }

  @Test func `a drop deletes what the server gave, never the outbox`() throws {
    let phone = try TemporaryStore()
    let (group, _) = try phone.makeGroup()
    let (page, _) = try page(phone)
    _ = try phone.store.apply(page, adopting: nil)
    try phone.commitAll(firstSeq: 1)
    _ = try phone.store.recordMeeting(MeetingDraft(day: today), of: group, at: noon)
    let outbox = try phone.outbox()
    let drop = DownloadPage(
      previous: Seq(2), last: Seq(3), sets: [], scope: .init(version: 9, add: [], drop: [group]), isLast: true
    )
    #expect(try phone.store.apply(drop, adopting: 9) == .applied)
    #expect(try phone.outbox() == outbox)
    #expect(try phone.store.place().have.isEmpty)
    #expect(try phone.store.books(of: group, at: noon).members.isEmpty)
  }
}
