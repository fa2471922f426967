import LokBooks
import Testing

struct BookPeriodTests {
  @Test(arguments: ["2026-27", "1999-00", "2000-01", "1947-48", "9998-99"])
  func `a financial year is read and written`(_ text: String) throws {
    let year = try #require(FinancialYear(text: text))
    #expect(year.description == text)
    #expect(year.first.description == "\(year.startYear)-04-01")
    #expect(year.last.description == "\(year.startYear + 1)-03-31")
  }

  @Test(arguments: [
    "", "2026", "2026-", "2026-28", "2026-26", "2026-2027", "26-27", "+026-27", "2026-+7", "2026-27 ",
    " 2026-27", "2026–27", "2026/27", "2026-27-28", "-2026-27", "9999-00", "0000-01", "२०२६-२७",
  ])
  func `what is no financial year is nil`(_ text: String) { #expect(FinancialYear(text: text) == nil) }

  @Test func `31 March is the last day of a year and 1 April the first of the next`() throws {
    let march = try #require(Day(text: "2027-03-31"))
    #expect(FinancialYear(containing: march)?.description == "2026-27")
    #expect(FinancialYear(containing: march.advanced(by: 1))?.description == "2027-28")
    #expect(FinancialYear(containing: Day(number: .max)) == nil)
    #expect(FinancialYear(containing: Day(number: .min)) == nil)
  }

  @Test func `years follow each other without a gap and hold each of their days`() throws {
    var day = try #require(Day(text: "1990-04-01"))
    for start in 1990..<2030 {
      let year = try #require(FinancialYear(startYear: start))
      #expect(year.first == day)
      #expect(FinancialYear(containing: year.last) == year)
      day = year.last.advanced(by: 1)
    }
  }

  @Test func `a month ends where the next begins`() throws {
    #expect(BookMonth(text: "2028-02")?.last.description == "2028-02-29")
    #expect(BookMonth(text: "2026-12")?.last.description == "2026-12-31")
    #expect(BookMonth(text: "2026-04")?.description == "2026-04")
    for text in ["2026-00", "2026-13", "2026-4", "26-04", "2026-+4", "9999-12", "2026-04-01", ""] {
      #expect(BookMonth(text: text) == nil)
    }
  }

  @Test func `a period splits the books into what was before and what is inside`() throws {
    let entries = SmallGroup.entries
    func counts(_ period: BookPeriod) -> [Int] {
      let (opening, movements) = period.split(entries)
      return [opening.count, movements.count]
    }
    #expect(counts(.everything) == [0, 23])
    #expect(counts(.untilDay(SmallGroup.march)) == [0, 13])
    #expect(counts(.untilMeeting(3)) == [0, 18])
    #expect(counts(.year(SmallGroup.year2025)) == [0, 13])
    #expect(counts(.year(SmallGroup.year2026)) == [13, 10])
    #expect(counts(.month(try #require(BookMonth(text: "2026-03")))) == [6, 7])
  }
}
