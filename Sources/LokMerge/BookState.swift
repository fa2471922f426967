package import LokBooks

/// A record that can change, with a clock for each field.
package struct StoredRecord: Hashable, Sendable {
  package var id: RecordID
  package var entity: Entity
  /// Whose book it is in.
  package var cbo: RecordID
  /// The last set that changed it.
  package var seq: Seq
  /// Ascending by number.
  package var fields: [FieldState]

  package init(id: RecordID, entity: Entity, cbo: RecordID, seq: Seq, fields: [FieldState]) {
    self.id = id
    self.entity = entity
    self.cbo = cbo
    self.seq = seq
    self.fields = fields
  }

  /// One merged value, looked at in its place: cheaper than all of them where one is asked for.
  package func integer(_ number: UInt32) -> Int64? {
    guard let place = fields.firstIndex(where: { $0.number == number }),
      case .integer(let value) = fields[place].value
    else { return nil }
    return value
  }
  package func day(_ number: UInt32) -> Day? {
    integer(number).flatMap { Int32(exactly: $0) }.map { Day(number: $0) }
  }
  package func paise(_ number: UInt32) -> Paise? { integer(number).map { Paise($0) } }

  /// The merged values, without their clocks.
  package var values: Patch { Patch(fields.map { .init(number: $0.number, value: $0.value) }) }
}

/// An account of a CBO, or one member's or loan's share of it. `subLedger` nil = the control account.
package struct BalanceKey: Hashable, Comparable, Sendable {
  package var cbo: RecordID
  package var account: Account
  package var subLedger: RecordID?
  package init(cbo: RecordID, account: Account, subLedger: RecordID? = nil) {
    self.cbo = cbo
    self.account = account
    self.subLedger = subLedger
  }

  /// By their numbers: what the compiler derives asks each part's type how it compares, for every line.
  package static func == (a: Self, b: Self) -> Bool {
    a.cbo.rawValue == b.cbo.rawValue && a.account.rawValue == b.account.rawValue
      && a.subLedger?.rawValue == b.subLedger?.rawValue
  }

  /// As in the balances' table.
  package static func < (a: Self, b: Self) -> Bool {
    (a.cbo.rawValue, a.account.rawValue, a.subLedger?.rawValue ?? 0)
      < (b.cbo.rawValue, b.account.rawValue, b.subLedger?.rawValue ?? 0)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(word) }

  /// All three in one: for `PlaceTable`.
  package var word: UInt64 {
    let share = subLedger.map { $0.rawValue &+ 1 } ?? 0
    return (cbo.rawValue &* 0x9E37_79B9_7F4A_7C15) ^ (share &* 0xC2B2_AE3D_27D4_EB4F)
      ^ UInt64(account.rawValue)
  }
}

package struct HeldMeeting: Hashable, Sendable {
  /// Values stand in the tables.
  package enum Standing: Int64, Sendable {
    /// The cash has changed hands; no checker has looked at it yet.
    case unapproved = 1
    /// Frozen.
    case approved = 2
    /// Taken back by a checker: it counts nowhere, and its number is free.
    case rejected = 3
  }
  package var seq: Seq
  /// Nil for a newer app's.
  package var type: MeetingType?
  package var number: UInt32
  package var day: Day
  package var standing: Standing
  package init(seq: Seq, type: MeetingType?, number: UInt32, day: Day, standing: Standing) {
    self.seq = seq
    self.type = type
    self.number = number
    self.day = day
    self.standing = standing
  }
}

/// A posted entry, as far as its reversal has to know.
package struct PostedEntry: Hashable, Sendable {
  package var cbo: RecordID
  package var kind: Int64
  package var amount: Paise
  package var debit: Account?
  package var credit: Account?
  package var member: RecordID?
  package var loan: RecordID?
  package var bankAccount: RecordID?
  /// It takes back another one itself.
  package var isReversal: Bool
  /// The posted entry that has taken it back.
  package var reversedBy: RecordID?
  package init(
    cbo: RecordID, kind: Int64, amount: Paise, debit: Account?, credit: Account?, member: RecordID?,
    loan: RecordID?, bankAccount: RecordID?, isReversal: Bool, reversedBy: RecordID?
  ) {
    self.cbo = cbo
    self.kind = kind
    self.amount = amount
    self.debit = debit
    self.credit = credit
    self.member = member
    self.loan = loan
    self.bankAccount = bankAccount
    self.isReversal = isReversal
    self.reversedBy = reversedBy
  }
}

