import LokBooks
import Testing

/// Ten rupees for each meeting missed, of three meetings a week apart.
struct PenaltyDemandTests {
  private let first = Day(year: 2026, month: 3, day: 25)!
  private var last: Day { first.advanced(by: 14) }

  /// Asha misses the first two and pays ten at the third, with twenty for a late instalment; Bina comes
  /// always and pays five for being late.
  private var village: LoanVillage {
    var village = LoanVillage()
    village.settings = BookSettings(absencePenalty: Paise(1_000))
    for number in UInt32(1)...3 {
      let day = first.advanced(by: 7 * Int32(number - 1))
      let meeting = SmallGroup.meeting(number, day, opening: 0, closing: 0)
      village.meetings.append(meeting)
      village.attendance.append(
        BookAttendance(
          meeting: meeting.id, present: number < 3 ? 1 : 2, marked: 2,
          absent: number < 3 ? [LoanVillage.asha] : []))
    }
    village.write(.penalty, Paise(1_000), on: last, member: LoanVillage.asha)
    village.write(.penalty, Paise(2_000), on: last, loan: 10, member: LoanVillage.asha)
    village.write(.penalty, Paise(500), on: last, member: LoanVillage.bina)
    return village
  }

  private func columns(_ books: GroupBooks, _ period: BookPeriod) throws -> DCBRow.Columns {
    try #require(try PenaltyDemand.make(books, period, through: last).first?.columns)
  }

  @Test func `absences are demanded, lines without a loan collected`() throws {
    let demands = try PenaltyDemand.make(village.books, .everything, through: last)
    #expect(demands.map(\.member) == [LoanVillage.asha, LoanVillage.bina])
    let asha = demands[0].columns
    #expect(asha.arrears == .zero && asha.due == Paise(2_000) && asha.relieved == .zero)
    #expect(asha.collected == Paise(1_000) && asha.balance == Paise(1_000) && asha.overdue == Paise(1_000))
    // Nothing was asked of her: what she paid for being late is no debt of the group.
    #expect(demands[1].columns.due == .zero && demands[1].columns.collected == Paise(500))
    #expect(demands[1].columns.balance == .zero)
  }

  @Test func `what was open before the period is its arrears`() throws {
    let april = try columns(village.books, .month(try #require(BookMonth(text: "2026-04"))))
    #expect(april.arrears == Paise(1_000) && april.due == Paise(1_000) && april.demand == Paise(2_000))
    #expect(april.collected == Paise(1_000) && april.balance == Paise(1_000))
    #expect(try columns(village.books, .untilMeeting(1)).due == Paise(1_000))
    let early = try columns(village.books, .untilDay(first))
    #expect(early.due == Paise(1_000) && early.collected == .zero)
  }

  @Test func `a penalty that is taken back is not collected`() throws {
    var village = village
    village.write(.penalty, Paise(1_000), .penalty, .cashInHand, on: last, member: LoanVillage.asha)
    #expect(try columns(village.books, .everything).collected == .zero)
    #expect(try columns(village.books, .everything).balance == Paise(2_000))
  }

  @Test func `a group that asks nothing has no such rows`() throws {
    var village = village
    for penalty in [nil, Paise.zero] {
      village.settings = BookSettings(absencePenalty: penalty)
      #expect(try PenaltyDemand.make(village.books, .everything, through: last).isEmpty)
      let query = BookQuery(.passbook, member: LoanVillage.asha)
      #expect(!(try village.books.table(query).rows.contains { $0.cells.contains(.label(.penaltyUnpaid)) }))
    }
  }

  @Test func `a sum that is none is refused`() throws {
    var village = village
    village.settings = BookSettings(absencePenalty: Paise(.max))
    #expect(throws: ReportError.sumOverflows(.penalty)) {
      try PenaltyDemand.make(village.books, .everything, through: last)
    }
  }

  @Test func `register and passbook show it`() throws {
    let register = try village.books.table(BookQuery(.dcb))
    let rows = register.rows.filter { $0.cells.contains(.label(.penaltyPart)) }
    #expect(rows.map { $0.cells[1] } == [.record(LoanVillage.asha), .record(LoanVillage.bina)])
    #expect(rows[0].cells.suffix(2) == [.paise(Paise(1_000)), .paise(Paise(1_000))])
    let book = try village.books.table(BookQuery(.passbook, member: LoanVillage.asha))
    #expect(
      book.rows.suffix(3).map { $0.cells[14] } == [2_000, 1_000, 1_000].map { .paise(Paise($0)) })
    #expect(
      book.rows.suffix(3).map { $0.cells[2] }
        == [.label(.penaltyDemanded), .label(.penaltyCollected), .label(.penaltyUnpaid)])
    #expect(book.rows.allSatisfy { $0.cells.count == book.columns.count })
  }
}
