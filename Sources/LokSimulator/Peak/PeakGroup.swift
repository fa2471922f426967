import LokBooks
import LokWire

/// A group of a peak run, and its next meeting. Every meeting has the same lines, so that its cost can be
/// compared between stores: `PeakGroup.lines` says which.
///
/// True between calls: `cash` is what the books hold when everything written is posted.
struct PeakGroup: Sendable {
  /// What one meeting writes; the rows that peers write are counted from it.
  struct Lines: Codable, Sendable {
    var changes: Int
    var attendance: Int
    var entries: Int
    /// Balances that its lines move, each once.
    var balances: Int
    /// What its entries add up to.
    var paise: Int64
  }

  static let members = 12
  /// Members who repay a loan; others save a second time.
  private static let borrowers = 6
  private static let principal: Int64 = 9_000_000_00
  /// What the entries of a first meeting add up to: a fund comes, is withdrawn, and is lent.
  static let firstMeetingPaise = 3 * principal * Int64(borrowers)
  private(set) var day: Day
  let cbo: RecordID
  let members: [RecordID]
  private var loans: [RecordID] = []
  private var number: Int64 = 0
  private var cash: Int64 = 0

  /// The group with its members, as the phone's next set.
  init(of phone: inout PeakPhone, at now: Timestamp) throws {
    day = Day(of: now)
    cbo = RecordID(device: phone.device, counter: phone.counter)
    let first = phone.counter + 1
    members = (0..<UInt32(Self.members)).map { RecordID(device: phone.device, counter: first + $0) }
    var writer = Writer(phone, now)
    writer.new(
      .cbo,
      [
        (CBOField.tier, .integer(Tier.selfHelpGroup.rawValue)), (CBOField.name, .text("GENDA PHOOL")),
        (CBOField.formationDay, .integer(Int64(day.number) - 60)),
        (CBOField.compulsorySavingPaise, .integer(50_00)),
      ])
    for index in members.indices {
      // Sealed parts are opaque to a merge: as long as real ones.
      writer.new(
        .member,
        [
          (MemberField.identity, .bytes([UInt8](repeating: UInt8(index), count: 64))),
          (MemberField.joinedDay, .integer(Int64(day.number) - 50)),
          (MemberField.socialCategory, .integer(1)),
        ])
    }
    try phone.write(writer.set(.records, cbo))
  }

  /// The first one lends, so that the others can repay.
  mutating func writeFirstMeeting(of phone: inout PeakPhone, at now: Timestamp) throws {
    var writer = Writer(phone, now)
    let all = Self.principal * Int64(Self.borrowers)
    number += 1
    writer.meeting(number, day, .special, opening: 0, closing: 0)
    for member in members.prefix(Self.borrowers) {
      loans.append(
        writer.new(
          .loan,
          [
            (LoanField.member, .integer(Int64(bitPattern: member.rawValue))),
            (LoanField.principalPaise, .integer(Self.principal)),
          ]))
    }
    writer.entry(.revolvingFund, all)
    writer.entry(.cashWithdrawn, all)
    for (member, loan) in zip(members, loans) {
      writer.entry(.loanGiven, Self.principal, member: member, loan: loan)
    }
    try phone.write(writer.set(.meeting, cbo))
  }

  /// A meeting of `changes` changes: all attend, all save, some repay; what is left over are savings again.
  mutating func writeMeeting(of phone: inout PeakPhone, changes: Int, at now: Timestamp) throws {
    var writer = Writer(phone, now)
    day = max(day, Day(of: now))
    number += 1
    let lines = Self.plan(changes)
    let closing = lines.reduce(cash) { $0 + $1.amount }
    writer.meeting(number, day, .regular, opening: cash, closing: closing)
    for index in 0..<min(Self.members, changes - 1) {
      writer.new(
        .attendance,
        [
          (AttendanceField.member, .integer(Int64(bitPattern: members[index].rawValue))),
          (AttendanceField.present, .integer(1)),
        ])
    }
    for line in lines {
      writer.entry(
        line.kind, line.amount, member: members[line.member],
        loan: line.isOfLoan ? loans[line.member] : nil)
    }
    cash = closing
    try phone.write(writer.set(.meeting, cbo))
  }

