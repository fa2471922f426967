/// What a bookkeeper enters beside meetings.
extension WorkloadPlanner {
  /// The day before the first meeting: members, the bank account, and the opening balances of an old group.
  mutating func planBeginning(_ phone: Int, _ book: inout GroupBook, by generator: inout SeededGenerator) {
    let block = phones[phone].block
    let day = options.firstDay - 1
    planMembers(phone, book, by: &generator)
    acts.append(
      Act(
        phone: phone, block: block, day: day, minute: 865, account: account(of: book.group, by: &generator)))
    guard let number = deeds[book.group].heldBefore else { return }
    let meeting = book.cutoff(
      number: number, formed: deeds[book.group].formed, on: day, firstLoan: &nextLoan, by: &generator)
    acts.append(Act(phone: phone, block: block, day: day, minute: 870, meeting: meeting))
    histories[book.group, default: GroupHistory()].meetings.append(
      .init(act: acts.count - 1, isFinal: true))
  }

  private mutating func planMembers(
    _ phone: Int, _ book: GroupBook, by generator: inout SeededGenerator
  ) {
    let state = blocks.first { $0.block == phones[phone].block }?.state ?? 0
    let group = deeds[book.group]
    let age = Int(options.firstDay - group.formed)
    for member in book.active {
      let deed = MemberDeed(
        group: book.group, member: member, name: names.woman(in: state, by: &generator),
        guardian: names.man(in: state, by: &generator),
        born: options.firstDay - Int32(generator.among(18 * 365...60 * 365)),
        phone: Self.mobile(by: &generator),
        joined: group.heldBefore == nil
          ? options.firstDay - Int32(generator.among(1...29))
          : group.formed + Int32(generator.below(age)),
        category: generator.among(1...4), designation: Self.office(of: member))
      acts.append(
        Act(
          phone: phone, block: phones[phone].block, day: options.firstDay - 1, minute: 840 + member,
          member: deed))
    }
  }

  /// Never a number in use: Indian mobile numbers begin with 6 to 9, the plan keeps to 60000.
  static func mobile(by generator: inout SeededGenerator) -> String {
    "60000\(10_000 + generator.below(90_000))"
  }

  /// `lokos.v1.Designation` of a member, as a group begins.
  static func office(of member: Int) -> Int { member < GroupBook.offices ? member + 2 : 1 }

  static func accountNumber(by generator: inout SeededGenerator) -> String {
    "00\(100_000_000 + generator.below(900_000_000))"
  }

  /// Of a bank that does not exist.
  private func account(of group: Int, by generator: inout SeededGenerator) -> AccountDeed {
    AccountDeed(
      group: group, bank: "Sample Gramin Bank", branch: "Branch \(generator.among(1...400))",
      ifsc: "SMPL0\(100_000 + generator.below(900_000))",
      number: Self.accountNumber(by: &generator),
      opened: deeds[group].formed + Int32(generator.among(1...25)))
  }

  /// What a meeting leads to: exits, reschedules, a statement each month, an edit now and then.
  mutating func planAftermath(
    of sitting: GroupBook.Sitting, _ phone: Int, _ book: GroupBook, day: Int32, minute: Int,
    by generator: inout SeededGenerator
  ) {
    let block = phones[phone].block
    if let member = sitting.leaving {
      let edit = EditDeed(group: book.group, member: member, leftReason: generator.among(1...5))
      acts.append(Act(phone: phone, block: block, day: day, minute: minute + 2, edit: edit))
    }
    for event in sitting.reschedules {
      acts.append(Act(phone: phone, block: block, day: day, minute: minute + 3, event: event))
    }
    if lastStatement[book.group].map({ day - $0 >= 28 }) ?? true {
      lastStatement[book.group] = day
      let statement = StatementDeed(group: book.group, paise: book.bank)
      acts.append(Act(phone: phone, block: block, day: day, minute: minute + 4, statement: statement))
    }
    if generator.happens(inTenThousand: Troubles.profileEdit) {
      planEdit(phone, book, day: day, minute: minute + 5, by: &generator)
    }
    if reviews[book.group] == nil, generator.happens(inTenThousand: Troubles.reviewedEdit) {
      planReviewedEdits(phone, book.group, day: day, minute: minute + 5, by: &generator)
    }
  }

  private mutating func planEdit(
    _ phone: Int, _ book: GroupBook, day: Int32, minute: Int, by generator: inout SeededGenerator
  ) {
    var edit = EditDeed(group: book.group)
    switch generator.below(3) {
    case 0: edit.everyDays = [7, 14, 28, 30][generator.below(4)]
    default:
      edit.member = book.active[generator.below(book.active.count)]
      edit.phone = Self.mobile(by: &generator)
    }
    acts.append(Act(phone: phone, block: phones[phone].block, day: day, minute: minute, edit: edit))
  }
}
