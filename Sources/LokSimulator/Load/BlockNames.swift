import LokBooks
import Synchronization

/// Which ids the phones of one block gave to what the plan names by its place.
final class BlockNames: Sendable {
  private struct Member: Hashable {
    let group: Int
    let member: Int
  }
  private struct Names {
    var villages: [Int: RecordID] = [:]
    var groups: [Int: RecordID] = [:]
    var members: [Member: RecordID] = [:]
    var loans: [Int: RecordID] = [:]
  }
  private let names = Mutex(Names())

  func village(_ village: Int) -> RecordID? { names.withLock { $0.villages[village] } }
  func group(_ group: Int) -> RecordID? { names.withLock { $0.groups[group] } }
  func member(_ member: Int, of group: Int) -> RecordID? {
    names.withLock { $0.members[Member(group: group, member: member)] }
  }
  func loan(_ loan: Int) -> RecordID? { names.withLock { $0.loans[loan] } }

  func keep(_ records: [RecordID], of act: Act) {
    names.withLock { names in
      if let village = act.village { names.villages[village.village] = records.first }
      if let group = act.group { names.groups[group.group] = records.first }
      if let member = act.member {
        names.members[Member(group: member.group, member: member.member)] = records.first
      }
      // A meeting's set begins with the meeting itself; its new loans follow.
      for (loan, id) in zip(act.meeting?.loans ?? [], records) { names.loans[loan.loan] = id }
    }
  }
}
