/// A block's checker, after the bookkeepers' days: most meetings are approved, a few rejected, and of what is
/// set aside some is released or rejected; the makers write anew what came back, and the checker looks at it.
extension WorkloadPlanner {
  private static let stream: UInt64 = 6
  /// A phone's own rules look at all that is not uploaded: it syncs after so many decisions.
  private static let decisionsPerSync = 10

  /// What one block's checker and makers do on the three days.
  private struct Round {
    var first: [DecisionDeed] = []
    /// Phones on which something is written anew.
    var makers: Set<Int> = []
    var second: [DecisionDeed] = []
  }

  mutating func planChecker(of block: UInt32, groups all: [Workload.Group]) {
    let checker = addPhone(.checker, block: block, groups: [])
    planProfiles(checker, of: all)
    var round = Round()
    for group in all {
      round.first += reviewDecisions(of: group)
      guard let history = histories[group.group] else { continue }
      var generator = SeededGenerator(seed: options.seed, stream: Self.stream, index: group.group)
      if let wrong = history.wrong {
        checkTrouble(history, wrong, of: group, &round, by: &generator)
      } else {
        checkSound(history, of: group, &round, by: &generator)
      }
    }
    sit(checker, on: options.checkDay, at: 600, over: round.first) { $0.decision = $1 }
    mend(round.makers)
    sit(checker, on: options.lastCheckDay, at: 600, over: round.second) { $0.decision = $1 }
  }

  private mutating func checkSound(
    _ history: GroupHistory, of group: Workload.Group, _ round: inout Round,
    by generator: inout SeededGenerator
  ) {
    let all = history.meetings
    guard let last = all.last else { return }
    switch generator.below(100) {
    case ..<14 where !last.isFinal:
      approve(all.dropLast(), of: group, in: &round.first)
      reject(all.suffix(1), of: group, &round)
      guard generator.below(3) > 0 else { return }
      let mended = writeAnew(last.act, of: group, shift: 0, &round)
      if generator.below(4) > 0 { approve(mended, of: group, in: &round.second) }
    case 14..<24 where mayGoTogether(all.suffix(2)):
      approve(all.dropLast(2), of: group, in: &round.first)
      reject(all.suffix(2), of: group, &round)
      guard generator.below(2) == 0 else { return }
      var shift: Int64 = 0
      // The second is approved after the first, or not yet.
      var approved = generator.below(3)
      for held in all.suffix(2) {
        let mended = writeAnew(held.act, of: group, shift: shift, &round)
        shift = (acts[mended].meeting?.closingPaise ?? 0) - (acts[held.act].meeting?.closingPaise ?? 0)
        if approved > 0 { approve(mended, of: group, in: &round.second) }
        approved -= 1
      }
    case 24..<34: return
    case 34..<50: approve(all.dropLast(), of: group, in: &round.first)
    default:
      approve(all[...], of: group, in: &round.first)
      if history.isClosed { dissolve(group, &round) }
    }
  }

  /// Two meetings, of which the second takes back nothing of the first: a line that counts no more can't be
  /// taken back, when both are written anew.
  private func mayGoTogether(_ held: ArraySlice<GroupHistory.Held>) -> Bool {
    guard held.count == 2, held.allSatisfy({ !$0.isFinal }), let second = held.last else { return false }
    return acts[second.act].meeting?.lines.allSatisfy { $0.reverses == nil } ?? false
  }

  private mutating func checkTrouble(
    _ history: GroupHistory, _ wrong: Int, of group: Workload.Group, _ round: inout Round,
    by generator: inout SeededGenerator
  ) {
    let held = history.meetings[wrong]
    let later = history.meetings[(wrong + 1)...]
    approve(history.meetings[..<wrong], of: group, in: &round.first)
    if let doubled = history.doubled {
      if generator.below(4) > 0 { approve(doubled, of: group, in: &round.first) }
      if generator.below(2) == 0 { rejectSetAside(held.act, of: group, &round) }
      return
    }
    switch history.mistake % 4 {
    case 0: return
    case 1: rejectSetAside(held.act, of: group, &round)
    case 2 where mayBeMended(held.act, later):
      acts[held.act].outcome = .replaced
      let mended = writeMended(held.act, of: group, &round)
      approve(mended, of: group, in: &round.second)
      followUp(later, of: group, &round, by: &generator)
    default:
      acts[held.act].outcome = .approved
      round.first.append(
        DecisionDeed(
          group: group.group, target: held.act, word: .release, remark: "seen with the president",
          withLater: false))
      followUp(later, of: group, &round, by: &generator)
    }
  }

