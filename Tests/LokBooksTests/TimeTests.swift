import LokBooks
import Testing

struct TimeTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-03-31", 20_543),
    ("1990-01-01", 7_305),
    ("1947-08-15", -8_175),
  ])
  func `a civil day has one number and one text`(_ text: String, _ number: Int32) throws {
    let day = try #require(Day(text: text))
    #expect(day.number == number)
    #expect(day.description == text)
  }

  @Test(arguments: ["2025-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-4-1x", "", "2026-04"])
  func `what is no day is nil`(_ text: String) { #expect(Day(text: text) == nil) }

  @Test func `every day of eight centuries comes back from its date`() throws {
    for number in stride(from: Int32(-100_000), through: 200_000, by: 1) {
      let (year, month, day) = Day(number: number).civil
      #expect(Day(year: year, month: month, day: day)?.number == number)
    }
  }

  @Test func `a day begins at midnight in India, 18:30 UTC`() {
    let day = Day(number: 20_000)
    #expect(Day(of: day.start) == day)
    #expect(Day(of: Timestamp(milliseconds: day.start.milliseconds - 1)) == day.advanced(by: -1))
    #expect(day.start.milliseconds % 86_400_000 == 66_600_000)
  }

  @Test func `a hybrid clock never goes back, whatever the wall clock does`() {
    var clock = HybridTime.zero
    for wall in [1_000, 5_000, 4_000, 4_000, -9, 5_000, 6_000] as [Int64] {
      let next = clock.tick(at: Timestamp(milliseconds: wall))
      #expect(next > clock)
      clock = next
    }
    #expect(clock == HybridTime(Timestamp(milliseconds: 6_000)))
    #expect(HybridTime(rawValue: .max).tick(at: Timestamp(milliseconds: 1)) == HybridTime(rawValue: .max))
  }
}