  private struct Line {
    var kind: EntryKind
    var member: Int
    var amount: Int64
    var isOfLoan: Bool { kind == .loanPrincipal || kind == .loanInterest }
  }

  private static func plan(_ changes: Int) -> [Line] {
    let count = max(0, changes - 1 - members)
    return (0..<count).map { index in
      let (round, member) = index.quotientAndRemainder(dividingBy: members)
      return switch (round, member < borrowers) {
      case (0, _): Line(kind: .savingCompulsory, member: member, amount: 50_00)
      case (1, true): Line(kind: .loanPrincipal, member: member, amount: 100_00)
      case (2, true): Line(kind: .loanInterest, member: member, amount: 12_00)
      default: Line(kind: .savingOptional, member: member, amount: 20_00)
      }
    }
  }

  static func lines(ofChanges changes: Int) -> Lines {
    let plan = plan(changes)
    var accounts: Set<Account> = []
    var shares: Set<[UInt64]> = []
    for line in plan {
      guard let posting = Posting.of(line.kind) else { continue }
      for account in [posting.debit, posting.credit] {
        accounts.insert(account)
        if account.party != nil { shares.insert([UInt64(account.rawValue), UInt64(line.member)]) }
      }
    }
    return Lines(
      changes: changes, attendance: min(members, changes - 1), entries: plan.count,
      balances: accounts.count + shares.count, paise: plan.reduce(0) { $0 + $1.amount })
  }
}

extension PeakGroup {
  /// Puts a set together, numbered behind what its phone wrote before.
  struct Writer {
    private let phone: PeakPhone
    private let hlc: HybridTime
    private var changes: [Change] = []

    init(_ phone: PeakPhone, _ now: Timestamp) {
      self.phone = phone
      hlc = HybridTime(now)
    }

    @discardableResult
    mutating func new(_ entity: Entity, _ fields: [(UInt32, FieldValue)]) -> RecordID {
      let record = RecordID(device: phone.device, counter: phone.counter + UInt32(changes.count))
      let patch = Patch(fields.map { Patch.Field(number: $0.0, value: $0.1) })
      changes.append(Change(entity: entity, record: record, isNew: true, hlc: hlc, patch: patch))
      return record
    }

    mutating func edit(_ entity: Entity, _ record: RecordID, _ fields: [(UInt32, FieldValue)]) {
      let patch = Patch(fields.map { Patch.Field(number: $0.0, value: $0.1) })
      changes.append(Change(entity: entity, record: record, isNew: false, hlc: hlc, patch: patch))
    }

    mutating func meeting(_ number: Int64, _ day: Day, _ type: MeetingType, opening: Int64, closing: Int64) {
      new(
        .meeting,
        [
          (MeetingField.number, .integer(number)), (MeetingField.day, .integer(Int64(day.number))),
          (MeetingField.type, .integer(type.rawValue)), (MeetingField.openingCashPaise, .integer(opening)),
          (MeetingField.closingCashPaise, .integer(closing)),
        ])
    }

    mutating func entry(_ kind: EntryKind, _ paise: Int64, member: RecordID? = nil, loan: RecordID? = nil) {
      var fields: [(UInt32, FieldValue)] = [
        (EntryField.kind, .integer(Int64(kind.rawValue))), (EntryField.amountPaise, .integer(paise)),
      ]
      if let member { fields.append((EntryField.member, .integer(Int64(bitPattern: member.rawValue)))) }
      if let loan { fields.append((EntryField.loan, .integer(Int64(bitPattern: loan.rawValue)))) }
      new(.entry, fields)
    }

    /// - Parameter base: what the writer had seen of the block.
    func set(_ kind: ChangeSet.Kind, _ cbo: RecordID, base: Seq = .zero) -> ChangeSet {
      ChangeSet(
        kind: kind, cbo: cbo, device: phone.device, firstDeviceSeq: phone.next, firstCounter: phone.counter,
        baseSeq: base, firstHLC: hlc, changes: changes)
    }
  }
}