  /// Meetings that waited count now.
  private mutating func followUp(
    _ later: ArraySlice<GroupHistory.Held>, of group: Workload.Group, _ round: inout Round,
    by generator: inout SeededGenerator
  ) {
    for held in later { acts[held.act].outcome = .posted }
    if generator.below(2) == 0 { approve(later, of: group, in: &round.second) }
  }

  /// Its maker says that there is no such group any more, and the checker lets it through.
  private mutating func dissolve(_ group: Workload.Group, _ round: inout Round) {
    let edit = EditDeed(group: group.group, status: 3)
    acts.append(Act(phone: group.phone, block: group.block, day: options.mendDay, minute: 625, edit: edit))
    round.makers.insert(group.phone)
    round.second.append(
      DecisionDeed(
        group: group.group, target: acts.count - 1, word: .release, remark: nil, withLater: false))
  }

  private mutating func approve(
    _ held: ArraySlice<GroupHistory.Held>, of group: Workload.Group, in decisions: inout [DecisionDeed]
  ) {
    for held in held { approve(held.act, of: group, in: &decisions) }
  }

  private mutating func approve(_ act: Int, of group: Workload.Group, in decisions: inout [DecisionDeed]) {
    acts[act].outcome = .approved
    decisions.append(
      DecisionDeed(group: group.group, target: act, word: .approve, remark: nil, withLater: false))
  }

  /// Takes back meetings that count, the last ones of their group.
  private mutating func reject(
    _ held: ArraySlice<GroupHistory.Held>, of group: Workload.Group, _ round: inout Round
  ) {
    guard let first = held.first else { return }
    for held in held { acts[held.act].outcome = .takenBack }
    round.first.append(
      DecisionDeed(
        group: group.group, target: first.act, word: .reject, remark: "a penalty is missing",
        withLater: held.count > 1))
  }

  private mutating func rejectSetAside(_ act: Int, of group: Workload.Group, _ round: inout Round) {
    acts[act].outcome = .rejected
    round.first.append(
      DecisionDeed(
        group: group.group, target: act, word: .reject, remark: "count the box again", withLater: false))
  }

  /// What later meetings speak of has to be there: loans that a set aside meeting gave never are.
  private func mayBeMended(_ act: Int, _ later: ArraySlice<GroupHistory.Held>) -> Bool {
    later.isEmpty || acts[act].meeting?.loans.isEmpty ?? false
  }

  private mutating func writeAnew(
    _ act: Int, of group: Workload.Group, shift: Int64, _ round: inout Round
  ) -> Int {
    write(acts[act].meeting?.completed(replacing: act, shift: shift), of: group, &round)
  }

  /// The loans of the meeting that was set aside are typed once more, and are other records.
  private mutating func writeMended(_ act: Int, of group: Workload.Group, _ round: inout Round) -> Int {
    var meeting = acts[act].meeting?.mended(replacing: act)
    for place in meeting?.loans.indices ?? 0..<0 {
      let old = meeting?.loans[place].loan
      meeting?.loans[place].loan = nextLoan
      for line in meeting?.lines.indices ?? 0..<0 where meeting?.lines[line].loan == old {
        meeting?.lines[line].loan = nextLoan
      }
      nextLoan += 1
    }
    return write(meeting, of: group, &round)
  }

  private mutating func write(_ meeting: MeetingDeed?, of group: Workload.Group, _ round: inout Round) -> Int
  {
    acts.append(
      Act(phone: group.phone, block: group.block, day: options.mendDay, minute: 620, meeting: meeting))
    round.makers.insert(group.phone)
    return acts.count - 1
  }

  /// Each maker fetches what came back, writes it anew by day and uploads it in the evening.
  private mutating func mend(_ makers: Set<Int>) {
    for phone in makers.sorted() {
      for minute in [600, PhonePlan.DayPart.eveningMinute] {
        phones[phone].steps.append(
          .init(day: options.mendDay, minute: minute, deed: .sync(lostAcknowledgement: false)))
      }
    }
  }

  /// She fetches what there is, and decides.
  mutating func sit<Deed>(
    _ checker: Int, on day: Int32, at minute: Int, over decisions: [Deed], _ write: (inout Act, Deed) -> Void
  ) {
    phones[checker].steps.append(.init(day: day, minute: minute, deed: .sync(lostAcknowledgement: false)))
    for (place, decision) in decisions.enumerated() {
      let minute = minute + 20 + place / Self.decisionsPerSync
      var act = Act(phone: checker, block: phones[checker].block, day: day, minute: minute)
      write(&act, decision)
      acts.append(act)
      if place % Self.decisionsPerSync == 0 {
        phones[checker].steps.append(.init(day: day, minute: minute, deed: .sync(lostAcknowledgement: false)))
      }
    }
  }
}
