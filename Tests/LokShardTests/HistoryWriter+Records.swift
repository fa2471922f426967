import LokBooks
import LokSQLite
import LokShard
import LokTestSupport
import LokWire

/// Records, decisions, and what operators do.
extension HistoryWriter {
  func change(_ maker: TestDevice, _ entity: Entity, _ record: RecordID?, _ patch: Patch, _ what: String)
    throws
  {
    // Half of the time she has seen all that there is.
    maker.base = Bool.random(using: &random) ? block.writer.head : .zero
    try send(what, try maker.set(.records, cbo, [.init(entity: entity, record: record, patch: patch)]))
  }

  func newMember(_ maker: TestDevice) throws {
    let patch = Patch([
      MemberField.joinedDay: .day(TestGroup.formed), MemberField.identity: sealedPart(1),
      MemberField.contact: sealedPart(2), MemberField.bank: sealedPart(3),
    ])
    try change(maker, .member, nil, patch, "new member")
  }

  /// Nobody opens it: any bytes do.
  private func sealedPart(_ content: Int64) -> FieldValue {
    .bytes(Array(repeating: UInt8(truncatingIfNeeded: content), count: 40))
  }

  func reschedule(_ maker: TestDevice) throws {
    guard let (loan, _) = openLoans.randomElement(using: &random) else { return try edit(maker) }
    let patch = Patch([
      LoanEventField.loan: .id(loan), LoanEventField.kind: .integer(LoanEventKind.rescheduled.rawValue),
      LoanEventField.day: .day(lastDay), LoanEventField.instalments: .integer(amount(upTo: 24)),
    ])
    try change(maker, .loanEvent, nil, patch, "reschedule")
  }

  /// Half of the time she is paid out first.
  func exit(_ maker: TestDevice) throws {
    let members = try members()
    guard members.count > 1, let member = members.randomElement(using: &random) else {
      return try edit(maker)
    }
    let withdrawals: [(account: Int64, kind: EntryKind)] = [
      (2001, .savingWithdrawn), (2002, .savingFoodWithdrawn), (2003, .savingHealthWithdrawn),
      (2004, .savingOptionalWithdrawn),
    ]
    let lines = withdrawals.compactMap { account, kind -> TestDevice.Line? in
      let saved = 0 - balance(account, member)
      return saved > 0 ? TestGroup.entry(kind, saved, member: member) : nil
    }
    if Bool.random(using: &random), !lines.isEmpty { try meet(maker, lines, what: "paying out") }
    try change(maker, .member, member, Patch([MemberField.leftDay: .day(lastDay)]), "exit")
  }

  /// Fields of each policy, often written by both.
  func edit(_ maker: TestDevice) throws {
    guard let member = try members().first else { return }
    let value = amount(upTo: 9)
    let all: [(Entity, RecordID, Patch)] = [
      (.member, member, Patch([MemberField.household: .integer(value)])),
      (.member, member, Patch([MemberField.designation: .integer(value)])),
      (
        .member, member,
        Patch([MemberField.designation: .integer(value), MemberField.household: .integer(value)])
      ),
      (.member, member, Patch([MemberField.joinedDay: .day(TestGroup.formed.advanced(by: Int32(value)))])),
      (.member, member, Patch([MemberField.contact: sealedPart(value + 10)])),
      (.member, member, Patch([MemberField.bank: sealedPart(value + 10)])),
      (.cbo, cbo, Patch([CBOField.name: .text("Group \(value)")])),
      (.bankAccount, bankAccount, Patch([BankAccountField.ifsc: .text("SBIN000123\(value)")])),
    ]
    let (entity, record, patch) = random.one(of: all)
    try change(maker, entity, record, patch, "edit")
  }

  func decide() throws {
    var patch = Patch()
    let reviews = model.sets.values.flatMap { kept in kept.reviews.map { (kept.seq, $0) } }.sorted { $0 < $1 }
    let open = model.open(in: cbo)
    let what: String
    if let (seq, index) = reviews.randomElement(using: &random), Bool.random(using: &random) {
      patch[DecisionField.targetSeq] = .integer(Int64(seq.rawValue))
      patch[DecisionField.targetIndex] = .integer(Int64(index))
      patch[DecisionField.word] = .integer(random.one(of: [1, 2]))
      what = "decision about a review"
    } else if let item = open.randomElement(using: &random), Bool.random(using: &random) {
      let word = random.one(of: [1, 1, 2] as [Int64])
      // What stands next in the books comes through when all before it is approved.
      let next = word == 1 ? open.first { $0.number == lastNumber + 1 } : nil
      let item = next ?? item
      if next != nil { try approve(try unapprovedMeetings(connection)) }
      patch[DecisionField.targetSeq] = .integer(Int64(item.seq.rawValue))
      patch[DecisionField.word] = .integer(word)
      what = word == 1 ? "release" : "rejection of what is set aside"
    } else if let first = try unapprovedMeetings(connection).first, Int.random(in: 0..<4, using: &random) == 0
    {
      return try approve([first])
    } else if let meeting = model.meetings(of: cbo).suffix(4).randomElement(using: &random) {
      patch[DecisionField.targetSeq] = .integer(Int64(meeting.seq.rawValue))
      let word = random.one(of: [3, 2, 2] as [Int64])
      patch[DecisionField.word] = .integer(word)
      patch[DecisionField.withLater] = random.maybe { _ in .integer(1) }
      what = word == 3 ? "approval" : "rejection of what counts"
    } else {
      return try meet(makers[0], drawn())
    }
    let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
    try send("\(what) of @\(patch.integer(1) ?? 0)", try checker.set(.decision, cbo, [line]))
  }

  private func approve(_ meetings: [Seq]) throws {
    guard !meetings.isEmpty else { return }
    let lines = meetings.map { seq in
      TestDevice.Line(
        entity: .decision, record: nil,
        patch: Patch([
          DecisionField.targetSeq: .integer(Int64(seq.rawValue)),
          DecisionField.word: .integer(DecisionWord.approve.rawValue),
        ]))
    }
    try send("approval of \(meetings.count)", try checker.set(.decision, cbo, lines))
  }

  /// A meeting that comes while the sender has lost the group.
  func quarantine() throws {
    let maker = makers[1]
    try block.submit(.scope(.init(device: maker.number, add: [], drop: [.cbo(cbo)])))
    try meet(maker, drawn(), what: "meeting out of scope")
    try block.submit(.scope(.init(device: maker.number, add: [.cbo(cbo)], drop: [])))
  }

  func operate() throws {
    let kept = try connection.statement("SELECT seq FROM quarantine WHERE decision_seq IS NULL ORDER BY seq")
      .all { Seq($0.unsigned(0)) }
    guard let seq = kept.randomElement(using: &random) else { return try quarantine() }
    let isRelease = Bool.random(using: &random)
    try send(
      "operator", .quarantineDecision(.init(seq: seq, isRelease: isRelease, reason: "looked at")))
  }
}
