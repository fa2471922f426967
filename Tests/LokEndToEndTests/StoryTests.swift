import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// What several phones live through together, with the real library over real sockets.
@Suite struct StoryTests {
  @Test(.timeLimit(.minutes(1))) func `a refused set in the middle, and the rest of the same upload commits`()
    async throws
  {
    let bench = try await Bench()
    var phone = try await bench.framePhone(1)
    let first = try phone.writeGroup("Asha")
    let sets =
      first.sets + phone.write([0xFF, 0xFF], count: 5).sets + (try phone.writeGroup("Usha")).sets
    let upload = UploadRequest(firstDeviceSeq: first.firstDeviceSeq, sets: sets)
    let wire = try await bench.line(phone)
    let heard = try await wire.ask(.upload, upload.encoded())
    let committed = try heard.committed()
    #expect(heard.status == nil && committed.map(\.kind) == [.set, .refusal, .set])
    #expect(committed.map(\.firstDeviceSeq) == [1, 2, 7].map { DeviceSeq($0) })
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `what is released by another group's book reaches a phone that holds only the one`() async throws {
    let bench = try await Bench()
    let federation = try await bench.enrolled("vo.sqlite", .bookkeeperVO)
    let vo = try await federation.with { store, now in
      try store.createCBO(
        CBODraft(tier: .villageOrganisation, name: "Ekta", formationDay: Village.formed), at: now
      ).cbo
    }
    try await federation.expectDone()
    let writer = try await bench.enrolled("shg.sqlite")
    let (group, _) = try await writer.makeGroup("Jai Maa")
    // The money came before the VO's bookkeeper wrote down the loan, which will be her second record.
    let loan = RecordID(device: vo.device, counter: 2)
    _ = try await writer.with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          day: Bench.today, entries: [EntryDraft(.voLoanReceived, Paise(10_000), loan: .known(loan))]),
        of: group, at: now)
    }
    try await writer.expectDone()
    let reader = try await bench.enrolled("reader.sqlite", .viewer, [.cbo(group)])
    try await reader.expectDone()
    let waiting = try await reader.books(of: group)
    #expect(waiting.trialBalance.isEmpty && waiting.setAside.map(\.verdict.word) == [.waiting])
    let created = try await federation.with { store, now in
      try store.createLoan(LoanDraft(borrower: .cbo(group), principal: Paise(10_000)), of: vo, at: now)
    }
    #expect(created.newRecords == [loan])
    try await federation.expectDone()
    for phone in [reader, writer] {
      try await phone.expectDone()
      let books = try await phone.books(of: group)
      // A VO pays its loans out by the bank.
      let inBank = books.trialBalance.first { $0.account == .bank }?.balance
      #expect(inBank == Paise(10_000) && books.setAside.isEmpty && books.lastMeeting == 1)
      let digest = try await phone.digests().first { $0.own.cbo == group }
      #expect(digest?.isEqual == true)
    }
    let held = try await reader.groups().map(\.id)
    #expect(held == [group])
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `two phones write the same field unseen, and all end equal, the conflict explained`() async throws {
    let bench = try await Bench()
    let phones = [try await bench.enrolled("asha.sqlite"), try await bench.enrolled("usha.sqlite")]
    let (group, _) = try await phones[0].makeGroup("Jai Maa")
    for phone in phones { try await phone.expectDone() }
    for (phone, name) in zip(phones, ["Jai Maa Durga", "Jai Maa Kali"]) {
      _ = try await phone.with { store, now in try store.editCBO(group, CBODraft(name: name), at: now) }
    }
    for phone in phones + phones { try await phone.expectDone() }
    for phone in phones {
      let books = try await phone.books(of: group)
      #expect(books.name == "Jai Maa Kali", "the later writer's")
      let digests = try await phone.digests()
      #expect(!digests.isEmpty && digests.allSatisfy { $0.isEqual == true })
    }
    let conflicts = try bench.inspector().conflicts()
    #expect(conflicts.count == 1 && conflicts.first?.fieldName == "name")
    #expect(conflicts.first.map { [$0.winner, $0.loser] } == ["Jai Maa Kali", "Jai Maa Durga"])
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  /// What happens to a phone's scope while it is away.
  enum Step: String, CaseIterable, Sendable { case grant, move, revoke }

  static let orders: [[Step]] = [
    [.grant, .move, .revoke], [.grant, .revoke, .move], [.move, .grant, .revoke], [.move, .revoke, .grant],
    [.revoke, .grant, .move], [.revoke, .move, .grant],
  ]

  @Test(.timeLimit(.minutes(1)), arguments: orders)
  func `grant, move and revoke while a phone is away: digests are equal`(_ order: [Step]) async throws {
    let bench = try await Bench()
    let maker = try await bench.enrolled("maker.sqlite", .bookkeeperVO)
    let (here, there, group) = try await maker.with { store, now in
      func found(_ tier: Tier, _ name: String, under parent: RecordID?) throws -> RecordID {
        try store.createCBO(
          CBODraft(tier: tier, name: name, parent: parent, formationDay: Village.formed), at: now
        ).cbo
      }
      let here = try found(.villageOrganisation, "Here", under: nil)
      let there = try found(.villageOrganisation, "There", under: nil)
      return (here, there, try found(.selfHelpGroup, "Jai Maa", under: here))
    }
    try await maker.expectDone()
    // It holds There, and makes a group of its own under it while it is away.
    let phone = try await bench.enrolled("phone.sqlite", .bookkeeperSHG, [.cbo(there)])
    try await phone.expectDone()
    let number = try await phone.with { store, _ in try store.identity().number }
    let (own, member) = try await phone.makeGroup("Durga")
    for step in order {
      switch step {
      case .grant: try await bench.operate(.scope(Bench.block, number, add: [.cbo(here)], drop: []))
      case .revoke: try await bench.operate(.scope(Bench.block, number, add: [], drop: [.cbo(here)]))
      case .move:
        _ = try await maker.with { store, now in try store.editCBO(group, CBODraft(parent: there), at: now) }
        try await maker.expectDone()
      }
    }
    try await phone.meet(own, saving: member, 1_00)
    for _ in 0..<2 { try await phone.expectDone() }
    let keepsHere = order.last { $0 != .move } == .grant
    let held = try await phone.groups().map(\.id)
    #expect(Set(held) == Set([there, group, own] + (keepsHere ? [here] : [])))
    let digests = try await phone.digests()
    #expect(digests.count == held.count && digests.allSatisfy { $0.isEqual == true })
    let status = try await phone.status()
    #expect(status.text == "0 unsent / 0 stored / 3 committed / 0 set aside")
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }
}
