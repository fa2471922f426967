/// A bookkeeper's days: the members she enters first, her meetings, what follows from them, her uploads.
extension WorkloadPlanner {
  private static let stream: UInt64 = 5

  /// - Parameter mistake: which of all mistakes she makes; nil = none.
  mutating func planBookkeeper(_ phone: Int, hasSecondPhone: Bool, mistake: Int?) {
    var generator = SeededGenerator(seed: options.seed, stream: Self.stream, index: phone)
    let plan = phones[phone]
    var books = plan.groups.map { book(of: $0) }
    for place in books.indices { planBeginning(phone, &books[place], by: &generator) }
    sync(phone, day: options.firstDay - 1, minute: 900, by: &generator)
    let wrongTurn = mistake == nil ? -1 : generator.below(options.meetings)
    let doubledTurn = hasSecondPhone ? generator.below(options.meetings) : -1
    let second =
      hasSecondPhone
      ? addPhone(.second, block: plan.block, groups: [plan.groups[doubledTurn % books.count]]) : nil
    var before = options.firstDay - 1
    var minute = 0
    for turn in 0..<options.meetings {
      let place = turn % books.count
      let day = meetingDay(turn, by: &generator)
      // More meetings than days: one after the other, with what follows from each in between.
      minute = day > before ? generator.among(540...1_080) : min(1_180, minute + 6)
      // Only where all that she has written before is uploaded the evening before.
      if turn == doubledTurn, let second, day > before {
        sync(phone, day: day - 1, by: &generator)
        planDoubledMeeting(second, books[place], day: day, minute: minute, by: &generator)
        // The same field as on the second phone, on the same evening: neither has seen the other's.
        let edit = EditDeed(group: books[place].group, everyDays: 28)
        acts.append(Act(phone: phone, block: plan.block, day: day, minute: minute + 20, edit: edit))
      }
      before = day
      planMeeting(
        phone, &books[place], day: day, minute: minute, mistake: turn == wrongTurn ? mistake : nil,
        by: &generator)
      sync(phone, day: day + Int32(Troubles.lag(by: &generator)), by: &generator)
    }
    for place in books.indices where generator.happens(inTenThousand: Troubles.closes) {
      minute = min(1_180, minute + 6)
      planClosing(phone, &books[place], day: before, minute: minute)
      sync(phone, day: before + Int32(Troubles.lag(by: &generator)), by: &generator)
    }
  }

  /// Only a group in whose books nothing is in dispute can end.
  private mutating func planClosing(_ phone: Int, _ book: inout GroupBook, day: Int32, minute: Int) {
    guard let history = histories[book.group], history.wrong == nil, history.doubled == nil,
      let meeting = book.closing(on: day)
    else { return }
    acts.append(Act(phone: phone, block: phones[phone].block, day: day, minute: minute, meeting: meeting))
    histories[book.group]?.meetings.append(.init(act: acts.count - 1, isFinal: true))
    histories[book.group]?.isClosed = true
  }

  private func book(of group: Int) -> GroupBook {
    let none = SettingsDeed(
      savingPaise: [0, 0, 0, 0], method: 1, rateBasisPoints: 1_200, absencePenaltyPaise: 0,
      latePenaltyPaise: 0, quorumPercent: 0)
    return GroupBook(
      deeds[group], settings: deeds[group].settings ?? none, members: groups[group].members,
      promised: promised[group])
  }

  /// Meeting `turn` falls into its own part of the simulated days.
  private func meetingDay(_ turn: Int, by generator: inout SeededGenerator) -> Int32 {
    let from = turn * options.days / options.meetings
    let until = max(from + 1, (turn + 1) * options.days / options.meetings)
    return options.firstDay + Int32(from + generator.below(until - from))
  }

  private mutating func sync(
    _ phone: Int, day: Int32, minute: Int = PhonePlan.DayPart.eveningMinute,
    by generator: inout SeededGenerator
  ) {
    let lost = generator.happens(inTenThousand: Troubles.lostAcknowledgement)
    phones[phone].steps.append(
      .init(day: day, minute: minute + generator.below(180), deed: .sync(lostAcknowledgement: lost)))
  }

  private mutating func planMeeting(
    _ phone: Int, _ book: inout GroupBook, day: Int32, minute: Int, mistake: Int?,
    by generator: inout SeededGenerator
  ) {
    let block = phones[phone].block
    var history = histories[book.group] ?? GroupHistory()
    let isStuck = history.wrong != nil
    if history.doubled != nil, !isStuck { history.wrong = history.meetings.count }
    var sitting = book.nextMeeting(
      on: day, firstLoan: &nextLoan, isPlain: isStuck || history.doubled != nil || mistake != nil,
      by: &generator)
    if let mistake, !isStuck {
      history.wrong = history.meetings.count
      history.mistake = mistake
      book.spoil(&sitting.meeting, by: &generator)
    }
    if let doubled = history.doubled, !isStuck { tellApart(doubled, from: sitting.meeting) }
    let isSound = history.wrong == nil
    acts.append(
      Act(
        phone: phone, block: block, day: day, minute: minute, outcome: isSound ? .posted : .setAside,
        meeting: sitting.meeting))
    if isSound { book.keep(sitting.meeting, act: acts.count - 1) }
    history.meetings.append(.init(act: acts.count - 1, isFinal: sitting.leaving != nil))
    histories[book.group] = history
    planAftermath(of: sitting, phone, book, day: day, minute: minute, by: &generator)
  }

  /// The next meeting in the main phone's book opens with other cash than the second phone's meeting closed
  /// with: it stands on another meeting, and cannot count.
  private mutating func tellApart(_ doubled: Int, from meeting: MeetingDeed) {
    guard acts[doubled].meeting?.closingPaise == meeting.closingPaise else { return }
    acts[doubled].meeting?.lines.append(MoneyDeed(kind: 112, paise: 10_00))
    acts[doubled].meeting?.closingPaise += 10_00
  }

  /// The replacement has seen the group as it was the day before, writes the same meeting, and has a signal
  /// by day.
  private mutating func planDoubledMeeting(
    _ second: Int, _ book: GroupBook, day: Int32, minute: Int, by generator: inout SeededGenerator
  ) {
    let block = phones[second].block
    for offset in [-30, 30] {
      phones[second].steps.append(
        .init(day: day, minute: minute + offset, deed: .sync(lostAcknowledgement: false)))
    }
    acts.append(
      Act(
        phone: second, block: block, day: day, minute: minute + 10,
        meeting: book.sameMeetingElsewhere(on: day, by: &generator)))
    histories[book.group, default: GroupHistory()].doubled = acts.count - 1
    let edit = EditDeed(group: book.group, everyDays: 14)
    acts.append(Act(phone: second, block: block, day: day, minute: minute + 15, edit: edit))
    sync(second, day: day + Int32(generator.among(0...2)), by: &generator)
  }
}
