import LokBooks
import Synchronization

/// Which ids the phones of one block gave to what the plan names by its place.
final class BlockNames: Sendable {
  /// A set as its writer numbered it.
  struct Sent: Sendable {
    let device: DeviceNumber
    let firstDeviceSeq: DeviceSeq
    let meeting: UInt32?
    /// What it edited.
    let record: RecordID?
  }
  private struct Member: Hashable {
    let group: Int
    let member: Int
  }
  private struct Names {
    var villages: [Int: RecordID] = [:]
    var groups: [Int: RecordID] = [:]
    var members: [Member: RecordID] = [:]
    var accounts: [Int: RecordID] = [:]
    var loans: [Int: RecordID] = [:]
    /// By act.
    var sent: [Int: Sent] = [:]
    var lines: [Int: [RecordID]] = [:]
  }
  private let names = Mutex(Names())

  func village(_ village: Int) -> RecordID? { names.withLock { $0.villages[village] } }
  func group(_ group: Int) -> RecordID? { names.withLock { $0.groups[group] } }
  func member(_ member: Int, of group: Int) -> RecordID? {
    names.withLock { $0.members[Member(group: group, member: member)] }
  }
  func account(of group: Int) -> RecordID? { names.withLock { $0.accounts[group] } }
  func loan(_ loan: Int) -> RecordID? { names.withLock { $0.loans[loan] } }
  func sent(_ act: Int) -> Sent? { names.withLock { $0.sent[act] } }
  func line(_ place: LinePlace) -> RecordID? {
    names.withLock { names in
      names.lines[place.act].flatMap { $0.indices.contains(place.line) ? $0[place.line] : nil }
    }
  }

  /// - Parameter records: what began with the act, as in `Recorded.records`.
  func keep(_ records: [RecordID], of act: Act, sent: Sent) {
    names.withLock { names in
      if act.meeting != nil || act.edit != nil { names.sent[act.act] = sent }
      if let village = act.village { names.villages[village.village] = records.first }
      if let group = act.group { names.groups[group.group] = records.first }
      if let member = act.member {
        names.members[Member(group: member.group, member: member.member)] = records.first
      }
      if let account = act.account { names.accounts[account.group] = records.first }
      if let lending = act.lending { names.loans[lending.loan.loan] = records.first }
      guard let meeting = act.meeting else { return }
      for (loan, id) in zip(meeting.loans, records) { names.loans[loan.loan] = id }
      names.lines[act.act] = Array(records.dropFirst(meeting.loans.count))
    }
  }
}
