import LokBooks
import LokShard
import LokWire
import Testing

/// Profiles of groups, members and bank accounts: a checker approves what she has seen, and the printed codes
/// come with it.
struct ProfileTests {
  /// A group of three office bearers, its maker and two checkers.
  private struct Desk {
    let block: TestBlock
    let maker: TestDevice
    let checker: TestDevice
    var group: TestGroup

    init(offices: [Designation] = Designation.required) throws {
      block = try TestBlock()
      maker = try block.register(.bookkeeperSHG)
      group = try TestGroup.create(block, maker)
      checker = try block.register(.approver, [.cbo(group.cbo)])
      for (member, office) in zip(group.members, offices) {
        try edit(.member, member, [MemberField.designation: .integer(office.rawValue)])
      }
    }

    @discardableResult
    func edit(_ entity: Entity, _ id: RecordID?, _ patch: Patch, by device: TestDevice? = nil) throws
      -> Verdict?
    {
      let line = TestDevice.Line(entity: entity, record: id, patch: patch)
      return try block.submit(try (device ?? maker).set(.records, group.cbo, [line])).verdicts().changes.first
    }

    @discardableResult
    func edit(_ entity: Entity, _ id: RecordID?, _ values: KeyValuePairs<UInt32, FieldValue>) throws
      -> Verdict?
    {
      try edit(entity, id, Patch(values))
    }

    /// By a checker who has seen all there is.
    func decide(
      _ word: DecisionWord, _ records: [RecordID], author: UInt32? = nil, seen: Seq? = nil
    ) throws -> [Verdict] {
      checker.base = seen ?? block.writer.head
      let lines = records.map { id in
        TestDevice.Line(
          entity: .decision, record: nil,
          patch: Patch([DecisionField.word: .integer(word.rawValue), DecisionField.targetRecord: .id(id)]))
      }
      return try block.submit(try checker.set(.decision, group.cbo, lines, author: author)).verdicts().changes
    }

    func profile() throws -> GroupProfile { try #require(try block.reader().groupProfile(of: group.cbo)) }
  }

  @Test func `approval gives a group and its members their codes, counted from one`() throws {
    let desk = try Desk()
    #expect(try desk.profile().state == .pending && desk.profile().code == nil)
    let verdicts = try desk.decide(.approve, [desk.group.cbo] + desk.group.members)
    #expect(verdicts.map(\.reason) == Array(repeating: .profileApproved, count: 4))
    #expect(verdicts.map(\.word) == Array(repeating: .accepted, count: 4))
    let profile = try desk.profile()
    #expect(profile.code == PrintedCode(block: TestBlock.code, kind: .group, serial: 1))
    #expect(profile.members.map(\.code?.serial) == [1, 2, 3])
    #expect(profile.state == .approved && profile.members.map(\.state) == [.active, .active, .active])
    #expect(try desk.block.verify() == [])
  }

  @Test func `a second group gets the next code, and one that had a code keeps it`() throws {
    let desk = try Desk()
    _ = try desk.decide(.approve, [desk.group.cbo] + desk.group.members)
    let other = try TestGroup.create(desk.block, desk.maker)
    try desk.block.submit(
      .scope(.init(device: desk.checker.number, add: [.cbo(other.cbo)], drop: [])))
    for (member, office) in zip(other.members, Designation.required) {
      let line = TestDevice.Line(
        entity: .member, record: member,
        patch: Patch([MemberField.designation: .integer(office.rawValue)]))
      try desk.block.submit(try desk.maker.set(.records, other.cbo, [line]))
    }
    var second = desk
    second.group = other
    _ = try second.decide(.approve, [other.cbo, other.members[2], other.members[0]])
    #expect(try second.profile().code?.serial == 2)
    // In the order in which the checker named them.
    #expect(try second.profile().members.map(\.code?.serial) == [5, nil, 4])
    #expect(try desk.block.verify() == [])
  }

