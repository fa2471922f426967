import LokBooks
import LokShard
import LokSQLite
import LokWire
import Testing

/// Two or three phones that write the same field of the same record, none having seen the others: one value
/// stands, and the record says which others there were and why they do not.
struct RivalFieldTests {
  enum Rule: Sendable { case lastWriter, writeOnce, review }

  struct Field: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var rule: Rule
    var number: UInt32
    /// What the phone at this place writes.
    var value: @Sendable (Int) -> FieldValue
    var entity: Entity
  }

  static let fields: [Field] = [
    .init(
      testDescription: "a household (last writer)", rule: .lastWriter, number: MemberField.household,
      value: { .integer(Int64($0 + 1)) }, entity: .member),
    .init(
      testDescription: "a group's name (last writer)", rule: .lastWriter, number: CBOField.name,
      value: { .text("Group \($0)") }, entity: .cbo),
    .init(
      testDescription: "a loan's purpose (written once)", rule: .writeOnce, number: LoanField.purpose,
      value: { .text("purpose \($0)") }, entity: .loan),
    .init(
      testDescription: "a reschedule's rate (written once)", rule: .writeOnce,
      number: LoanEventField.annualRateBasisPoints, value: { .integer(Int64(1_200 + $0)) }, entity: .loanEvent
    ),
    .init(
      testDescription: "a designation (reviewed)", rule: .review, number: MemberField.designation,
      value: { .integer(Int64($0 + 1)) }, entity: .member),
    .init(
      testDescription: "an IFSC (reviewed)", rule: .review, number: BankAccountField.ifsc,
      value: { .text("SBIN000123\($0)") }, entity: .bankAccount),
  ]

  /// A group with a record of each kind, its rivals, and what they have written and not sent.
  private struct Village {
    let template: TestBlock
    let makers: [TestDevice]
    let checker: TestDevice
    let cbo: RecordID
    private(set) var target: RecordID
    private(set) var lanes: [[Command]] = []

    /// - Parameter phones: of two, each sends something of its own besides.
    init(_ field: Field, phones: Int) throws {
      let template = try TestBlock()
      let maker = try template.register(.bookkeeperSHG)
      let group = try TestGroup.create(template, maker)
      let cbo = group.cbo
      (self.template, self.cbo) = (template, cbo)
      makers = try [maker] + (1..<phones).map { _ in try template.register(.bookkeeperSHG, [.cbo(cbo)]) }
      checker = try template.register(.approver, [.cbo(cbo)])
      let account = maker.nextID()
      let loan = maker.nextID(1)
      let event = maker.nextID(2)
      let terms = Patch([LoanField.member: .id(group.members[0]), LoanField.principalPaise: .integer(900)])
      let reschedule = Patch([
        LoanEventField.loan: .id(loan), LoanEventField.kind: .integer(1), LoanEventField.day: .day(group.day),
        LoanEventField.instalments: .integer(5),
      ])
      let bank = Patch([BankAccountField.bank: .text("SBI")])
      try template.submit(
        try maker.set(
          .records, cbo,
          [
            .init(entity: .bankAccount, record: nil, patch: bank),
            .init(entity: .loan, record: nil, patch: terms),
            .init(entity: .loanEvent, record: nil, patch: reschedule),
          ]))
      target =
        switch field.entity {
        case .cbo: cbo
        case .loan: loan
        case .loanEvent: event
        case .bankAccount: account
        default: group.members[0]
        }
      for (place, maker) in makers.enumerated() {
        maker.base = template.writer.head
        // The later a phone's place, the later its clock.
        maker.clock = HybridTime(rawValue: HybridTime(TestBlock.start).rawValue + UInt64(place + 1) << 24)
        let claim = TestDevice.Line(
          entity: field.entity, record: target, patch: Patch([field.number: field.value(place)]))
        let own = Patch([MemberField.povertyRank: .integer(Int64(place + 1))])
        let other = TestDevice.Line(entity: .member, record: group.members[min(place, 2)], patch: own)
        lanes.append([try maker.set(.records, cbo, [claim])])
        // Three phones have orders enough without it.
        if phones < 3 { lanes[place].append(try maker.set(.records, cbo, [other])) }
      }
    }
  }

  private final class Telling {
    let block: TestBlock
    let connection: Connection
    private let village: Village
    private let checker: TestDevice
    /// Of each phone's claim.
    private(set) var claims: [Int: (seq: Seq, verdict: Verdict?)] = [:]
    /// Who came first.
    private(set) var first: Int?

    init(_ village: Village, _ order: [Int]) throws {
      self.village = village
      checker = TestDevice(copying: village.checker)
      block = try TestBlock(branching: village.template)
      connection = try Connection(path: block.path, mode: .readOnly)
      var rest = village.lanes.map { $0[...] }
      for device in order {
        guard let command = rest[device].popFirst() else { continue }
        let committed = try block.submit(command).committed()
        guard claims[device] == nil else { continue }
        claims[device] = (committed.seq, try Verdicts(decoding: committed.verdicts).changes.first)
        first = first ?? device
      }
    }

    func standing(_ field: Field) throws -> FieldState? {
      try connection.statement("SELECT fields FROM record WHERE id = ?").bind(village.target.rawValue)
        .first { try RecordFields.decode($0.bytes(0)) }?.first { $0.number == field.number }
    }

    /// Phones whose value lost, and to whose.
    func losers() throws -> [Int: Int] {
      let rows = try connection.statement(
        "SELECT loser_device, winner_device FROM conflict WHERE record = ?"
      ).bind(village.target.rawValue).all { (place($0.integer(0)), place($0.integer(1))) }
      return Dictionary(rows) { first, _ in first }
    }

    private func place(_ device: Int64) -> Int {
      village.makers.firstIndex { Int64($0.number.rawValue) == device } ?? -1
    }

    func underReview() throws -> Set<Int> {
      let open = try connection.statement("SELECT seq FROM set_aside WHERE word = 5").all {
        Seq($0.unsigned(0))
      }
      return Set(claims.filter { open.contains($0.value.seq) }.keys)
    }

    func choose(_ chosen: Int) throws {
      for device in try underReview().sorted() {
        let word = device == chosen ? DecisionWord.release : .reject
        let patch = Patch([
          DecisionField.targetSeq: .integer(Int64(claims[device]?.seq.rawValue ?? 0)),
          DecisionField.targetIndex: .integer(0), DecisionField.word: .integer(word.rawValue),
        ])
        let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
        #expect(
          try block.submit(try checker.set(.decision, village.cbo, [line])).verdicts() == .allAccepted)
      }
    }
  }

  @Test(arguments: fields, [2, 3])
  func `one value stands in every order, and the others are kept and name it`(_ field: Field, _ phones: Int)
    throws
  {
    let village = try Village(field, phones: phones)
    let values = (0..<phones).map(field.value)
    for order in Interleavings.all(village.lanes.map(\.count)) {
      let telling = try Telling(village, order)
      let standing = try #require(try telling.standing(field))
      let winner = try #require(values.firstIndex(of: standing.value), "\(order)")
      let losers = try telling.losers()
      let first = try #require(telling.first)
      #expect(telling.claims[first]?.verdict == nil)
      let others = Set(0..<phones).subtracting([winner])
      switch field.rule {
      case .lastWriter:
        // The later clock, whoever came first; of three phones the middle one may have lost to either.
        #expect(winner == phones - 1, "\(order)")
        #expect(Set(losers.keys) == others && losers.values.contains(winner), "\(order)")
      case .writeOnce:
        #expect(winner == first, "\(order)")
        #expect(losers == Dictionary(uniqueKeysWithValues: others.map { ($0, winner) }), "\(order)")
      case .review:
        #expect(winner == first, "\(order)")
        #expect(try telling.underReview() == others && losers.isEmpty, "\(order)")
      }
      for device in Set(0..<phones).subtracting([first]) {
        let verdict = try #require(telling.claims[device]?.verdict, "\(order)")
        #expect(verdict.word == (field.rule == .review ? .review : .merged), "\(order)")
        #expect(verdict.arguments == [Int64(field.number)], "\(order)")
      }
    }
  }

  @Test(arguments: fields.filter { $0.rule == .review }, [2, 3])
  func `the same choice of a checker leaves the same value in every order`(_ field: Field, _ phones: Int)
    throws
  {
    let village = try Village(field, phones: phones)
    for chosen in 0..<phones {
      for order in Interleavings.all(village.lanes.map(\.count)) {
        let telling = try Telling(village, order)
        try telling.choose(chosen)
        #expect(try telling.standing(field)?.value == field.value(chosen), "\(order), \(chosen)")
        #expect(try telling.underReview().isEmpty)
      }
    }
  }

  @Test func `of two reschedules of one loan on one day the first stands, and the other names it`() throws {
    let template = try TestBlock()
    let maker = try template.register(.bookkeeperSHG)
    let group = try TestGroup.create(template, maker)
    let other = try template.register(.bookkeeperSHG, [.cbo(group.cbo)])
    let loan = maker.nextID()
    let terms = Patch([LoanField.member: .id(group.members[0]), LoanField.principalPaise: .integer(900)])
    try template.submit(
      try maker.set(.records, group.cbo, [.init(entity: .loan, record: nil, patch: terms)]))
    let devices = [maker, other]
    let events = devices.map { $0.nextID() }
    let commands = try devices.enumerated().map { place, device in
      let event = Patch([
        LoanEventField.loan: .id(loan), LoanEventField.kind: .integer(1), LoanEventField.day: .day(group.day),
        LoanEventField.instalments: .integer(Int64(5 + place)),
      ])
      return try device.set(.records, group.cbo, [.init(entity: .loanEvent, record: nil, patch: event)])
    }
    for order in [[0, 1], [1, 0]] {
      let block = try TestBlock(branching: template)
      #expect(try block.submit(commands[order[0]]).verdicts() == .allAccepted)
      let late = try #require(try block.submit(commands[order[1]]).verdicts().changes.first)
      #expect(late.word == .flagged && late.reason == .loanEventTaken && late.record == events[order[0]])
      let loans = try block.reader().groupBooks(of: group.cbo)?.loans
      #expect(loans?.first?.reschedules.map(\.instalments) == [Int64(5 + order[0])])
      #expect(try block.verify() == [])
    }
  }
}
