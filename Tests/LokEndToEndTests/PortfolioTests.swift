import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// Loans added up from member to SHG, VO, CLF and block, over real sockets.
@Suite struct PortfolioTests {
  /// A federation with two groups below it, a third that has only just joined, and a fourth alone.
  private struct Cluster {
    let bench: Bench
    let phone: DeviceAgent
    let clf: RecordID
    let vo: RecordID
    let groups: [RecordID]
    static var given: Day { Bench.today.advanced(by: -100) }

    init(_ bench: Bench) async throws {
      self.bench = bench
      phone = try await bench.enrolled("bpm.sqlite")
      let clf = try await phone.found(.clusterFederation, "Sangam")
      let vo = try await phone.found(.villageOrganisation, "Ekta", below: clf)
      var groups: [RecordID] = []
      let homes: [(parent: RecordID?, since: Day?)] = [
        (vo, nil), (vo, Self.given), (vo, Bench.today), (nil, nil),
      ]
      for (index, home) in homes.enumerated() {
        let group = try await phone.found(.selfHelpGroup, "Group \(index)", below: home.parent, home.since)
        // 100, 200, 300 and 400 rupees; the first also owes 1,000 to a bank.
        try await phone.lend(Int64(index + 1) * 100_00, in: group)
        groups.append(group)
      }
      (self.clf, self.vo, self.groups) = (clf, vo, groups)
      try await phone.borrow(Paise(1_000_00), for: groups[0])
      try await phone.expectDone()
    }

    func portfolio(_ root: RecordID?, _ period: BookPeriod) throws -> PortfolioBook? {
      try ShardReader(path: bench.shardPath(), block: Bench.block).portfolio(of: root, period)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `each tier adds up what is below it on the day, and the phone agrees`() async throws {
    let bench = try await Bench()
    let cluster = try await Cluster(bench)
    let yesterday = BookPeriod.untilDay(Bench.today.advanced(by: -1))
    let today = BookPeriod.untilDay(Bench.today)

    let vo = try #require(try cluster.portfolio(cluster.vo, yesterday))
    #expect(vo.portfolio.lines(of: .toMembers).map(\.unit) == Array(cluster.groups.prefix(2)))
    #expect(vo.portfolio.sum(of: .toMembers).outstanding == 300_00)
    // Twelve instalments, the first three due 7, 14 and 21 days after the loan, none of them paid.
    #expect(vo.portfolio.sum(of: .toMembers).atRiskBasisPoints(.over90) == 10_000)
    #expect(vo.portfolio.sum(of: .owedToBanks).worstClass == .watched2)
    #expect(vo.name == "Ekta" && vo.names[cluster.groups[0]] == "Group 0")
    let joined = try #require(try cluster.portfolio(cluster.vo, today))
    #expect(joined.portfolio.sum(of: .toMembers).outstanding == 600_00)

    let clf = try #require(try cluster.portfolio(cluster.clf, today))
    #expect(clf.portfolio.lines(of: .toMembers).map(\.unit) == [cluster.vo])
    #expect(clf.portfolio.sum(of: .toMembers) == joined.portfolio.sum(of: .toMembers))

    let block = try #require(try cluster.portfolio(nil, yesterday))
    // Until it joins, the third group stands beside the federation, as the fourth does.
    #expect(
      block.portfolio.lines(of: .toMembers).map(\.unit)
        == [cluster.clf, cluster.groups[2], cluster.groups[3]])
    #expect(block.portfolio.sum(of: .toMembers).outstanding == 1_000_00)
    let head = try ShardReader(path: bench.shardPath(), block: Bench.block).head()
    #expect(block.stamp.seq == head && block.stamp.chain == nil)
    #expect(block.stamp.unapproved == Paise(3_000_00))

    let group = try #require(try cluster.portfolio(cluster.groups[0], today))
    #expect(group.portfolio.lines(of: .toMembers).map(\.sums.outstanding) == [100_00])
    #expect(group.stamp.chain != nil)

    for root in [cluster.clf, cluster.vo, cluster.groups[0]] {
      for period in [yesterday, today, .everything] {
        let own = try await cluster.phone.with { store, _ in try store.shard.portfolio(of: root, period) }
        let server = try cluster.portfolio(root, period)
        #expect(own?.portfolio == server?.portfolio, "\(root) \(period)")
      }
    }
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a group that went over to another federation is counted where it was on the day`() async throws {
    let bench = try await Bench()
    let cluster = try await Cluster(bench)
    let moved = cluster.groups[0]
    let other = try await cluster.phone.found(.villageOrganisation, "Pragati", below: cluster.clf)
    let day = Bench.today.advanced(by: -50)
    _ = try await cluster.phone.with { store, now in
      let draft = CBODraft(parent: other, settings: GroupSettings(parentSince: day))
      return try store.editCBO(moved, draft, at: now)
    }
    try await cluster.phone.expectDone()
    func units(_ vo: RecordID, _ day: Day) throws -> [RecordID?]? {
      try cluster.portfolio(vo, .untilDay(day))?.portfolio.lines(of: .toMembers).map(\.unit)
    }
    let before = day.advanced(by: -1)
    #expect(try units(cluster.vo, before)?.contains(moved) == true && units(other, before) == [])
    #expect(try units(cluster.vo, day)?.contains(moved) == false && units(other, day) == [moved])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1))) func `what no portfolio can be made of is named`() async throws {
    let bench = try await Bench()
    let cluster = try await Cluster(bench)
    let nobody = try cluster.portfolio(RecordID(device: DeviceNumber(9), counter: 9), .everything)
    #expect(nobody == nil)
    #expect(throws: BookQueryError.meetingOfOneGroup) {
      try cluster.portfolio(cluster.vo, .untilMeeting(1))
    }
    #expect(try cluster.portfolio(cluster.groups[0], .untilMeeting(1)) != nil)
    await bench.end()
  }
}

extension DeviceAgent {
  fileprivate func found(
    _ tier: Tier, _ name: String, below parent: RecordID? = nil, _ since: Day? = nil
  ) throws -> RecordID {
    try with { store, now in
      let draft = CBODraft(
        tier: tier, name: name, parent: parent, formationDay: Village.formed,
        settings: GroupSettings(parentSince: since))
      return try store.createCBO(draft, at: now).cbo
    }
  }

  /// A meeting in which one member saves `paise` and takes them as a loan of twelve weeks.
  fileprivate func lend(_ paise: Int64, in group: RecordID) throws {
    try with { store, now in
      let member = try store.addMember(
        MemberDraft(identity: MemberIdentity(name: "Sita"), joinedDay: Village.formed), to: group, at: now
      ).newRecords[0]
      let day = Bench.today.advanced(by: -100)
      _ = try store.recordMeeting(
        MeetingDraft(
          day: day, attendance: [.init(member, isPresent: true)],
          loans: [
            LoanDraft(borrower: .member(member), principal: Paise(paise), instalments: 12, repayEveryDays: 7)
          ],
          entries: [
            EntryDraft(.savingCompulsory, Paise(paise), member: member),
            EntryDraft(.loanGiven, Paise(paise), member: member, loan: .new(0)),
          ]), of: group, at: now)
    }
  }

  /// A bank's loan to the group, due in one sum 14 days after that meeting.
  fileprivate func borrow(_ paise: Paise, for group: RecordID) throws {
    try with { store, now in
      let loan = LoanDraft(
        borrower: .cbo(group), principal: paise, instalments: 1, source: 5, repayEveryDays: 14)
      _ = try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: -100), loans: [loan],
          entries: [EntryDraft(.bankLoanReceived, paise, loan: .new(0))]), of: group, at: now)
    }
  }
}