  @Test func `who wrote a part of a profile does not approve it`() throws {
    let desk = try Desk()
    let line = TestDevice.Line(
      entity: .cbo, record: desk.group.cbo, patch: Patch([CBOField.meetingEveryDays: .integer(14)]))
    _ = try desk.block.submit(try desk.maker.set(.records, desk.group.cbo, [line], author: 7))
    let written = desk.block.writer.head
    // A phone may be shared: it is the person who counts.
    let own = try #require(try desk.decide(.approve, [desk.group.cbo], author: 7).first)
    #expect(own.word == .refused && own.reason == .ownWork)
    #expect(own.arguments == [Int64(written.rawValue)])
    #expect(try desk.decide(.approve, [desk.group.cbo], author: 8).first?.reason == .profileApproved)
  }

  @Test func `what changed after the checker had looked is looked at again`() throws {
    let desk = try Desk()
    let seen = desk.block.writer.head
    try desk.edit(.cbo, desk.group.cbo, [CBOField.name: .text("Another")])
    let late = try #require(try desk.decide(.approve, [desk.group.cbo], seen: seen).first)
    #expect(late.word == .refused && late.reason == .profileChanged)
    #expect(late.arguments == [Int64(seen.next.rawValue)])
    #expect(try desk.decide(.approve, [desk.group.cbo]).first?.reason == .profileApproved)
  }

  @Test func `a rejected profile waits again as soon as its maker has changed it`() throws {
    let desk = try Desk()
    #expect(try desk.decide(.reject, [desk.group.cbo]) == [])
    #expect(try desk.profile().state == .rejected)
    let again = try #require(try desk.decide(.approve, [desk.group.cbo]).first)
    #expect(again.word == .refused && again.reason == .alreadyDecided)
    try desk.edit(.cbo, desk.group.cbo, [CBOField.meetingEveryDays: .integer(14)])
    #expect(try desk.profile().state == .pending)
    #expect(try desk.decide(.approve, [desk.group.cbo]).first?.reason == .profileApproved)
    #expect(try desk.decide(.reject, [desk.group.cbo]).first?.reason == .alreadyDecided)
    #expect(try desk.profile().state == .approved)
    #expect(try desk.block.verify() == [])
  }

  @Test(arguments: [[], [Designation.president, .secretary], [.president, .president, .treasurer]])
  func `a group is approved with one president, one secretary and one treasurer`(offices: [Designation])
    throws
  {
    let desk = try Desk(offices: offices)
    let verdict = try #require(try desk.decide(.approve, [desk.group.cbo]).first)
    #expect(verdict.word == .refused && verdict.reason == .officeBearersMissing)
    #expect(try desk.profile().state == .pending)
  }

  @Test func `only a decision writes what a checker has said`() throws {
    let desk = try Desk()
    for (entity, id, field) in [
      (Entity.cbo, desk.group.cbo, CBOField.profile), (.cbo, desk.group.cbo, CBOField.codeSerial),
      (.member, desk.group.members[0], MemberField.profile),
      (.member, desk.group.members[0], MemberField.codeSerial),
    ] {
      let verdict = try #require(try desk.edit(entity, id, [field: .integer(1)]))
      #expect(verdict.word == .flagged && verdict.reason == .fieldOfChecker)
      #expect(verdict.arguments == [Int64(field)])
    }
    #expect(try desk.profile().state == .pending && desk.profile().code == nil)
  }

