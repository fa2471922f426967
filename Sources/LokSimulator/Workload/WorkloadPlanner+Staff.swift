/// What block staff enter before the groups' books begin: villages, a federation, village organisations, the
/// groups themselves, and what their federations lend them.
extension WorkloadPlanner {
  private static let stream: UInt64 = 2

  mutating func planBlock(_ block: BlockChoice.Row, staff: Int, bookkeepers: [Int]) {
    var generator = SeededGenerator(seed: options.seed, stream: Self.stream, index: Int(block.block))
    let counts = bookkeepers.map { _ in
      min(options.meetings, min(options.groupsPerDevice, [1, 1, 1, 2, 2, 3][generator.below(6)]))
    }
    let villages = planVillages(in: block, groups: counts.reduce(0, +), staff: staff, by: &generator)
    func begin(
      _ tier: Int, _ name: String, parent: Int?, by phone: Int, members: Int,
      _ generator: inout SeededGenerator
    ) -> Int {
      var deed = groupDeed(tier: tier, name: name, by: &generator)
      deed.parent = parent
      deed.village = villages[generator.below(villages.count)]
      add(.init(group: deed.group, block: block.block, members: members, phone: phone), deed)
      staffAct(staff, block.block) { $0.group = deed }
      return deed.group
    }
    let federation = begin(
      3, names.federation(by: &generator), parent: nil, by: staff, members: 0, &generator)
    var organisation = federation
    for (place, phone) in bookkeepers.enumerated() {
      for turn in 0..<counts[place] {
        if turn == 0, place % 6 == 0 {
          organisation = begin(
            2, names.villageOrganisation(by: &generator), parent: federation, by: staff, members: 0,
            &generator)
        }
        // Sum of two dice-like draws: 5 to 20, mean 10.65 as in domain notes 6.6.
        let members = min(20, 5 + generator.below(8) + generator.below(5) + (generator.below(20) < 3 ? 1 : 0))
        let group = begin(
          1, names.group(in: block.state, by: &generator), parent: organisation, by: phone,
          members: members, &generator)
        phones[phone].groups.append(group)
        if generator.below(6) == 0 { lend(organisation, to: group, staff, block.block, by: &generator) }
      }
    }
    phones[staff].steps.append(
      .init(day: options.firstDay - 1, minute: Self.staffMinute, deed: .sync(lostAcknowledgement: false)))
  }

  /// All that staff type is in its order anyway.
  private static let staffMinute = 600

  private mutating func staffAct(_ staff: Int, _ block: UInt32, _ edit: (inout Act) -> Void) {
    var act = Act(phone: staff, block: block, day: options.firstDay - 1, minute: Self.staffMinute)
    edit(&act)
    acts.append(act)
  }

  /// 15.9 groups a village and 16.8 a village organisation in the nation (domain notes 6.1); here fewer.
  ///
  /// - Returns: their numbers in the plan.
  private mutating func planVillages(
    in block: BlockChoice.Row, groups: Int, staff: Int, by generator: inout SeededGenerator
  ) -> [Int] {
    let villages = (0...(groups / 4)).map { place in
      VillageDeed(
        village: nextVillage + place, code: 9_000_000 + UInt32(nextVillage + place),
        name: names.village(in: block.state, by: &generator),
        panchayat: "\(block.name) GP \(place / 2 + 1)")
    }
    nextVillage += villages.count
    for village in villages { staffAct(staff, block.block) { $0.village = village } }
    return villages.map(\.village)
  }

  /// So old on the first day that a first meeting is within 12 weeks even when it is written anew at the end,
  /// where the days are few: a group that says meanwhile that it meets weekly is held to that.
  private var ageOfYoung: Int { max(30, 12 * 7 - Int(options.mendDay - options.firstDay)) }

  /// Every fourth SHG has met for long, and begins with a cut-off; the others are younger than 12 meetings.
  private func groupDeed(tier: Int, name: String, by generator: inout SeededGenerator) -> GroupDeed {
    let everyDays = [7, 7, 7, 14, 28][generator.below(5)]
    let isOld = tier == 1 && generator.below(4) == 0
    let heldBefore = isOld ? generator.among(13...150) : nil
    let age =
      heldBefore.map { $0 * everyDays + generator.among(30...60) }
      ?? (tier == 1 ? generator.among(30...ageOfYoung) : generator.among(30...900))
    return GroupDeed(
      group: groups.count, tier: tier, name: name, formed: options.firstDay - Int32(age),
      everyDays: everyDays, settings: tier == 1 ? settings(by: &generator) : nil, heldBefore: heldBefore)
  }

  private func settings(by generator: inout SeededGenerator) -> SettingsDeed {
    SettingsDeed(
      savingPaise: [
        Int64(generator.among(1...20)) * 10_00, [0, 0, 0, 5_00, 10_00][generator.below(5)],
        [0, 0, 0, 5_00, 20_00][generator.below(5)], [0, 0, 10_00, 50_00][generator.below(4)],
      ],
      method: [1, 1, 1, 2, 3][generator.below(5)],
      rateBasisPoints: [1_200, 1_200, 1_800, 2_400][generator.below(4)],
      absencePenaltyPaise: [5_00, 10_00, 20_00][generator.below(3)],
      latePenaltyPaise: [2_00, 5_00][generator.below(2)],
      quorumPercent: [0, 0, 50, 60, 67][generator.below(5)])
  }

  /// The village organisation's own book: what is received of it stands in the group's.
  private mutating func lend(
    _ organisation: Int, to group: Int, _ staff: Int, _ block: UInt32, by generator: inout SeededGenerator
  ) {
    let loan = LoanDeed(
      loan: nextLoan, principalPaise: Int64(generator.among(2...10)) * 10_000_00,
      rateBasisPoints: [800, 1_000, 1_200][generator.below(3)], instalments: generator.among(10...24),
      method: 1, source: 3, everyDays: 28, sanctioned: options.firstDay - 1, purpose: "CIF")
    nextLoan += 1
    promise(loan, to: group)
    staffAct(staff, block) { $0.lending = LendingDeed(lender: organisation, borrower: group, loan: loan) }
  }
}
