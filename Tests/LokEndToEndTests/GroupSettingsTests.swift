import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// How a group keeps its books is written on a phone and read from the shard and from the phone's store.
@Suite struct GroupSettingsTests {
  @Test(.timeLimit(.minutes(1)))
  func `interest that is due and a penalty for absence are in the books of a group that asks for them`()
    async throws
  {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    let group = try await phone.with { store, now in
      let group = try store.createCBO(
        CBODraft(
          tier: .selfHelpGroup, name: "Jai Maa", formationDay: Village.formed,
          settings: GroupSettings(absencePenalty: Paise(10_00), isAccrual: true)), at: now
      ).cbo
      let members = try ["Sita", "Gita"].map { name in
        try store.addMember(
          MemberDraft(identity: MemberIdentity(name: name), joinedDay: Village.formed), to: group, at: now
        ).newRecords[0]
      }
      _ = try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: -50),
          attendance: [.init(members[0], isPresent: true), .init(members[1], isPresent: false)],
          loans: [
            LoanDraft(
              borrower: .member(members[0]), principal: Paise(5_200_00), instalments: 10, repayEveryDays: 7)
          ],
          entries: [
            EntryDraft(.savingCompulsory, Paise(5_200_00), member: members[0]),
            EntryDraft(.loanGiven, Paise(5_200_00), member: members[0], loan: .new(0)),
          ]), of: group, at: now)
      return group
    }
    try await phone.expectDone()
    let reader = try ShardReader(path: bench.shardPath(), block: Bench.block)
    let server = try #require(try reader.groupBooks(of: group))
    let own = try #require(try await phone.with { store, _ in try store.shard.groupBooks(of: group) })
    #expect(server.settings == BookSettings(isAccrual: true, absencePenalty: Paise(10_00)))
    #expect(own.settings == server.settings)
    // 12 % of 5,200 a year is 12 rupees a week: the first week has passed.
    let week = BookPeriod.untilDay(Bench.today.advanced(by: -43))
    let sheet = try BalanceSheet.make(
      entries: server.entries, on: Bench.today.advanced(by: -43), accruals: server.accruals(week))
    let due = sheet.assets.first { $0.account == .interestReceivable }?.balance.total
    #expect(due == Paise(12_00) && sheet.isBalanced)
    let penalties = try PenaltyDemand.make(server, .everything, through: Bench.today)
    #expect(penalties.map(\.columns.balance) == [Paise(10_00)])
    for name in [BookName.balanceSheet, .income, .trialBalance, .ledger, .dcb] {
      #expect(try own.table(BookQuery(name)) == server.table(BookQuery(name)), "\(name)")
    }
    await bench.end()
  }
}
