import LokBooks
import LokDevice
import LokMerge
import LokShard
import LokWire
import Testing

/// What the phone fills in where a line or a loan leaves it open: the group's own words, and nothing that
/// could be meant otherwise.
@Suite struct LoansOfAGroupTests {
  /// LOAN_SOURCE_BANK_TERM of the contract.
  private static let bankTerm: Int64 = 5

  private static func bankLoan(_ rupees: Int64) -> LoanDraft {
    LoanDraft(
      borrower: .cbo(RecordID(rawValue: 0)), principal: Paise(rupees * 100), annualRateBasisPoints: 1_050,
      instalments: 12, source: bankTerm)
  }

  private static func repaid(_ rupees: Int64, on day: Int32, _ phone: DeviceAgent, _ group: RecordID)
    async throws -> RecordedSet
  {
    try await phone.with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: day),
          entries: [EntryDraft(.bankLoanRepaid, Paise(rupees * 100))]), of: group, at: now)
    }
  }

  /// Borrows from a bank; the money is in the box.
  private static func borrow(_ rupees: Int64, on day: Int32, _ phone: DeviceAgent, _ group: RecordID)
    async throws -> RecordID
  {
    try await phone.with { store, now in
      var loan = bankLoan(rupees)
      loan.borrower = .cbo(group)
      let id = try store.createLoan(loan, of: group, at: now).newRecords[0]
      _ = try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: day),
          entries: [EntryDraft(.bankLoanReceived, Paise(rupees * 100), loan: .known(id))]), of: group, at: now
      )
      return id
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `what is repaid to a bank goes to the one loan that is owed, and has to be named where there are two`()
    async throws
  {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    let (group, _) = try await phone.makeGroup("Jai Maa")
    let first = try await Self.borrow(5_000, on: -40, phone, group)
    #expect(try await Self.repaid(400, on: -30, phone, group).provisional == .allAccepted)
    let second = try await Self.borrow(900, on: -20, phone, group)
    await #expect(throws: DeviceError.loanToName([first, second])) {
      try await Self.repaid(100, on: -10, phone, group)
    }
    try await phone.expectDone()
    let repaid = try await phone.with { store, _ in
      try store.shard.groupBooks(of: group)?.entries.filter { $0.knownKind == .bankLoanRepaid }.map(\.loan)
    }
    #expect(repaid == [first])
    #expect(try bench.findings() == [])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a member's loan has the terms of the group's settings unless it says otherwise`() async throws {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    let loans = try await phone.with { store, now in
      let settings = GroupSettings(
        interestMethod: InterestMethod.flat.rawValue, annualRateBasisPoints: 1_800)
      let group = try store.createCBO(
        CBODraft(
          tier: .selfHelpGroup, name: "Jai Maa", formationDay: Village.formed, settings: settings), at: now
      ).cbo
      let member = try store.addMember(
        MemberDraft(identity: MemberIdentity(name: "Sita"), joinedDay: Village.formed), to: group, at: now
      ).newRecords[0]
      let usual = LoanDraft(borrower: .member(member), principal: Paise(900_00))
      let other = LoanDraft(
        borrower: .member(member), principal: Paise(900_00), annualRateBasisPoints: 0,
        interestMethod: InterestMethod.emi.rawValue)
      let set = try store.recordMeeting(
        MeetingDraft(
          day: Bench.today.advanced(by: -20), loans: [usual, other],
          entries: [
            EntryDraft(.savingCompulsory, Paise(1_800_00), member: member),
            EntryDraft(.loanGiven, Paise(900_00), member: member, loan: .new(0)),
            EntryDraft(.loanGiven, Paise(900_00), member: member, loan: .new(1)),
          ]), of: group, at: now)
      return Array(set.newRecords[1...2])
    }
    try await phone.expectDone()
    let terms = try await phone.with { store, _ in
      try loans.map { id in
        let values = try store.shard.record(id)?.values
        return [values?.integer(LoanField.annualRateBasisPoints), values?.integer(LoanField.interestMethod)]
      }
    }
    #expect(terms == [[1_800, InterestMethod.flat.rawValue], [0, InterestMethod.emi.rawValue]])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a meeting after one that is set aside opens with the cash that this one leaves`() async throws {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    let (group, member) = try await phone.makeGroup("Jai Maa")
    func meet(_ rupees: Int64, closing: Int64? = nil, on day: Int32) async throws -> Word? {
      try await phone.with { store, now in
        try store.recordMeeting(
          MeetingDraft(
            day: Bench.today.advanced(by: day), attendance: [.init(member, isPresent: true)],
            entries: [EntryDraft(.savingCompulsory, Paise(rupees * 100), member: member)],
            closingCash: closing.map { Paise($0 * 100) }), of: group, at: now
        ).provisional.whole?.word
      }
    }
    #expect(try await meet(100, on: -30) == nil)
    #expect(try await meet(50, closing: 151, on: -20) == .flagged)
    #expect(try await meet(25, on: -10) == .waiting)
    try await phone.expectDone()
    let checker = try await bench.enrolled("checker.sqlite", .approver, [.cbo(group)])
    try await checker.expectDone()
    _ = try await checker.with { store, now in
      for decision in try store.openDecisions().prefix(2) {
        _ = try store.decide(decision.approval, about: decision.seq, index: nil, of: group, at: now)
      }
    }
    try await checker.expectDone()
    try await phone.expectDone()
    let books = try await phone.books(of: group)
    #expect(books.cash == Paise(175_00) && books.lastMeeting == 3)
    #expect(try await phone.status().setAside.isEmpty)
    #expect(try bench.findings() == [])
    await bench.end()
  }
}
