/// What a group asks of a member for the meetings that she missed, and what she paid of it.
///
/// Demand: meetings at which she was marked absent × the absence penalty, as the group's settings have it
/// now. Collected: her lines of the kind penalty that name no loan; a penalty on a loan stands in that loan's
/// ledger. Nobody writes down who came late: the penalty for it is never demanded, and what is paid of it
/// counts here as well. What is paid ahead settles the next absence.
package struct PenaltyDemand: Hashable, Sendable {
  package let member: RecordID
  package let columns: DCBRow.Columns

  /// Ascending by member: who was ever asked or has ever paid, from `first` (nil: from the beginning) to the
  /// period's end, both included. None where the group asks nothing.
  package static func make(
    _ books: GroupBooks, _ period: BookPeriod, through last: Day
  ) throws(ReportError) -> [PenaltyDemand] {
    guard let penalty = books.settings.absencePenalty, penalty > .zero else { return [] }
    let meetings = books.meetings.filter { $0.day <= last && period.reaches($0.day, meeting: $0.number) }
    let days = Dictionary(meetings.map { ($0.id, $0.day) }) { first, _ in first }
    var moves: [RecordID: [Move]] = [:]
    for attendance in books.attendance {
      guard let day = days[attendance.meeting] else { continue }
      for member in attendance.absent { moves[member, default: []].append(Move(day, demanded: penalty)) }
    }
    for entry in books.entries
    where entry.knownKind == .penalty && entry.loan == nil && entry.day <= last
      && period.reaches(entry.day, meeting: entry.meetingNumber)
    {
      guard let member = entry.member else { continue }
      moves[member, default: []].append(Move(entry))
    }
    var demands: [PenaltyDemand] = []
    for (member, moves) in moves.sorted(by: { $0.key < $1.key }) {
      guard let columns = columns(of: moves, period, through: last) else {
        throw .sumOverflows(.penalty)
      }
      demands.append(PenaltyDemand(member: member, columns: columns))
    }
    return demands
  }

  private static func columns(of moves: [Move], _ period: BookPeriod, through last: Day) -> DCBRow.Columns? {
    func sum(_ amount: (Move) -> Int128, where counts: (Day) -> Bool) -> Int128 {
      moves.filter { counts($0.day) }.reduce(0) { $0 + amount($1) }
    }
    let demanded = sum(\.demanded) { _ in true }
    let collected = sum(\.collected) { _ in true }
    let demandedBefore = sum(\.demanded, where: period.isOpening)
    let collectedBefore = sum(\.collected, where: period.isOpening)
    let overdue = max(0, sum(\.demanded) { $0 < last } - collected)
    guard let overdue = Paise(exactly: overdue) else { return nil }
    return DCBRow.Columns(
      arrears: demandedBefore - collectedBefore, due: demanded - demandedBefore, relieved: 0,
      collected: collected - collectedBefore, balance: demanded - collected, overdue: overdue)
  }

  /// A penalty that was asked, or one that was paid.
  private struct Move {
    let day: Day
    var demanded: Int128 = 0
    var collected: Int128 = 0

    init(_ day: Day, demanded: Paise) {
      self.day = day
      self.demanded = Int128(demanded.rawValue)
    }

    init(_ entry: BookEntry) {
      day = entry.day
      collected = Int128(entry.amount.rawValue) * (entry.isReversal ? -1 : 1)
    }
  }
}
