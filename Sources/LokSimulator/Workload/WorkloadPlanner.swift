/// Fills a workload block by block, then group by group; each draws from a stream of its own.
struct WorkloadPlanner {
  let options: WorkloadOptions
  let names: Names
  var blocks: [BlockChoice.Row] = []
  var phones: [PhonePlan] = []
  var groups: [Workload.Group] = []
  var acts: [Act] = []
  var nextLoan = 0
  /// How each group began.
  private(set) var deeds: [GroupDeed] = []
  /// What the village organisation lends to a group, by group.
  private(set) var promised: [Int: LoanDeed] = [:]
  /// The meetings of each group, for its checker.
  var histories: [Int: GroupHistory] = [:]
  /// The day of each group's last bank statement.
  var lastStatement: [Int: Int32] = [:]
  /// Of each group that has one, the edits of a sitting that await a checker; their places among the acts.
  var reviews: [Int: [Int]] = [:]
  var nextVillage = 0

  /// Streams of the seed, one a purpose; the others stand where they are drawn from.
  private enum Stream {
    static let choice: UInt64 = 1
    static let phone: UInt64 = 3
    static let clock: UInt64 = 4
  }

  init(options: WorkloadOptions, names: Names) {
    self.options = options
    self.names = names
  }

  mutating func plan(over directory: BlockChoice) throws {
    var generator = SeededGenerator(seed: options.seed, stream: Stream.choice, index: 0)
    blocks = try directory.choose(options.blocks, by: &generator)
    let home = spread(directory, by: &generator)
    let second = generator.distinct(
      Troubles.count(of: options.devices, inTenThousand: Troubles.secondPhone), below: options.devices)
    let wrong = generator.distinct(
      Troubles.count(of: options.devices, inTenThousand: Troubles.wrongMeeting), below: options.devices
    ).filter { !second.contains($0) }
    for block in blocks { addPhone(.staff, block: block.block, groups: []) }
    var devicesOf = [[Int]](repeating: [], count: blocks.count)
    for device in 0..<options.devices {
      devicesOf[home[device]].append(addPhone(.bookkeeper, block: blocks[home[device]].block, groups: []))
    }
    for (place, block) in blocks.enumerated() {
      planBlock(block, staff: place, bookkeepers: devicesOf[place])
    }
    for device in 0..<options.devices {
      planBookkeeper(
        options.blocks + device, hasSecondPhone: second.contains(device),
        mistake: wrong.firstIndex(of: device))
    }
    let groupsOf = Dictionary(grouping: groups, by: \.block)
    for block in blocks { planChecker(of: block.block, groups: groupsOf[block.block] ?? []) }
  }

  /// The block of each device: every block has one, the others go where there are more groups.
  private func spread(_ directory: BlockChoice, by generator: inout SeededGenerator) -> [Int] {
    let weights = blocks.map { directory.weight(of: $0) }
    let total = weights.reduce(0, +)
    return (0..<options.devices).map { device in
      if device < blocks.count { return device }
      var draw = generator.below(total)
      return weights.firstIndex { weight in
        draw -= weight
        return draw < 0
      } ?? 0
    }
  }

  @discardableResult
  mutating func addPhone(_ role: PhonePlan.Role, block: UInt32, groups: [Int]) -> Int {
    var generator = SeededGenerator(seed: options.seed, stream: Stream.clock, index: phones.count)
    phones.append(
      PhonePlan(
        phone: phones.count, block: block, role: role, groups: groups,
        clockErrorMilliseconds: Troubles.clockError(by: &generator)))
    return phones.count - 1
  }

  mutating func add(_ group: Workload.Group, _ deed: GroupDeed) {
    groups.append(group)
    deeds.append(deed)
  }

  mutating func promise(_ loan: LoanDeed, to group: Int) { promised[group] = loan }
}

/// What a checker finds of one group: its meetings in their order, and where something is wrong.
struct GroupHistory {
  struct Held {
    /// Its place among the planner's acts.
    var act: Int
    /// A member left after it: it can't be undone.
    var isFinal: Bool
  }
  var meetings: [Held] = []
  /// The last one shared out all there was.
  var isClosed = false
  /// The place of the meeting that cannot be posted as it stands; what comes after it waits for it.
  var wrong: Int?
  /// What is to be done about it, in turn.
  var mistake = 0
  /// The same meeting on the second phone, which arrives first.
  var doubled: Int?
}
