import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokWire
import Testing

/// Types the scenario into two makers' phones and a checker's, step by step, and syncs them with a server.
final class FirstYearReplay {
  let bench: Bench
  let scenario: FirstYearScenario
  private(set) var phones: [String: DeviceAgent] = [:]
  private(set) var group = RecordID(rawValue: 0)
  /// On the first phone only: the others see no more than the group.
  private(set) var federation = RecordID(rawValue: 0)
  private(set) var members: [String: RecordID] = [:]
  private(set) var loans: [String: RecordID] = [:]
  private var entries: [String: RecordID] = [:]
  private var meetings: [String: (phone: String, first: DeviceSeq)] = [:]

  init(_ bench: Bench, _ scenario: FirstYearScenario) async throws {
    self.bench = bench
    self.scenario = scenario
    // The year may lie ahead of this machine's clock.
    let ahead = try Self.day("2026-04-01").number - Bench.today.number
    if ahead > 0 { bench.letDaysPass(Int64(ahead)) }
    let asha = try await bench.enrolled("asha.sqlite")
    phones["asha"] = asha
    federation = try await Self.found(.villageOrganisation, scenario.federation, below: nil, on: asha)
    group = try await Self.found(.selfHelpGroup, scenario.group, below: federation, on: asha)
    for member in scenario.members {
      members[member.id] = try await asha.with { [group] store, now in
        try store.addMember(
          MemberDraft(identity: MemberIdentity(name: member.name), joinedDay: Self.day(member.joined)),
          to: group, at: now
        ).newRecords[0]
      }
    }
    try await asha.expectDone()
    phones["usha"] = try await bench.enrolled("usha.sqlite", .bookkeeperSHG, [.cbo(group)])
    phones["checker"] = try await bench.enrolled("checker.sqlite", .approver, [.cbo(group)])
  }

  private static func found(
    _ tier: Tier, _ group: FirstYearScenario.Group, below parent: RecordID?, on phone: DeviceAgent
  ) async throws -> RecordID {
    try await phone.with { store, now in
      try store.createCBO(
        CBODraft(
          tier: tier, name: group.name, parent: parent, formationDay: day(group.formed),
          meetingEveryDays: group.meeting_every_days), at: now
      ).cbo
    }
  }

  func play() async throws {
    for step in scenario.steps {
      switch step.step {
      case "meeting": try await meet(step)
      case "approve": try await decide(.approve, step)
      case "reject": try await decide(.reject, step)
      case "sync": for name in ["asha", "usha", "checker"] { try await phones[name]?.expectDone("\(step)") }
      default: try await write(step)
      }
    }
  }

  private func meet(_ step: FirstYearScenario.Step) async throws {
    let name = try #require(step.name)
    let phone = try #require(step.phone)
    let agent = try #require(phones[phone])
    let written = scenario.loans.filter { $0.written_in == name }
    let lines = step.lines ?? []
    var draft = MeetingDraft(
      number: step.number, day: try Self.day(step.day), kind: try Self.kind(step.type),
      attendance: try (step.present ?? []).map { .init(try member($0), isPresent: true) }
        + (step.absent ?? []).map { .init(try member($0), isPresent: false) },
      loans: try written.map(loanDraft),
      entries: try lines.map { try entryDraft($0, written.map(\.id)) },
      closingCash: step.closing_paise.map { Paise($0) })
    if let replaced = step.replaces { draft.replaces = try await seq(of: replaced) }
    let book = step.book == "federation" ? federation : group
    let recorded = try await agent.with { [draft] store, now in
      try store.recordMeeting(draft, of: book, at: now)
    }
    meetings[name] = (phone, recorded.firstDeviceSeq)
    for (loan, id) in zip(written, recorded.newRecords.dropFirst()) { loans[loan.id] = id }
    let first = 1 + written.count + draft.attendance.count
    for (line, id) in zip(lines, recorded.newRecords.dropFirst(first)) { entries[line.id] = id }
  }

  private func loanDraft(_ loan: FirstYearScenario.Loan) throws -> LoanDraft {
    let methods = ["declining": Int64(1), "flat": 2, "emi": 3]
    let method = try #require(methods[loan.method])
    return LoanDraft(
      borrower: try loan.member.map { .member(try member($0)) } ?? .cbo(group),
      principal: Paise(loan.principal_paise), annualRateBasisPoints: loan.annual_rate_basis_points,
      instalments: loan.instalments, interestMethod: method, source: loan.source,
      repayEveryDays: loan.repay_every_days, moratoriumPeriods: loan.moratorium_periods)
  }

  private func entryDraft(_ line: FirstYearScenario.Line, _ written: [String]) throws -> EntryDraft {
    let kind = try #require(EntryKind.allCases.first { "\($0)" == line.kind }, "\(line.kind)")
    let account = line.account.map { Account(rawValue: $0) }
    let loan: EntryDraft.Loan? = try line.loan.map { name in
      try written.firstIndex(of: name).map { .new($0) } ?? .known(#require(loans[name], "\(name)"))
    }
    return EntryDraft(
      kind, Paise(line.paise), member: try line.member.map(member), loan: loan,
      debit: kind == .openingDebit ? account : nil, credit: kind == .openingCredit ? account : nil,
      reverses: try line.reverses.map { try #require(entries[$0], "\($0)") })
  }

  private func decide(_ word: DecisionWord, _ step: FirstYearScenario.Step) async throws {
    let target = try await seq(of: try #require(step.meeting))
    let agent = try #require(phones["checker"])
    _ = try await agent.with { [group] store, now in
      try store.decide(word, about: target, of: group, remark: step.reason, at: now)
    }
  }

  private func write(_ step: FirstYearScenario.Step) async throws {
    let agent = try #require(phones["asha"])
    let day = try Self.day(step.day)
    let (member, loan) = (try step.member.map(member), step.loan.flatMap { loans[$0] })
    _ = try await agent.with { [group] store, now in
      switch step.step {
      case "exit":
        try store.editMember(
          try #require(member), of: group, MemberDraft(leftReason: 1, leftDay: day), at: now)
      case "reschedule":
        try store.rescheduleLoan(
          try #require(loan), on: day, instalments: try #require(step.instalments), of: group, at: now)
      default: try store.writeBankStatement(Paise(try #require(step.paise)), on: day, of: group, at: now)
      }
    }
  }

  /// Where a meeting stands in the block's journal, as its maker's phone knows it.
  private func seq(of meeting: String) async throws -> Seq {
    let (phone, first) = try #require(meetings[meeting], "\(meeting)")
    return try await #require(phones[phone]).with { store, _ in
      let found = try store.shard.connection.statement(
        "SELECT seq FROM device_outbox WHERE first_device_seq = ?"
      ).bind(first.rawValue).first { $0.optionalInteger(0) }
      return Seq(UInt64(try #require(found ?? nil, "\(meeting) is not committed")))
    }
  }

  private func member(_ name: String) throws -> RecordID { try #require(members[name], "\(name)") }

  private static func kind(_ type: String?) throws -> MeetingDraft.Kind {
    let kinds: [String: MeetingDraft.Kind] = [
      "cutoff": .cutoff, "regular": .regular, "special": .special, "closing": .closing,
    ]
    return try #require(type.flatMap { kinds[$0] })
  }

  static func day(_ text: String?) throws -> Day {
    try #require(text.flatMap { Day(text: $0) }, "\(text ?? "")")
  }
}
