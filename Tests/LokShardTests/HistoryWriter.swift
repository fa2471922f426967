import LokBooks
import LokSQLite
import LokShard
import LokTestSupport
import LokWire

/// Writes one group's history by chance: two bookkeepers, a checker, an operator. Each step looks at the
/// books as the model has them and writes something plausible, or one of the mistakes of the field.
final class HistoryWriter {
  enum Step: CaseIterable {
    case meet, lend, repay, wrongCash, unknownMember, newMember, following, rivalNumber, reverse, reschedule
    case exit, edit, decide, replace, quarantine, operate
  }

  let block: TestBlock
  let makers: [TestDevice]
  let checker: TestDevice
  let viewer: TestDevice
  let cbo: RecordID
  let bankAccount: RecordID
  let connection: Connection
  var random: SeededGenerator
  private(set) var model = ModelBooks()
  /// What was done, and what became of it: for whoever reads a failure.
  private(set) var told: [String] = []
  /// Every word with its reason that was given; and what decisions were about.
  private(set) var outcomes: Set<String> = []
  var openingMeetingWasHeld = false

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    let group = try TestGroup.create(block, maker)
    cbo = group.cbo
    makers = [maker, try block.register(.bookkeeperSHG, [.cbo(group.cbo)])]
    checker = try block.register(.approver, [.cbo(group.cbo)])
    viewer = try block.register(.viewer, [.cbo(group.cbo)])
    connection = try Connection(path: block.path, mode: .readOnly)
    bankAccount = maker.nextID()
    let bank = Patch([BankAccountField.bank: .text("SBI")])
    try block.submit(try maker.set(.records, cbo, [.init(entity: .bankAccount, record: nil, patch: bank)]))
    try model.read(connection)
  }

  /// One more command, or a few that belong together.
  func step() throws {
    if !openingMeetingWasHeld {
      openingMeetingWasHeld = true
      if Bool.random(using: &random) { return try cutoff() }
    }
    // What makes books comes more often than what disturbs them.
    let step = random.one(of: [.meet, .lend, .repay, .decide, .edit] + Step.allCases)
    switch step {
    case .meet: try meet(random.one(of: makers), drawn())
    case .lend: try lend(random.one(of: makers))
    case .repay: try repay(random.one(of: makers))
    case .wrongCash: try meet(random.one(of: makers), drawn(), closingError: random.one(of: [-3, 1, 700]))
    case .unknownMember:
      // The other bookkeeper's next record may be the member that she speaks of.
      try meet(makers[0], [TestGroup.entry(.penalty, 500, member: makers[1].nextID())])
    case .newMember: try newMember(makers[1])
    case .following: try following(random.one(of: makers))
    case .rivalNumber: try meet(random.one(of: makers), drawn(), number: lastNumber)
    case .reverse: try reverse(random.one(of: makers))
    case .reschedule: try reschedule(random.one(of: makers))
    case .exit: try exit(random.one(of: makers))
    case .edit: try edit(random.one(of: makers))
    case .decide: try decide()
    case .replace: try replace(random.one(of: makers))
    case .quarantine: try quarantine()
    case .operate: try operate()
    }
  }

  /// Sends it, and remembers what became of it.
  func send(_ what: String, _ command: Command) throws {
    let outcome = try block.submit(command)
    try model.read(connection)
    guard case .committed(let committed, _) = outcome.result else { return tell(what, "\(outcome.result)") }
    let verdicts = try Verdicts(decoding: committed.verdicts)
    let given = [verdicts.whole].compactMap { $0 } + verdicts.changes
    for verdict in given { outcomes.insert("\(verdict.word) \(verdict.reason.map { "\($0)" } ?? "")") }
    if given.isEmpty { outcomes.insert("accepted \(what)") }
    let words = given.map { "\($0.word) \($0.reason.map { "\($0)" } ?? "") \($0.arguments)" }
    tell(what, "@\(committed.seq) " + (words.isEmpty ? "accepted" : words.joined(separator: ", ")))
  }

  func tell(_ what: String, _ became: String) { told.append("\(what): \(became)") }

  // The books as the next set finds them.

  var lastNumber: Int64 { model.meetings(of: cbo).last?.number ?? 0 }

  var lastDay: Day {
    guard let meeting = model.meetings(of: cbo).last else {
      return Day(of: TestBlock.start).advanced(by: -60)
    }
    return Day(number: Int32(clamping: meeting.day))
  }

  func balance(_ account: Int64, _ share: RecordID? = nil) -> Int64 {
    model.balances()[.init(cbo: cbo, account: account, share: share?.rawValue ?? 0)] ?? 0
  }

  /// Loans on which something is outstanding.
  var openLoans: [(loan: RecordID, paise: Int64)] {
    model.balances().filter { $0.key.account == 1100 && $0.key.share != 0 && $0.value > 0 }
      .map { (RecordID(rawValue: $0.key.share), $0.value) }.sorted { $0.loan < $1.loan }
  }

  func members() throws -> [RecordID] {
    try connection.statement("SELECT id FROM member WHERE cbo = ? AND left_day IS NULL ORDER BY id")
      .bind(cbo.rawValue).all { RecordID(rawValue: $0.unsigned(0)) }
  }

  func amount(upTo limit: Int64) -> Int64 { Int64.random(in: 1...max(1, limit), using: &random) }
}
