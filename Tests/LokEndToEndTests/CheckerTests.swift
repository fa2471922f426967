import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// A maker's phone, a checker's phone and the server between them.
@Suite struct CheckerTests {
  private static func checker(_ bench: Bench, _ name: String, _ group: RecordID) async throws -> DeviceAgent {
    let agent = try await bench.enrolled(name, .approver, [.cbo(group)])
    try await agent.expectDone()
    return agent
  }

  private static func decide(
    _ agent: DeviceAgent, _ word: DecisionWord? = nil, remark: String? = nil, withLater: Bool = false
  ) async throws {
    _ = try await agent.with { store, now in
      let open = try #require(try store.openDecisions().last)
      return try store.decide(
        word ?? open.approval, about: open.seq, index: open.index, of: open.cbo, remark: remark,
        withLater: withLater, at: now)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `what a checker may not write is expected to be refused, and is`() async throws {
    let bench = try await Bench()
    let checker = try await bench.enrolled("checker.sqlite", .approver)
    let draft = CBODraft(tier: .selfHelpGroup, name: "Ujala", formationDay: Bench.today)
    let expected = try await checker.with { store, now in try store.createCBO(draft, at: now).provisional }
    #expect(expected.whole == Verdict(.refused, .roleMayNotWrite))
    try await checker.expectDone()
    #expect(try await checker.status().setAside.map(\.verdict) == [Verdict(.refused, .roleMayNotWrite)])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a rejected meeting comes back to its maker with the words, and the new one takes its place`()
    async throws
  {
    let bench = try await Bench()
    let village = try await Village(bench)
    let checker = try await Self.checker(bench, "checker.sqlite", village.group)
    let open = try await checker.with { store, _ in try store.openDecisions() }
    #expect(open.map(\.meeting?.number) == [1] && open.map(\.approval) == [.approve])
    let elsewhere = try await checker.with { store, _ in try store.openDecisions(of: .blockBook) }
    #expect(elsewhere == [], "those of one group alone")
    #expect(try await village.phone.status().unapproved == 1)
    let unapproved = try await village.phone.with { store, _ in try store.receipts() }
    #expect(unapproved.map(\.standing) == [.counts, .counts, .unapproved])
    #expect(unapproved.map(\.meetingNumber) == [nil, nil, 1])
    try await Self.decide(checker, .reject, remark: "forty rupees are missing")
    let left = try await checker.with { store, _ in try store.openDecisions() }
    #expect(left.isEmpty, "what is decided waits no more, sent or not")
    try await checker.expectDone()
    try await village.phone.expectDone()
    let status = try await village.phone.status()
    #expect(status.text == "0 unsent / 0 stored / 2 committed / 1 set aside: rejected by checker")
    let aside = try #require(status.setAside.first)
    let receipts = try await village.phone.with { store, _ in try store.receipts() }
    #expect(receipts.map(\.standing) == [.counts, .counts, .setAside(aside.verdict)])
    #expect(aside.remark == "forty rupees are missing" && status.unapproved == 0)
    #expect(try await village.phone.books(of: village.group).cash == .zero)
    let (group, member) = (village.group, village.member)
    _ = try await village.phone.with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: -10),
          entries: [EntryDraft(.savingCompulsory, Paise(460_00), member: member)], replaces: aside.seq),
        of: group, at: now)
    }
    try await village.phone.expectDone()
    try await checker.expectDone()
    try await Self.decide(checker)
    try await checker.expectDone()
    try await village.phone.expectDone()
    let last = try await village.phone.with { store, _ in try store.receipts().last }
    #expect(last?.standing == .approved && last?.meetingNumber == 1)
    for phone in [village.phone, checker] {
      let books = try await phone.books(of: group)
      #expect(books.cash == Paise(460_00) && books.lastMeeting == 1)
      let digests = try await phone.digests()
      #expect(digests.allSatisfy { $0.isEqual == true })
    }
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `of two checkers' phones the later one is told that the other was first`() async throws {
    let bench = try await Bench()
    let village = try await Village(bench)
    let first = try await Self.checker(bench, "first.sqlite", village.group)
    let second = try await Self.checker(bench, "second.sqlite", village.group)
    try await Self.decide(first)
    try await Self.decide(second, .reject, remark: "no")
    try await first.expectDone()
    try await second.expectDone()
    let (told, done) = (try await second.status(), try await first.status())
    #expect(told.text == "0 unsent / 0 stored / 0 committed / 1 set aside: already decided")
    #expect(done.text == "0 unsent / 0 stored / 1 committed / 0 set aside")
    #expect(try await second.books(of: village.group).cash == Paise(Village.saved - Village.lent))
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a checker without a signal approves one meeting after the other`() async throws {
    let bench = try await Bench()
    let village = try await Village(bench)
    let (group, member) = (village.group, village.member)
    _ = try await village.phone.with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: -5),
          entries: [EntryDraft(.savingCompulsory, Paise(10_00), member: member)]), of: group, at: now)
    }
    try await village.phone.expectDone()
    let checker = try await Self.checker(bench, "checker.sqlite", group)
    let verdicts = try await checker.with { store, now in
      let open = try store.openDecisions()
      // The second one first is not taken; in their order both are.
      return try [open[1], open[0], open[1]].map { decision in
        try store.decide(.approve, about: decision.seq, index: nil, of: group, at: now).provisional
      }
    }
    #expect(verdicts.map(\.changes.first?.reason) == [.earlierMeetingUnapproved, nil, nil])
    try await checker.expectDone()
    #expect(try await checker.with { store, _ in try store.openDecisions() } == [])
    #expect(try bench.findings() == [])
    await bench.end()
  }
}
