/// One group's books as its bookkeeper has them in her head: what she writes next fits what she wrote
/// before, and neither cash nor bank goes below zero.
struct GroupBook {
  /// A meeting, and what has to be typed after it.
  struct Sitting {
    var meeting: MeetingDeed
    /// A member who was paid out, and leaves.
    var leaving: Int?
    var reschedules: [LoanEventDeed] = []
  }

  let group: Int
  let everyDays: Int
  let settings: SettingsDeed
  /// Members who have not left, ascending.
  var active: [Int]
  /// The number of the last meeting.
  var held: Int
  var cash: Int64 = 0
  var bank: Int64 = 0
  /// By member: compulsory, food, health, optional.
  var savings: [Int: [Int64]] = [:]
  var loans: [RunningLoan] = []
  var owed: [OwedLoan] = []
  /// Where money for new loans may come from; `lokos.v1.LoanSource`.
  var sources = [1]
  /// Received as community investment and as revolving fund, and not given back.
  var investment: Int64 = 0
  var revolving: Int64 = 0
  /// Promised by the village organisation, and not received yet.
  var promised: OwedLoan?
  /// Lines of the last meeting, which may turn out to be wrong.
  var corrigible: [(line: MoneyDeed, place: LinePlace)] = []
  /// The sitting that is being written.
  var page: [MoneyDeed] = []
  var given: [LoanDeed] = []
  var day: Int32 = 0
  var nextLoan = 0

  init(_ deed: GroupDeed, settings: SettingsDeed, members: Int, promised: LoanDeed?) {
    group = deed.group
    everyDays = deed.everyDays
    self.settings = settings
    active = Array(0..<members)
    held = 0
    self.promised = promised.map { OwedLoan($0, everyDays: 28) }
  }

  /// The next meeting, with the mix of lines of domain notes 6.3.
  ///
  /// - Parameter isPlain: without what later acts would have to undo: nobody leaves, nothing is corrected.
  mutating func nextMeeting(
    on day: Int32, firstLoan: inout Int, isPlain: Bool, by generator: inout SeededGenerator
  ) -> Sitting {
    begin(on: day, firstLoan)
    let isFirst = held == 0
    let kind = meetingKind(by: &generator)
    held += 1
    let opening = cash
    let present = attendance(by: &generator)
    saveAndPay(absent: active.filter { !present.contains($0) }, by: &generator)
    repay(by: &generator)
    if isFirst { receiveFunds(by: &generator) }
    receiveLoans(by: &generator)
    repayOwed(by: &generator)
    groupVouchers(by: &generator)
    lend(isFirst: isFirst, by: &generator)
    let reschedules = isPlain ? [] : settleDefaults(by: &generator)
    if !isPlain { correct(by: &generator) }
    let leaving = isPlain ? nil : payOut(by: &generator)
    carryToBank(by: &generator)
    firstLoan = nextLoan
    let meeting = MeetingDeed(
      group: group, number: held, kind: kind, day: day, openingPaise: opening, closingPaise: cash,
      present: present, absent: active.filter { !present.contains($0) }, loans: given, lines: page)
    if let leaving { active.removeAll { $0 == leaving } }
    return Sitting(meeting: meeting, leaving: leaving, reschedules: reschedules)
  }

  /// The lines of a meeting may be corrected in the next one.
  mutating func keep(_ meeting: MeetingDeed, act: Int) {
    corrigible = meeting.lines.indices.map { (meeting.lines[$0], LinePlace(act: act, line: $0)) }
  }

  mutating func begin(on day: Int32, _ firstLoan: Int) {
    self.day = day
    nextLoan = firstLoan
    page = []
    given = []
  }

  /// Enters a line where cash and bank allow it.
  @discardableResult
  mutating func write(_ line: MoneyDeed) -> Bool {
    let effect = line.effect
    guard line.paise > 0, cash + effect.cash >= 0, bank + effect.bank >= 0 else { return false }
    cash += effect.cash
    bank += effect.bank
    var line = line
    if effect.bank != 0 { line.isOfBank = true }
    switch line.kind {
    case 104: investment += line.paise
    case 204: investment -= line.paise
    case 105: revolving += line.paise
    case 219: revolving -= line.paise
    default: break
    }
    page.append(line)
    return true
  }

  private func meetingKind(by generator: inout SeededGenerator) -> MeetingDeed.Kind {
    switch generator.below(20) {
    case ..<7 where held == 0: .zero
    case 19: .special
    default: .regular
    }
  }

  /// Those who are there; as many as the group's quorum asks for.
  private func attendance(by generator: inout SeededGenerator) -> [Int] {
    var present = active.filter { _ in generator.happens(inTenThousand: Troubles.present) }
    let needed = (active.count * settings.quorumPercent + 99) / 100
    for member in active where present.count < needed && !present.contains(member) { present.append(member) }
    return present.sorted()
  }
}

extension MoneyDeed {
  /// What the line adds to cash and bank, from the words of the registers.
  var effect: (cash: Int64, bank: Int64) {
    let sign: Int64 = reverses == nil ? paise : -paise
    switch kind {
    case 1...4, 11...14, 112, 113: return (sign, 0)
    case 5...8, 10, 16, 202...204, 207...213, 215...217: return (-sign, 0)
    case 100...111, 114: return (0, sign)
    case 200, 201, 205, 206, 214, 218...220: return (0, -sign)
    case 400: return (-sign, sign)
    case 401: return (sign, -sign)
    default: return (0, 0)
    }
  }
}
