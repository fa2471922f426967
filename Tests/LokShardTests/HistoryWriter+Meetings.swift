import LokBooks
import LokTestSupport
import LokWire

/// Meetings: what bookkeepers write into the cash book.
extension HistoryWriter {
  /// Sends a meeting with these lines, as the next one unless told otherwise; its cash is what the lines make
  /// of the box, and `closingError` besides.
  func meet(
    _ maker: TestDevice, _ lines: [TestDevice.Line], number: Int64? = nil, opening: Int64? = nil,
    closingError: Int64 = 0, replacing: Seq? = nil, type: MeetingType = .regular, what: String = "meeting"
  ) throws {
    var group = TestGroup(
      cbo: cbo, members: try members(), number: number.map { $0 - 1 } ?? lastNumber,
      cash: opening ?? balance(1001), day: lastDay)
    let received = lines.filter { $0.entity == .entry }.flatMap { ModelBooks.movements($0.patch) }
      .filter { $0.account == 1001 }.map(\.paise).reduce(0, +)
    let all = group.meeting(lines, cash: received + closingError) {
      $0[MeetingField.type] = .integer(type.rawValue)
      if let replacing { $0[MeetingField.replacesSeq] = .integer(Int64(replacing.rawValue)) }
    }
    try send(what, try maker.set(.meeting, cbo, all))
  }

  /// A few lines that the books allow.
  func drawn() throws -> [TestDevice.Line] {
    let members = try members()
    guard !members.isEmpty else { return [TestGroup.entry(.otherReceipt, amount(upTo: 900))] }
    var lines: [TestDevice.Line] = []
    var cash = balance(1001)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let member = random.one(of: members)
      let paise = amount(upTo: 5_000)
      let bank = random.maybe { _ in Patch([EntryField.bankAccount: .id(bankAccount)]) } ?? Patch()
      switch Int.random(in: 0..<9, using: &random) {
      case 0...2:
        let kind = random.one(
          of: [.savingCompulsory, .savingFood, .savingHealth, .savingOptional] as [EntryKind])
        lines.append(TestGroup.entry(kind, paise, member: member))
        cash += paise
      case 3:
        let saved = min(-balance(2001, member), cash)
        guard saved > 0, lines.isEmpty else { continue }
        let paid = amount(upTo: saved)
        lines.append(TestGroup.entry(.savingWithdrawn, paid, member: member))
        cash -= paid
      case 4:
        lines.append(TestGroup.entry(.otherReceipt, paise))
        cash += paise
      case 5 where cash > 0:
        let paid = amount(upTo: cash)
        lines.append(
          TestGroup.entry(random.one(of: [.rent, .cashDeposited] as [EntryKind]), paid, more: bank))
        cash -= paid
      case 6:
        let kind = random.one(of: [.bankInterest, .revolvingFund] as [EntryKind])
        lines.append(TestGroup.entry(kind, paise, more: bank))
      case 7:
        let food = -balance(2002, member)
        guard food > 0, lines.isEmpty else { continue }
        let sides = Patch([EntryField.debitAccount: .integer(2002), EntryField.creditAccount: .integer(2001)])
        lines.append(TestGroup.entry(.journal, amount(upTo: food), member: member, more: sides))
      default:
        lines.append(TestGroup.entry(.penalty, 50, member: member))
        cash += 50
      }
    }
    return lines
  }

  func cutoff() throws {
    func opening(_ kind: EntryKind, _ account: Int64, _ paise: Int64, _ member: RecordID? = nil)
      -> TestDevice.Line
    {
      let field = kind == .openingDebit ? EntryField.debitAccount : EntryField.creditAccount
      return TestGroup.entry(kind, paise, member: member, more: Patch([field: .integer(account)]))
    }
    var lines = [opening(.openingDebit, 1001, amount(upTo: 9_000)), opening(.openingDebit, 1010, 4_000)]
    for member in try members() { lines.append(opening(.openingCredit, 2001, amount(upTo: 4_000), member)) }
    // Half of them balance, and can be approved.
    if Bool.random(using: &random) {
      let sum = lines.reduce(Int64(0)) { sum, line in
        let paise = line.patch.integer(EntryField.amountPaise) ?? 0
        return line.patch[EntryField.debitAccount] == nil ? sum - paise : sum + paise
      }
      if sum > 0 { lines.append(opening(.openingCredit, 3900, sum)) }
      if sum < 0 { lines.append(opening(.openingDebit, 1010, -sum)) }
    }
    let number = Int64.random(in: 1...30, using: &random)
    try meet(makers[0], lines, number: number, type: .cutoff, what: "cut-off")
  }

  /// The loan begins in the meeting that gives it out.
  func lend(_ maker: TestDevice) throws {
    let members = try members()
    guard balance(1001) > 0, !members.isEmpty else { return try meet(maker, drawn()) }
    let member = random.one(of: members)
    let paise = amount(upTo: balance(1001))
    let loan = maker.nextID(UInt32(1 + members.count))
    let terms = Patch([
      LoanField.member: .id(member), LoanField.principalPaise: .integer(paise),
      LoanField.instalments: .integer(10),
    ])
    try meet(
      maker,
      [
        .init(entity: .loan, record: nil, patch: terms),
        TestGroup.entry(.loanGiven, paise, member: member, loan: loan),
      ], what: "loan given")
  }

  func repay(_ maker: TestDevice) throws {
    guard let (loan, owed) = openLoans.randomElement(using: &random), let member = try members().first else {
      return try meet(maker, drawn())
    }
    // One time in eight more than she owes.
    let paise = Int.random(in: 0..<8, using: &random) == 0 ? owed + 1 : amount(upTo: owed)
    let kind = random.one(of: [.loanPrincipal, .loanPrincipal, .loanWrittenOff] as [EntryKind])
    let lines = [
      TestGroup.entry(kind, paise, member: member, loan: loan),
      TestGroup.entry(.loanInterest, 20, member: member, loan: loan),
    ]
    try meet(maker, lines, what: "repayment")
  }

  /// Written on top of one that is set aside.
  func following(_ maker: TestDevice) throws {
    guard let last = model.open(in: cbo).max(by: { $0.number < $1.number }) else { return try lend(maker) }
    let closing = last.set.changes[0].patch.integer(MeetingField.closingCashPaise)
    try meet(
      maker, [TestGroup.entry(.otherReceipt, 90)], number: last.number + 1, opening: closing,
      what: "meeting after one set aside")
  }

  func reverse(_ maker: TestDevice) throws {
    let entries = model.meetings(of: cbo).flatMap(\.entries)
    guard let entry = entries.randomElement(using: &random) else { return try meet(maker, drawn()) }
    var patch = entry.patch
    patch[EntryField.reverses] = .id(entry.record)
    try meet(maker, [.init(entity: .entry, record: nil, patch: patch)], what: "reversal")
  }

  /// What is set aside or taken back, written anew.
  func replace(_ maker: TestDevice) throws {
    let candidates = model.sets.values.filter { $0.set.kind == .meeting && ($0.isOpen || $0.isRejected) }
      .sorted { $0.seq < $1.seq }
    guard let target = candidates.randomElement(using: &random) else { return try wrong(maker) }
    let isMine = makers.first { $0.number == target.set.device } ?? maker
    try meet(isMine, drawn(), replacing: target.seq, what: "replacement")
  }

  private func wrong(_ maker: TestDevice) throws { try meet(maker, drawn(), closingError: 1) }
}
