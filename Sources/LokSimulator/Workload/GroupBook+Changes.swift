/// Corrections, members who leave, and meetings that are wrong or written twice.
extension GroupBook {
  /// Takes back a line of the last meeting, and where it was an expense enters the right amount.
  mutating func correct(by generator: inout SeededGenerator) {
    guard generator.happens(inTenThousand: Troubles.correction), !corrigible.isEmpty else { return }
    for _ in 0..<5 {
      let (line, place) = corrigible[generator.below(corrigible.count)]
      guard mayTakeBack(line) else { continue }
      var reversal = line
      reversal.reverses = place
      guard write(reversal) else { continue }
      noteTakenBack(line)
      if (207...213).contains(line.kind) { write(MoneyDeed(kind: line.kind, paise: line.paise + 10_00)) }
      return
    }
  }

  private func mayTakeBack(_ line: MoneyDeed) -> Bool {
    guard line.reverses == nil, line.member.map({ active.contains($0) }) ?? true else { return false }
    switch line.kind {
    case 1...4:
      guard let member = line.member, let hers = savings[member] else { return false }
      return hers[Int(line.kind) - 1] >= line.paise
    case 11: return loans.contains { $0.loan == line.loan && !$0.isFrozen }
    case 12, 13, 14, 109, 112, 113, 206...213: return true
    default: return false
    }
  }

  private mutating func noteTakenBack(_ line: MoneyDeed) {
    switch line.kind {
    case 1...4:
      if let member = line.member { savings[member]?[Int(line.kind) - 1] -= line.paise }
    case 11:
      if let place = loans.firstIndex(where: { $0.loan == line.loan }) {
        loans[place].outstanding += line.paise
      }
    default: break
    }
  }

  /// A member without office and without a loan is paid her savings.
  ///
  /// - Returns: who leaves.
  mutating func payOut(by generator: inout SeededGenerator) -> Int? {
    guard generator.happens(inTenThousand: Troubles.leaves), active.count > 5 else { return nil }
    let free = active.filter { member in
      member >= Self.offices && !loans.contains { $0.member == member }
        && !page.contains { $0.kind == 15 && $0.member == member }
    }
    guard let member = generator.pick(free), let hers = savings[member] else { return nil }
    let sum = hers.reduce(0, +)
    guard sum > 0, sum <= cash + bank, fetch(for: sum) else { return nil }
    for kind in 0..<4 { write(MoneyDeed(kind: Int64(5 + kind), paise: hers[kind], member: member)) }
    savings[member] = [0, 0, 0, 0]
    return member
  }

  /// The first members of a group hold its offices.
  static var offices: Int { 4 }

  /// The same meeting once more, as somebody on another phone wrote it: the savings, and no more.
  func sameMeetingElsewhere(on day: Int32, by generator: inout SeededGenerator) -> MeetingDeed {
    var lines: [MoneyDeed] = []
    for member in active where generator.happens(inTenThousand: Troubles.paysCompulsorySaving) {
      lines.append(MoneyDeed(kind: 1, paise: settings.savingPaise[0], member: member))
    }
    return MeetingDeed(
      group: group, number: held + 1, kind: .regular, day: day, openingPaise: cash,
      closingPaise: cash + lines.reduce(0) { $0 + $1.paise }, present: active, absent: [], loans: [],
      lines: lines)
  }

  /// Makes a meeting wrong: one more repayment than there is left to repay, or cash that was counted wrong.
  mutating func spoil(_ meeting: inout MeetingDeed, by generator: inout SeededGenerator) {
    corrigible = []
    if generator.below(2) == 0, let place = loans.lastIndex(where: { !$0.isFrozen }) {
      let loan = loans[place]
      let paise = loan.outstanding + 100_00
      meeting.lines.append(MoneyDeed(kind: 11, paise: paise, member: loan.member, loan: loan.loan))
      meeting.closingPaise += paise
      meeting.wrong = .repayment
      cash += paise
      loans[place].isFrozen = true
    } else {
      meeting.closingPaise += 1_00
      meeting.wrong = .closingCash
    }
  }
}

extension MeetingDeed {
  /// The same meeting as it should have been written. What was repaid too much is an optional saving.
  func mended(replacing act: Int) -> MeetingDeed {
    var meeting = self
    meeting.replaces = act
    switch wrong {
    case .closingCash: meeting.closingPaise -= 1_00
    case .repayment:
      if let last = lines.last {
        meeting.lines[lines.count - 1] = MoneyDeed(kind: 4, paise: last.paise, member: last.member)
      }
    case nil: break
    }
    meeting.wrong = nil
    return meeting
  }

  /// The same meeting with a penalty that had been forgotten; the loans it gave are there already.
  ///
  /// - Parameter shift: what the meeting before it had more in the box, once that was written anew.
  func completed(replacing act: Int, shift: Int64) -> MeetingDeed {
    let forgotten = MoneyDeed(kind: 13, paise: 5_00, member: present.first)
    var meeting = self
    meeting.replaces = act
    meeting.loans = []
    meeting.lines.append(forgotten)
    meeting.openingPaise += shift
    meeting.closingPaise += shift + forgotten.paise
    return meeting
  }
}
