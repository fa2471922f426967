/// A bookkeeper's days: the members she enters first, her meetings, the edits between them, her uploads.
extension WorkloadPlanner {
  private static let stream: UInt64 = 5

  mutating func planBookkeeper(_ phone: Int, hasSecondPhone: Bool, makesMistake: Bool) {
    var generator = SeededGenerator(seed: options.seed, stream: Self.stream, index: phone)
    let plan = phones[phone]
    var books = plan.groups.map { book(of: $0) }
    for book in books { planMembers(phone, book, by: &generator) }
    sync(phone, day: options.firstDay - 1, minute: 900, by: &generator)
    let wrongTurn = makesMistake ? generator.below(options.meetings) : -1
    let doubledTurn = hasSecondPhone ? generator.below(options.meetings) : -1
    let second = hasSecondPhone ? addSecondPhone(of: plan.groups[doubledTurn % books.count], plan.block) : nil
    var unsound: Set<Int> = []
    for turn in 0..<options.meetings {
      let place = turn % books.count
      let day = meetingDay(turn, by: &generator)
      let minute = generator.among(540...1_080)
      if turn == doubledTurn, let second {
        planDoubledMeeting(second, books[place], day: day, minute: minute, by: &generator)
        unsound.insert(place)
      }
      var deed = books[place].nextMeeting(firstLoan: &nextLoan, by: &generator)
      if turn == wrongTurn {
        unsound.insert(place)
        if generator.below(2) == 0 || !books[place].overpay(&deed) {
          deed.closingPaise += 1_00
          deed.wrong = .closingCash
        }
      }
      acts.append(
        Act(
          phone: phone, block: plan.block, day: day, minute: minute, sound: !unsound.contains(place),
          meeting: deed))
      if generator.happens(inTenThousand: Troubles.profileEdit) {
        planEdit(phone, books[place], day: day, minute: minute + 5, by: &generator)
      }
      if turn == doubledTurn {
        // The same field as on the second phone, on the same evening: neither has seen the other's.
        let edit = EditDeed(group: books[place].group, everyDays: 28)
        acts.append(Act(phone: phone, block: plan.block, day: day, minute: minute + 20, edit: edit))
      }
      sync(phone, day: day + Int32(Troubles.lag(by: &generator)), by: &generator)
    }
  }

  private func book(of group: Int) -> GroupBook {
    GroupBook(
      group: group, members: groups[group].members, savingPaise: deeds[group].savingPaise,
      everyDays: deeds[group].everyDays)
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

  private mutating func planMembers(_ phone: Int, _ book: GroupBook, by generator: inout SeededGenerator) {
    let state = blocks.first { $0.block == phones[phone].block }?.state ?? 0
    for member in 0..<book.members {
      let deed = MemberDeed(
        group: book.group, member: member, name: names.woman(in: state, by: &generator),
        guardian: names.man(in: state, by: &generator),
        born: options.firstDay - Int32(generator.among(18 * 365...60 * 365)),
        phone: Self.mobile(by: &generator),
        joined: options.firstDay - Int32(generator.among(1...29)), category: generator.among(1...4),
        designation: member < 4 ? member + 2 : 1)
      acts.append(
        Act(
          phone: phone, block: phones[phone].block, day: options.firstDay - 1, minute: 840 + member,
          member: deed))
    }
  }

  /// Never a number in use: Indian mobile numbers begin with 6 to 9, the plan keeps to 60000.
  private static func mobile(by generator: inout SeededGenerator) -> String {
    "60000\(10_000 + generator.below(90_000))"
  }

  private mutating func planEdit(
    _ phone: Int, _ book: GroupBook, day: Int32, minute: Int, by generator: inout SeededGenerator
  ) {
    var edit = EditDeed(group: book.group)
    switch generator.below(3) {
    case 0: edit.everyDays = [7, 14, 28, 30][generator.below(4)]
    default:
      edit.member = generator.below(book.members)
      edit.phone = Self.mobile(by: &generator)
    }
    acts.append(Act(phone: phone, block: phones[phone].block, day: day, minute: minute, edit: edit))
  }

  private mutating func addSecondPhone(of group: Int, _ block: UInt32) -> Int {
    addPhone(.second, block: block, groups: [group])
  }

  /// The replacement has seen the group as it was the day before, and writes the same meeting.
  private mutating func planDoubledMeeting(
    _ second: Int, _ book: GroupBook, day: Int32, minute: Int, by generator: inout SeededGenerator
  ) {
    let block = phones[second].block
    phones[second].steps.append(.init(day: day, minute: minute - 30, deed: .sync(lostAcknowledgement: false)))
    acts.append(
      Act(
        phone: second, block: block, day: day, minute: minute + 10, sound: false,
        meeting: book.sameMeetingElsewhere(by: &generator)))
    let edit = EditDeed(group: book.group, everyDays: 14)
    acts.append(Act(phone: second, block: block, day: day, minute: minute + 15, edit: edit))
    sync(second, day: day + Int32(generator.among(0...2)), by: &generator)
  }
}
