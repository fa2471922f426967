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
  private var nextVillage = 0

  /// Streams of the seed, one a purpose.
  private enum Stream {
    static let choice: UInt64 = 1
    static let block: UInt64 = 2
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
      Troubles.count(of: options.devices, inTenThousand: Troubles.wrongMeeting), below: options.devices)
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
        options.blocks + device, hasSecondPhone: second.contains(device), makesMistake: wrong.contains(device)
      )
    }
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

  /// What block staff enter before the groups' books begin: villages, a federation, village organisations,
  /// and the groups themselves.
  private mutating func planBlock(_ block: BlockChoice.Row, staff: Int, bookkeepers: [Int]) {
    var generator = SeededGenerator(seed: options.seed, stream: Stream.block, index: Int(block.block))
    let counts = bookkeepers.map { _ in
      min(options.meetings, min(options.groupsPerDevice, [1, 1, 1, 2, 2, 3][generator.below(6)]))
    }
    let groupCount = counts.reduce(0, +)
    // 15.9 groups a village and 16.8 a village organisation in the nation: domain notes 6.1.
    let villages = (0...(groupCount / 4)).map { place in
      VillageDeed(
        village: nextVillage + place, code: 9_000_000 + UInt32(nextVillage + place),
        name: "\(names.woman(in: block.state, by: &generator).split(separator: " ").last ?? "Naya")pur",
        panchayat: "\(block.name) GP \(place / 2 + 1)")
    }
    nextVillage += villages.count
    var minute = 600
    func staffAct(_ edit: (inout Act) -> Void) -> Act {
      var act = Act(phone: staff, block: block.block, day: options.firstDay - 1, minute: minute)
      edit(&act)
      minute += 1
      return act
    }
    for village in villages { acts.append(staffAct { $0.village = village }) }
    func begin(_ tier: Int, _ name: String, parent: Int?, by phone: Int, members: Int) -> Int {
      let group = groups.count
      groups.append(.init(group: group, block: block.block, members: members, phone: phone))
      let deed = GroupDeed(
        group: group, tier: tier, name: name, parent: parent,
        village: villages[generator.below(villages.count)].village,
        formed: options.firstDay - Int32(generator.among(30...900)),
        everyDays: [7, 7, 7, 14, 28][generator.below(5)],
        savingPaise: tier == 1 ? Int64(generator.among(1...20)) * 10_00 : 0)
      deeds.append(deed)
      acts.append(staffAct { $0.group = deed })
      return group
    }
    let federation = begin(
      3, names.federation(by: &generator), parent: nil, by: staff, members: 0)
    var organisation = federation
    for (place, phone) in bookkeepers.enumerated() {
      for turn in 0..<counts[place] {
        if turn == 0, place % 6 == 0 {
          organisation = begin(
            2, names.villageOrganisation(by: &generator), parent: federation, by: staff, members: 0)
        }
        // Sum of two dice-like draws: 5 to 20, mean 10.65 as in domain notes 6.6.
        let members = min(20, 5 + generator.below(8) + generator.below(5) + (generator.below(20) < 3 ? 1 : 0))
        phones[phone].groups.append(
          begin(1, names.group(by: &generator), parent: organisation, by: phone, members: members))
      }
    }
    phones[staff].steps.append(
      .init(day: options.firstDay - 1, minute: minute, deed: .sync(lostAcknowledgement: false)))
  }
}
