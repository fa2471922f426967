/// Values that are replaced only when a checker says so: offices and bank account numbers.
extension WorkloadPlanner {
  private static let stream: UInt64 = 8

  /// A sitting's: two members change offices, or the account has another number.
  mutating func planReviewedEdits(
    _ phone: Int, _ group: Int, day: Int32, minute: Int, by generator: inout SeededGenerator
  ) {
    var edits: [EditDeed] = []
    if generator.below(2) == 0 {
      let pair = generator.distinct(2, below: GroupBook.offices)
      for (member, other) in zip(pair, pair.reversed()) {
        edits.append(EditDeed(group: group, member: member, designation: Self.office(of: other)))
      }
    } else {
      edits.append(EditDeed(group: group, accountNumber: Self.accountNumber(by: &generator)))
    }
    reviews[group] = edits.indices.map { acts.count + $0 }
    for edit in edits {
      acts.append(Act(phone: phone, block: phones[phone].block, day: day, minute: minute, edit: edit))
    }
  }

  /// Both halves of an exchange come to the same end: most are taken over, some rejected, and some are left.
  func reviewDecisions(of group: Workload.Group) -> [DecisionDeed] {
    guard let edits = reviews[group.group] else { return [] }
    var generator = SeededGenerator(seed: options.seed, stream: Self.stream, index: group.group)
    let draw = generator.below(10)
    guard draw < 8 else { return [] }
    return edits.map { edit in
      DecisionDeed(
        group: group.group, target: edit, word: draw < 5 ? .release : .reject,
        remark: draw < 5 ? nil : "no resolution of the group", withLater: false)
    }
  }
}
