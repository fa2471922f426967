/// A checker's first evening: what groups entered about themselves is approved, or comes back to its maker,
/// who mends it the next day.
extension WorkloadPlanner {
  private static let stream: UInt64 = 7

  private enum Part: Int, CaseIterable {
    case group
    case member
    case account
  }

  mutating func planProfiles(_ checker: Int, of all: [Workload.Group]) {
    var first: [ProfileDeed] = []
    var second: [ProfileDeed] = []
    for group in all where group.members > 0 {
      var generator = SeededGenerator(seed: options.seed, stream: Self.stream, index: group.group)
      let entered = ProfileDeed(
        group: group.group, word: .approve, isOfGroup: true, members: Array(0..<group.members),
        isOfAccount: true)
      let draw = generator.below(10)
      // Nobody has looked at every tenth.
      if draw == 0 { continue }
      guard draw < 4, !hasSecondPhone(group) else {
        first.append(entered)
        continue
      }
      let (mended, edit) = comesBack(of: group, by: &generator)
      var rejected = mended
      (rejected.word, rejected.remark) = (.reject, "not as in the resolution")
      first += [rejected, entered.without(mended)]
      mend(group, edit)
      second.append(mended)
    }
    let day = options.firstDay - 1
    sit(checker, on: day, at: PhonePlan.DayPart.eveningMinute, over: first) { $0.profiles = $1 }
    sit(checker, on: day + 2, at: 600, over: second) { $0.profiles = $1 }
  }

  /// Its second phone uploads by day: a decision of the same hours could come before or after.
  private func hasSecondPhone(_ group: Workload.Group) -> Bool {
    phones[group.phone].groups.contains { histories[$0]?.doubled != nil }
  }

  /// What is approved in the end, and what its maker changes before.
  private mutating func comesBack(
    of group: Workload.Group, by generator: inout SeededGenerator
  ) -> (ProfileDeed, EditDeed) {
    var deed = ProfileDeed(
      group: group.group, word: .approve, isOfGroup: false, members: [], isOfAccount: false)
    var edit = EditDeed(group: group.group)
    switch generator.pick(Part.allCases) {
    case .member:
      let member = generator.below(group.members)
      deed.members = [member]
      (edit.member, edit.phone) = (member, Self.mobile(by: &generator))
    case .account:
      deed.isOfAccount = true
      edit.branch = "Main branch"
    case .group, nil:
      deed.isOfGroup = true
      edit.name = deeds[group.group].name + " 2"
    }
    return (deed, edit)
  }

  /// The maker fetches what came back in the morning, and uploads the edit in the evening.
  private mutating func mend(_ group: Workload.Group, _ edit: EditDeed) {
    let day = options.firstDay
    for minute in [480, PhonePlan.DayPart.eveningMinute] {
      phones[group.phone].steps.append(
        .init(day: day, minute: minute, deed: .sync(lostAcknowledgement: false)))
    }
    acts.append(Act(phone: group.phone, block: group.block, day: day, minute: 490, edit: edit))
  }
}

extension ProfileDeed {
  fileprivate func without(_ other: ProfileDeed) -> ProfileDeed {
    var rest = self
    rest.isOfGroup = isOfGroup && !other.isOfGroup
    rest.members.removeAll { other.members.contains($0) }
    rest.isOfAccount = isOfAccount && !other.isOfAccount
    return rest
  }
}