/// A set in the journal, as far as a decision about it has to know.
package struct JournaledSet: Hashable, Sendable {
  package var cbo: RecordID
  package var device: DeviceNumber
  /// Which person, where a phone is shared.
  package var author: UInt32?
  /// The latest resolution of the whole set.
  package var resolvedBy: Seq?
  package init(cbo: RecordID, device: DeviceNumber, author: UInt32?, resolvedBy: Seq?) {
    self.cbo = cbo
    self.device = device
    self.author = author
    self.resolvedBy = resolvedBy
  }

  /// Written by the same phone, or on a shared one by the same person.
  package func isBySame(as set: ChangeSet) -> Bool {
    guard device == set.device else { return author != nil && author == set.author }
    return author == set.author
  }
}

/// A set or change that is stored but not posted.
package struct SetAside: Hashable, Sendable {
  package var seq: Seq
  /// Nil = the whole set.
  package var index: UInt32?
  package var cbo: RecordID
  /// WAITING or FLAGGED, with its reason.
  package var verdict: Verdict
  package var meetingNumber: UInt32?
  package var received: Timestamp

  package init(
    seq: Seq, index: UInt32?, cbo: RecordID, verdict: Verdict, meetingNumber: UInt32?, received: Timestamp
  ) {
    self.seq = seq
    self.index = index
    self.cbo = cbo
    self.verdict = verdict
    self.meetingNumber = meetingNumber
    self.received = received
  }
}

/// What judge and apply read of a shard. Apply asks only for records of the set's own CBO, so that a
/// phone, which holds a few CBOs, answers as the server does.
package protocol BookState {
  func record(_ id: RecordID) throws -> StoredRecord?
  /// Debit - credit of what is posted.
  func balance(_ key: BalanceKey) throws -> Paise
  /// The posted meeting with the highest number.
  func lastMeeting(of cbo: RecordID) throws -> HeldMeeting?
  /// Posted meetings above a number, the highest first.
  func meetings(of cbo: RecordID, above number: UInt32) throws -> [HeldMeeting]
  /// Posted meetings below a number that no checker has approved, the lowest first.
  func unapprovedMeetings(of cbo: RecordID, below number: UInt32) throws -> [HeldMeeting]
  /// The meeting that a set posted; also one that was taken back.
  func meeting(postedBy seq: Seq) throws -> HeldMeeting?
  func journaledSet(_ seq: Seq) throws -> JournaledSet?
  /// The whole set, to be judged again.
  func changeSet(at seq: Seq) throws -> (set: ChangeSet, envelope: Envelope)?
  /// Nil where no such entry is posted.
  func postedEntry(_ id: RecordID) throws -> PostedEntry?
  /// Outstanding principal of a member's loans in her group's book.
  func outstanding(of member: RecordID, in cbo: RecordID) throws -> Paise
  /// Who belongs to a group on a day.
  func memberCount(of cbo: RecordID, on day: Day) throws -> Int
  /// Another member of the block, not left, who is the same person.
  func memberWith(kycTag: Int64, otherThan member: RecordID) throws -> RecordID?
  /// The first event of this kind that a loan has on a day.
  func loanEvent(of loan: RecordID, kind: LoanEventKind, on day: Day) throws -> RecordID?
  /// Who holds an office in a group now: its members' designations, a federation's office bearers.
  func officeBearers(of cbo: RecordID, office: Designation) throws -> [RecordID]
  /// The highest number in the printed codes of this kind; 0 where there is none.
  func lastCodeSerial(of entity: Entity) throws -> UInt32
  /// The meeting set aside with the lowest number in the range; of equal ones the earliest.
  func meetingSetAside(of cbo: RecordID, numbers: Range<UInt32>) throws -> SetAside?
  func setAside(_ seq: Seq, index: UInt32?) throws -> SetAside?
}