  @Test func `a new designation or bank account brings an approved profile back to a checker`() throws {
    let desk = try Desk()
    _ = try desk.decide(.approve, [desk.group.cbo] + desk.group.members)
    let review = try #require(
      try desk.edit(.member, desk.group.members[0], [MemberField.designation: .integer(1)]))
    #expect(review.word == .review)
    #expect(try desk.profile().members.map(\.state) == [.pending, .active, .active])
    #expect(try desk.profile().state == .approved, "the group itself is as it was")
    try desk.edit(
      .bankAccount, nil,
      [BankAccountField.ifsc: .text("PUNB0012300"), BankAccountField.accountNumber: .text("001234567890")])
    let profile = try desk.profile()
    #expect(profile.state == .pending && profile.bankAccounts.map(\.state) == [.pending])
    _ = try desk.decide(.approve, profile.bankAccounts.map(\.id))
    #expect(try desk.profile().state == .approved)
    let kyc = { (tag: Int64) in
      try desk.edit(.member, desk.group.members[1], [MemberField.kycTag: .integer(tag)])
    }
    #expect(try kyc(11) == nil)
    #expect(try kyc(12)?.word == .review, "an identity that is on file stays until a checker decides")
    #expect(try desk.block.verify() == [])
  }

  @Test func `a group that rests holds no meetings until a checker lets it be active again`() throws {
    var desk = try Desk()
    try desk.edit(.cbo, desk.group.cbo, [CBOField.status: .integer(CBOStatus.active.rawValue)])
    _ = try desk.decide(.approve, [desk.group.cbo])
    let rest = Patch([
      CBOField.status: .integer(CBOStatus.inactive.rawValue), CBOField.statusReason: .text("harvest"),
    ])
    #expect(try desk.edit(.cbo, desk.group.cbo, rest)?.word == .review)
    #expect(try desk.profile().state == .pending)
    try release(desk.block.writer.head, desk)
    #expect(try desk.profile().state == .inactive)
    let lines = desk.group.savings(1_000)
    let verdict = try #require(
      try desk.block.submit(try desk.maker.set(.meeting, desk.group.cbo, lines)).verdicts().whole)
    #expect(verdict.word == .flagged && verdict.reason == .groupNotActive)
    #expect(verdict.arguments == [CBOStatus.inactive.rawValue])
    #expect(try desk.block.verify() == [])
  }

  @Test func `who owes does not rest, and what holds money is not dissolved`() throws {
    var desk = try Desk()
    let lines = desk.group.savings(1_000)
    _ = try desk.block.submit(try desk.maker.set(.meeting, desk.group.cbo, lines))
    let dissolved = Patch([CBOField.status: .integer(CBOStatus.dissolved.rawValue)])
    let verdict = try #require(try desk.edit(.cbo, desk.group.cbo, dissolved))
    #expect(verdict.word == .flagged && verdict.reason == .balanceLeft)
    #expect(verdict.arguments == [1001, 3_000])
    #expect(try desk.profile().state == .pending, "never approved")
  }

  @Test func `a group is dissolved when no meeting can be taken back any more`() throws {
    var desk = try Desk()
    _ = try desk.block.submit(try desk.maker.set(.meeting, desk.group.cbo, desk.group.savings(1_000)))
    let first = desk.block.writer.head
    let paid = desk.group.members.map { TestGroup.entry(.savingWithdrawn, 1_000, member: $0) }
    let lines = desk.group.meeting(paid, cash: -3_000) {
      $0[MeetingField.type] = .integer(MeetingType.closing.rawValue)
    }
    #expect(
      try desk.block.submit(try desk.maker.set(.meeting, desk.group.cbo, lines)).verdicts() == .allAccepted)
    let closing = desk.block.writer.head
    let dissolved = Patch([CBOField.status: .integer(CBOStatus.dissolved.rawValue)])
    let early = try #require(try desk.edit(.cbo, desk.group.cbo, dissolved))
    #expect(early.word == .flagged && early.reason == .earlierMeetingUnapproved)
    #expect(early.arguments == [1, Int64(first.rawValue)])
    let flagged = desk.block.writer.head
    for meeting in [first, closing] { try decide(.approve, meeting, desk) }
    try release(flagged, desk)
    #expect(try desk.profile().state == .dissolved)
    #expect(try desk.block.verify() == [])
  }

  @Test func `a group's federations stand with their dates`() throws {
    let desk = try Desk()
    let staff = try desk.block.register(.blockAdmin, [.block])
    func federation(_ name: String) throws -> RecordID {
      let id = staff.nextID()
      try desk.block.submit(try staff.set(.records, id, [TestGroup.cboLine(.villageOrganisation, name)]))
      return id
    }
    let (first, second) = (try federation("First"), try federation("Second"))
    let day = TestGroup.formed.advanced(by: 30)
    try desk.edit(.cbo, desk.group.cbo, [CBOField.parent: .id(first)])
    try desk.edit(
      .cbo, desk.group.cbo, [CBOField.parent: .id(second), CBOField.parentSinceDay: .day(day)])
    #expect(
      try desk.profile().memberships == [
        .init(federation: first, name: "First", since: TestGroup.formed, until: day),
        .init(federation: second, name: "Second", since: day, until: nil),
      ])
    try desk.edit(.cbo, desk.group.cbo, [CBOField.meetingEveryDays: .integer(14)])
    try desk.edit(.cbo, desk.group.cbo, [CBOField.parent: .integer(0)])
    let left = try desk.profile().memberships
    #expect(left.count == 2 && left.last?.until == Day(of: desk.block.now))
    #expect(try desk.block.verify() == [])
  }

  @Test func `a federation's offices are held by members of its groups, one at a time`() throws {
    let desk = try Desk()
    let clerk = try desk.block.register(.bookkeeperVO)
    let vo = clerk.nextID()
    try desk.block.submit(try clerk.set(.records, vo, [TestGroup.cboLine(.villageOrganisation, "VO")]))
    func bearer(_ patch: Patch, _ id: RecordID? = nil, of cbo: RecordID? = nil) throws -> Verdict? {
      let line = TestDevice.Line(entity: .officeBearer, record: id, patch: patch)
      let device = cbo == nil ? clerk : desk.maker
      return try desk.block.submit(try device.set(.records, cbo ?? vo, [line])).verdicts().changes.first
    }
    func patch(_ member: Int, since day: Int32 = 10) -> Patch {
      Patch([
        OfficeBearerField.member: .id(desk.group.members[member]),
        OfficeBearerField.office: .integer(Designation.president.rawValue),
        OfficeBearerField.sinceDay: .day(TestGroup.formed.advanced(by: day)),
      ])
    }
    let first = clerk.nextID()
    #expect(try bearer(patch(0)) == nil)
    let taken = try #require(try bearer(patch(1)))
    #expect(taken.word == .flagged && taken.reason == .officeTaken && taken.record == first)
    #expect(
      try bearer(Patch([OfficeBearerField.untilDay: .day(TestGroup.formed.advanced(by: 40))]), first) == nil)
    #expect(try bearer(patch(1, since: 41)) == nil)
    let profile = try #require(try desk.block.reader().groupProfile(of: vo))
    #expect(profile.offices.map(\.member) == [desk.group.members[0], desk.group.members[1]])
    #expect(profile.offices.map { $0.until != nil } == [true, false])
    let ofGroup = try #require(try bearer(patch(0), of: desk.group.cbo))
    #expect(ofGroup.word == .flagged && ofGroup.reason == .fieldOutOfRange, "an SHG's are designations")
    #expect(try desk.block.verify() == [])
  }

  private func release(_ seq: Seq, _ desk: Desk) throws { try decide(.release, seq, index: 0, desk) }

  private func decide(_ word: DecisionWord, _ seq: Seq, index: Int64? = nil, _ desk: Desk) throws {
    desk.checker.base = desk.block.writer.head
    var patch = Patch([
      DecisionField.word: .integer(word.rawValue), DecisionField.targetSeq: .integer(Int64(seq.rawValue)),
    ])
    patch[DecisionField.targetIndex] = index.map { .integer($0) }
    let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
    let outcome = try desk.block.submit(try desk.checker.set(.decision, desk.group.cbo, [line]))
    #expect(try outcome.verdicts() == .allAccepted)
  }
}
