/// A plan of what bookkeepers do, and of what goes wrong on the way: pure, from a seed.
package struct Workload: Sendable {
  package struct Group: Sendable {
    package let group: Int
    package let block: UInt32
    package let members: Int
    /// The phone whose bookkeeper keeps it.
    package let phone: Int
  }

  package let options: WorkloadOptions
  package let blocks: [BlockChoice.Row]
  package let phones: [PhonePlan]
  /// SHGs, and before them in each block its federation and village organisations.
  package let groups: [Group]
  /// Ascending by (day, minute), numbered from 1.
  package let acts: [Act]

  /// - Throws: `SimulationError` where options or directory do not allow it.
  package init(_ options: WorkloadOptions, directory: BlockChoice, names: Names) throws {
    try options.check()
    var planner = WorkloadPlanner(options: options, names: names)
    try planner.plan(over: directory)
    self.options = options
    blocks = planner.blocks
    groups = planner.groups
    let order = planner.acts.indices.sorted {
      (planner.acts[$0].day, planner.acts[$0].minute, $0) < (
        planner.acts[$1].day, planner.acts[$1].minute, $1
      )
    }
    var numbers = [Int](repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { numbers[index] = place + 1 }
    var phones = planner.phones
    acts = order.enumerated().map { place, index in
      var act = planner.acts[index]
      act.act = place + 1
      act.renumber { numbers[$0] }
      phones[act.phone].steps.append(.init(day: act.day, minute: act.minute, deed: .act(place)))
      return act
    }
    for place in phones.indices { phones[place].steps.sort() }
    self.phones = phones
  }
}

/// One phone: whose it is, what it does and when.
package struct PhonePlan: Sendable {
  package enum Role: String, Codable, Sendable {
    case staff
    case bookkeeper
    /// A replacement's phone for a group that another phone keeps too.
    case second
    /// Decides about the meetings of the whole block.
    case checker
  }

  package enum Deed: Hashable, Sendable {
    /// The place of the act in `Workload.acts`.
    case act(Int)
    case sync(lostAcknowledgement: Bool)

    /// Of things in the same minute: acts as they are numbered, then the upload.
    var order: Int {
      switch self {
      case .act(let place): place
      case .sync: Int.max
      }
    }
  }

  package struct Step: Hashable, Comparable, Sendable {
    package var day: Int32
    package var minute: Int
    package var deed: Deed
    package var part: DayPart { DayPart(day: day, isEvening: minute >= DayPart.eveningMinute) }
    package static func < (a: Self, b: Self) -> Bool {
      (a.day, a.minute, a.deed.order) < (b.day, b.minute, b.deed.order)
    }
  }

  /// By day people write, in the evening they look for a signal: nobody uploads a day's work before all
  /// others have written theirs.
  package struct DayPart: Hashable, Comparable, Sendable {
    /// After midnight in IST; domain notes 6.5 have the peak of uploads from 18 to 22 h.
    package static let eveningMinute = 1_200
    package let day: Int32
    package let isEvening: Bool
    package static func < (a: Self, b: Self) -> Bool {
      (a.day, a.isEvening ? 1 : 0) < (b.day, b.isEvening ? 1 : 0)
    }
  }

  package let phone: Int
  package let block: UInt32
  package let role: Role
  /// The SHGs it keeps; empty for staff and checkers, who see the whole block.
  package var groups: [Int]
  /// What its clock shows too much.
  package let clockErrorMilliseconds: Int64
  /// Ascending in time.
  package var steps: [Step] = []
}
