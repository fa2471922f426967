import LokBooks
import LokShard
import LokTestSupport
import LokWire

/// Two groups and their federation, with some books, from which several devices go on without knowing of each
/// other. Their sets are made here and not sent: a test lets them come in one order or another.
struct SharedVillage {
  let block: TestBlock
  /// Keeps the first group's meetings.
  let first: TestDevice
  /// Keeps the second group's meetings, and writes profiles of the first.
  let second: TestDevice
  let federation: TestDevice
  let checker: TestDevice
  private var group: TestGroup
  private var other: TestGroup
  private let union: RecordID
  private let loan: RecordID
  private let saving: RecordID
  private let reviewed: Seq
  private let approvable: [(seq: Seq, cbo: RecordID)]

  init() throws {
    block = try TestBlock()
    first = try block.register(.bookkeeperSHG)
    group = try TestGroup.create(block, first)
    second = try block.register(.bookkeeperSHG, [.cbo(group.cbo)])
    other = try TestGroup.create(block, second)
    federation = try block.register(.bookkeeperVO)
    union = federation.nextID()
    checker = try block.register(.approver, [.cbo(group.cbo), .cbo(other.cbo)])
    let line = TestGroup.cboLine(.villageOrganisation, "Union")
    try block.submit(try federation.set(.records, union, [line]))
    saving = first.nextID(4)
    let held = try block.submit(try first.set(.meeting, group.cbo, group.savings(50_000))).committed()
    loan = first.nextID(4)
    let terms = Patch([LoanField.member: .id(group.members[0]), LoanField.principalPaise: .integer(20_000)])
    let lines = [
      TestDevice.Line(entity: .loan, record: nil, patch: terms),
      TestGroup.entry(.loanGiven, 20_000, member: group.members[0], loan: loan),
    ]
    try block.submit(try first.set(.meeting, group.cbo, group.meeting(lines, cash: -20_000)))
    let heldByOther = try block.submit(try second.set(.meeting, other.cbo, other.savings(700))).committed()
    approvable = [(held.seq, group.cbo), (heldByOther.seq, other.cbo)]
    for value: Int64 in [1, 2] {
      let patch = Patch([MemberField.designation: .integer(value)])
      try block.submit(
        try first.set(.records, group.cbo, [.init(entity: .member, record: group.members[1], patch: patch)]))
    }
    reviewed = block.writer.head
  }

  /// Sets of the devices that are asked for, each device's in its order. No two of them claim the same
  /// meeting number, field or loan event.
  mutating func lanes(_ devices: [Int], _ random: inout SeededGenerator) throws -> [[Command]] {
    // Ids that the first group's meetings speak of before these records may be there.
    let member = devices.contains(1) ? second.nextID() : nil
    let lentByUnion = devices.contains(2) ? federation.nextID() : nil
    let most = devices.count > 3 ? 3 : 4
    var lanes: [[Command]] = []
    for device in devices {
      let all =
        switch device {
        case 0: try meetings(newMember: member, lentByUnion: lentByUnion, &random)
        case 1: try profiles()
        case 2: try lending()
        default: try decisions()
        }
      lanes.append(Array(all.prefix(Int.random(in: 1...most, using: &random))))
    }
    return lanes
  }

  private mutating func meetings(
    newMember: RecordID?, lentByUnion: RecordID?, _ random: inout SeededGenerator
  ) throws -> [Command] {
    let member = group.members[1]
    var drawn: [([TestDevice.Line], Int64)] = [
      ([TestGroup.entry(.loanPrincipal, 3_000, member: group.members[0], loan: loan)], 3_000),
      (
        [
          TestGroup.entry(
            .savingCompulsory, 50_000, member: group.members[0],
            more: Patch([EntryField.reverses: .id(saving)]))
        ], -50_000
      ),
      ([TestGroup.entry(.savingFood, 400, member: member), TestGroup.entry(.rent, 900)], -500),
    ]
    if let newMember { drawn.append(([TestGroup.entry(.savingHealth, 60, member: newMember)], 60)) }
    if let lentByUnion { drawn.append(([TestGroup.entry(.voLoanReceived, 8_000, loan: lentByUnion)], 0)) }
    drawn.shuffle(using: &random)
    var sets: [Command] = []
    for (lines, cash) in drawn.prefix(3) {
      sets.append(try first.set(.meeting, group.cbo, group.meeting(lines, cash: cash)))
    }
    // Wrong in every order, and what is written on top of it waits in every order.
    let wrong = group.meeting([TestGroup.entry(.otherReceipt, 10)], cash: 11)
    sets.insert(try first.set(.meeting, group.cbo, wrong), at: sets.endIndex)
    return sets
  }

  private mutating func profiles() throws -> [Command] {
    let event = Patch([
      LoanEventField.loan: .id(loan), LoanEventField.kind: .integer(LoanEventKind.rescheduled.rawValue),
      LoanEventField.day: .day(group.day), LoanEventField.instalments: .integer(12),
    ])
    let joined = Patch([MemberField.joinedDay: .day(TestGroup.formed)])
    return [
      try second.set(.records, group.cbo, [.init(entity: .member, record: nil, patch: joined)]),
      try second.set(.meeting, other.cbo, other.savings(300)),
      try second.set(
        .records, group.cbo,
        [
          .init(
            entity: .member, record: group.members[0], patch: Patch([MemberField.household: .integer(4)])),
          .init(entity: .loanEvent, record: nil, patch: event),
        ]),
      try second.set(
        .records, other.cbo,
        [.init(entity: .cbo, record: other.cbo, patch: Patch([CBOField.parent: .id(union)]))]),
    ]
  }

  private func lending() throws -> [Command] {
    let terms = Patch([LoanField.borrowerCBO: .id(group.cbo), LoanField.principalPaise: .integer(8_000)])
    func name(_ text: String) -> TestDevice.Line {
      .init(entity: .cbo, record: union, patch: Patch([CBOField.name: .text(text)]))
    }
    return [
      try federation.set(.records, union, [.init(entity: .loan, record: nil, patch: terms)]),
      try federation.set(.records, union, [name("Union of two")]),
      try federation.set(.records, union, [name("Union of villages")]),
    ]
  }

  private func decisions() throws -> [Command] {
    func decide(_ seq: Seq, _ cbo: RecordID, _ word: DecisionWord, index: Int64? = nil) throws -> Command {
      var patch = Patch([
        DecisionField.targetSeq: .integer(Int64(seq.rawValue)), DecisionField.word: .integer(word.rawValue),
      ])
      patch[DecisionField.targetIndex] = index.map { .integer($0) }
      return try checker.set(.decision, cbo, [.init(entity: .decision, record: nil, patch: patch)])
    }
    return try [decide(reviewed, group.cbo, .release, index: 0)]
      + approvable.map { try decide($0.seq, $0.cbo, .approve) }
  }
}
