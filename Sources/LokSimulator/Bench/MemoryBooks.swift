import LokBooks
import LokMerge

/// The books of plain meetings in dictionaries: judge and apply without a file below them.
///
/// True between calls: what `take` was given is in them. What plain meetings never ask for (sets put aside,
/// decisions, reversals) is not kept.
final class MemoryBooks: BookState {
  private var records: [RecordID: StoredRecord] = [:]
  private var balances: [BalanceKey: Paise] = [:]
  private var meetings: [RecordID: [HeldMeeting]] = [:]
  private var members: [RecordID: Int] = [:]

  func take(_ effects: Effects) throws {
    for record in effects.records {
      if record.entity == .member, records[record.id] == nil { members[record.cbo, default: 0] += 1 }
      records[record.id] = record
    }
    for balance in effects.balances { balances[balance.key] = balance.sum }
    for row in effects.meetings {
      meetings[row.cbo, default: []].append(
        HeldMeeting(
          seq: row.seq, type: MeetingType(rawValue: row.type), number: row.number, day: row.day,
          standing: row.standing))
    }
  }

  func record(_ id: RecordID) -> StoredRecord? { records[id] }
  func balance(_ key: BalanceKey) -> Paise { balances[key] ?? .zero }
  func lastMeeting(of cbo: RecordID) -> HeldMeeting? { meetings[cbo]?.last }
  func memberCount(of cbo: RecordID, on day: Day) -> Int { members[cbo] ?? 0 }

  func meetings(of cbo: RecordID, above number: UInt32) -> [HeldMeeting] {
    (meetings[cbo] ?? []).reversed().prefix { $0.number > number }.map(\.self)
  }

  func unapprovedMeetings(of cbo: RecordID, below number: UInt32) -> [HeldMeeting] {
    (meetings[cbo] ?? []).filter { $0.number < number && $0.standing == .unapproved }
  }

  func meeting(postedBy seq: Seq) -> HeldMeeting? { nil }
  func journaledSet(_ seq: Seq) -> JournaledSet? { nil }
  func changeSet(at seq: Seq) -> (set: ChangeSet, envelope: Envelope)? { nil }
  func postedEntry(_ id: RecordID) -> PostedEntry? { nil }
  func outstanding(of member: RecordID, in cbo: RecordID) -> Paise { .zero }
  func memberWith(kycTag: Int64, otherThan member: RecordID) -> RecordID? { nil }
  func loanEvent(of loan: RecordID, kind: LoanEventKind, on day: Day) -> RecordID? { nil }
  func officeBearers(of cbo: RecordID, office: Designation) -> [RecordID] { [] }
  func lastCodeSerial(of entity: Entity) -> UInt32 { 0 }
  func meetingSetAside(of cbo: RecordID, numbers: Range<UInt32>) -> SetAside? { nil }
  func setAside(_ seq: Seq, index: UInt32?) -> SetAside? { nil }
}
