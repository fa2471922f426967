import LokBooks
import LokShard
import LokSQLite
import LokWire
import Testing

/// Two or three phones that write the same meeting numbers: one claimant counts, whoever comes first, and a
/// checker's choice leads to the same books in every order.
struct RivalMeetingTests {
  struct World: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// How many meetings each phone writes, all from number 2 on.
    var lengths: [Int]
    /// All bring the same cash: the next meeting of one fits on the last one of another.
    var isSameCash = false
  }

  static let worlds: [World] = [
    .init(testDescription: "two phones, a meeting each", lengths: [1, 1]),
    .init(testDescription: "two phones, two meetings each", lengths: [2, 2]),
    .init(
      testDescription: "two phones, two meetings each of the same cash", lengths: [2, 2], isSameCash: true),
    .init(testDescription: "two phones, three meetings and one", lengths: [3, 1]),
    .init(testDescription: "three phones, one meeting each", lengths: [1, 1, 1]),
    .init(testDescription: "three phones, two meetings, two and one", lengths: [2, 2, 1]),
  ]

  /// How a checker lets the chosen phone's meetings count.
  enum Way: String, CaseIterable, Sendable { case release, replace }

  /// A group, its rival makers, and the sets that they have written and not sent.
  private struct Village {
    let template: TestBlock
    let makers: [TestDevice]
    let checker: TestDevice
    let group: TestGroup
    var lanes: [[(command: Command, lines: [TestDevice.Line])]] = []

    init(_ world: World) throws {
      let template = try TestBlock()
      self.template = template
      let maker = try template.register(.bookkeeperSHG)
      var group = try TestGroup.create(template, maker)
      let cbo = group.cbo
      makers =
        try [maker]
        + world.lengths.dropFirst().map { _ in try template.register(.bookkeeperSHG, [.cbo(cbo)]) }
      checker = try template.register(.approver, [.cbo(cbo)])
      try template.submit(try maker.set(.meeting, cbo, group.savings(1_000)))
      self.group = group
      for (place, length) in world.lengths.enumerated() {
        var mine = group
        var lane: [(command: Command, lines: [TestDevice.Line])] = []
        for _ in 0..<length {
          let paise: Int64 = world.isSameCash ? 100 : Int64(100 * (place + 1))
          let entry = TestGroup.entry(.savingCompulsory, paise, member: group.members[place])
          let lines = mine.meeting([entry], cash: paise)
          lane.append((try makers[place].set(.meeting, cbo, lines), lines))
        }
        lanes.append(lane)
      }
    }
  }

  /// One order in a shard of its own, and what a checker does there.
  private final class Telling {
    let block: TestBlock
    let connection: Connection
    private let village: Village
    /// The phones as they go on in this order.
    private let makers: [TestDevice]
    private let checker: TestDevice
    private(set) var model = ModelBooks()
    private(set) var verdicts: [(device: Int, number: Int64, whole: Verdict?)] = []
    /// Of each phone, its sets in the order of their numbers.
    private(set) var seqs: [[Seq]]

    init(_ village: Village, _ order: [Int]) throws {
      self.village = village
      makers = village.makers.map(TestDevice.init(copying:))
      checker = TestDevice(copying: village.checker)
      block = try TestBlock(branching: village.template)
      connection = try Connection(path: block.path, mode: .readOnly)
      seqs = village.lanes.map { _ in [] }
      for device in order {
        let place = seqs[device].count
        let committed = try block.submit(village.lanes[device][place].command).committed()
        seqs[device].append(committed.seq)
        let whole = try Verdicts(decoding: committed.verdicts).whole
        verdicts.append((device, Int64(place + 2), whole))
      }
      try model.read(connection)
    }

    func decide(_ word: DecisionWord, _ target: Seq) throws {
      let patch = Patch([
        DecisionField.targetSeq: .integer(Int64(target.rawValue)),
        DecisionField.word: .integer(word.rawValue), DecisionField.withLater: .integer(1),
      ])
      let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
      let set = try checker.set(.decision, village.group.cbo, [line])
      #expect(try block.submit(set).verdicts() == .allAccepted)
      try model.read(connection)
    }

    /// After it the chosen phone's meetings count, and nobody else's.
    func choose(_ chosen: Int, _ way: Way) throws {
      let rivals = Set(seqs.indices.filter { $0 != chosen }.flatMap { seqs[$0] })
      if let lowest = model.meetings(of: village.group.cbo).first(where: { rivals.contains($0.seq) }) {
        try decide(.reject, lowest.seq)
      }
      for (place, seq) in seqs[chosen].enumerated() {
        guard let kept = model.sets[seq], !kept.counts else { continue }
        // What was taken back with a rival beneath it is written anew: nobody releases it.
        guard way == .release, kept.isOpen else {
          try replace(chosen, place, seq)
          continue
        }
        // A release is an approval, and goes in the order of the meetings.
        for earlier in try unapprovedMeetings(connection) { try decide(.approve, earlier) }
        try decide(.release, seq)
      }
      for item in model.open(in: village.group.cbo) { try decide(.reject, item.seq) }
    }

    private func replace(_ chosen: Int, _ place: Int, _ seq: Seq) throws {
      var lines = village.lanes[chosen][place].lines
      lines[0].patch[MeetingField.replacesSeq] = .integer(Int64(seq.rawValue))
      let set = try makers[chosen].set(.meeting, village.group.cbo, lines)
      #expect(try block.submit(set).verdicts() == .allAccepted)
      try model.read(connection)
    }

    /// Of each phone: what of its money counts or is set aside.
    func moneyOfEach() throws -> [String] {
      try connection.statement(
        """
        SELECT id >> 32 AS device, sum(amount_paise) FROM entry
        WHERE posted OR seq IN (SELECT seq FROM set_aside) GROUP BY device ORDER BY device
        """
      ).all { "\($0.integer(0)): \($0.integer(1))" }
    }
  }

  @Test(arguments: worlds)
  func `of rivals for a number exactly one counts, and the others are set aside and name it`(_ world: World)
    throws
  {
    let village = try Village(world)
    var money: [String]?
    for order in Interleavings.all(world.lengths) {
      let telling = try Telling(village, order)
      let counting = telling.model.meetings(of: village.group.cbo).map(\.number)
      // Whoever's number 2 counts goes on from it; nobody else's later meeting fits, unless by its cash.
      let winner = try #require(
        telling.seqs.firstIndex { $0.first.flatMap { telling.model.sets[$0] }?.counts == true }, "\(order)")
      #expect(counting == (0...world.lengths[winner]).map { Int64($0 + 1) }, "\(order)")
      for (_, number, verdict) in telling.verdicts {
        guard let verdict else { continue }
        switch verdict.reason {
        // The number that is taken is that of the one which counts, and so is the cash that was found.
        case .meetingNumberTaken: #expect(verdict.arguments.first == number, "\(order)")
        case .openingCashDiffers:
          #expect(verdict.arguments.count == 2 && verdict.arguments[0] != verdict.arguments[1], "\(order)")
        case .earlierMeetingUnresolved:
          let cause = Seq(UInt64(verdict.arguments.first ?? 0))
          #expect(telling.model.sets[cause]?.isOpen == true, "\(order)")
        default: Issue.record("\(order): \(verdict)")
        }
      }
      let asides = telling.model.open(in: village.group.cbo).count
      #expect(asides + counting.count == world.lengths.reduce(1, +), "\(order)")
      if money == nil { money = try telling.moneyOfEach() }
      #expect(try telling.moneyOfEach() == money, "\(order)")
    }
  }

  @Test(arguments: worlds, Way.allCases)
  func `the same choice of a checker leads to the same books in every order`(_ world: World, _ way: Way)
    throws
  {
    let village = try Village(world)
    for chosen in world.lengths.indices {
      var known: [ModelBooks.Key: Int64]?
      for order in Interleavings.all(world.lengths) {
        let telling = try Telling(village, order)
        try telling.choose(chosen, way)
        let stored = try storedBalances(telling.connection)
        #expect(stored == telling.model.balances(), "\(order), \(chosen)")
        #expect(
          try telling.connection.statement("SELECT count(*) FROM set_aside").first { $0.integer(0) } == 0)
        if let known {
          #expect(stored == known, "\(order), \(chosen)")
        } else {
          known = stored
          #expect(try telling.block.verify() == [])
        }
      }
    }
  }
}
