import LokBooks
import LokDevice
import LokSimulator
import LokWire
import Testing
import loksync

/// What a national day decides from its figures, and what its phones write.
@Suite struct DayVerdictTests {
  private static func verdict(
    committed: Int = 990, of offered: Int = 1_000, small: Int = 50, p99: Double = 1_000,
    isProven: Bool = true, code: Int32 = 0
  ) -> DayVerdict {
    DayVerdict(
      .init(offeredChanges: offered, committedChanges: committed, smallUploads: small, smallP99: p99),
      isProven: isProven, serverExitCode: code)
  }

  @Test func `99 of 100 committed within a second are held, and no less`() {
    #expect(Self.verdict().faults == [] && Self.verdict().isGood)
    #expect(Self.verdict().held == 0.99)
    #expect(Self.verdict(committed: 989).faults == [.tooLittleCommitted])
    #expect(Self.verdict(p99: 1_000.1).faults == [.tooSlow])
    #expect(!Self.verdict(committed: 989).isHeld && !Self.verdict(p99: 1_000.1).isHeld)
  }

  @Test func `what was not measured is not held`() {
    #expect(Self.verdict(committed: 0, of: 0).faults == [.nothingMeasured])
    #expect(Self.verdict(small: 0, p99: 0).faults == [.nothingMeasured])
    #expect(!Self.verdict(small: 0, p99: 0).isHeld && Self.verdict(committed: 0, of: 0).held == 0)
  }

  @Test func `a burst may be held and the day not good all the same`() {
    let lost = Self.verdict(isProven: false)
    #expect(lost.faults == [.notProven] && lost.isHeld && !lost.isGood)
    let crashed = Self.verdict(code: 70)
    #expect(crashed.faults == [.serverEnded(code: 70)] && crashed.isHeld && !crashed.isGood)
    #expect(Self.verdict(committed: 0, p99: 2_000, isProven: false, code: 1).faults.count == 4)
  }

  @Test func `a day that is not good ends with code 1`() {
    #expect(NationalDayOptions.exit(of: Self.verdict()) == nil)
    for bad in [
      Self.verdict(committed: 989), Self.verdict(p99: 1_001), Self.verdict(small: 0),
      Self.verdict(isProven: false), Self.verdict(code: 70),
    ] {
      #expect(NationalDayOptions.exit(of: bad)?.rawValue == 1)
    }
  }

  @Test func `a set lost in one block and doubled in another is two differences`() {
    let (one, other, third) = (BlockCode(900_001), BlockCode(900_002), BlockCode(900_003))
    let ten = DaySums(sets: 10, changes: 320, paise: 1_000_050)
    let (nine, eleven) = (
      DaySums(sets: 9, changes: 288, paise: 900_045), DaySums(sets: 11, changes: 352, paise: 1_100_055)
    )
    #expect(
      DayProof.differences([one: ten, other: ten, third: ten], [one: ten, other: ten, third: ten]) == [])
    let found = DayProof.differences(
      [other: ten, one: ten, third: ten], [one: nine, other: eleven, third: ten])
    #expect(
      found == [
        .init(block: 900_001, written: ten, found: nine), .init(block: 900_002, written: ten, found: eleven),
      ])
    // A paisa is told, and so is a block that nobody wrote in.
    let paisa = DaySums(sets: 10, changes: 320, paise: 1_000_051)
    #expect(DayProof.differences([one: ten], [one: paisa]).count == 1)
    #expect(DayProof.differences([:], [one: ten]) == [.init(block: 900_001, written: DaySums(), found: ten)])
    #expect(DayProof.differences([one: ten], [:]) == [.init(block: 900_001, written: ten, found: DaySums())])
  }

  @Test func `a phone that comes after days brings meetings of those days each time`() throws {
    let now = Timestamp(milliseconds: 1_790_000_000_000)
    var phone = DayPhone(
      in: BlockCode(900_001), key: try #require(DeviceKey(raw: [UInt8](repeating: 7, count: 32))),
      device: DeviceNumber(1), epoch: try #require(Epoch([UInt8](repeating: 1, count: 8))), daysBefore: 60,
      at: now)
    try phone.found(2)
    var last = Day(of: now).advanced(by: -60)
    for (sets, days) in [(2, 2), (16, 14), (6, 5), (15, 14), (9, 10)] {
      try phone.write(sets, ofLast: days, at: now)
      let dates = try phone.datesOfVisit()
      #expect(dates.count == sets && dates == dates.sorted() && dates[0] >= last)
      #expect(phone.daysBehind == days)
      #expect(Int(dates[sets - 1].number - dates[0].number) == days)
      last = dates[sets - 1]
    }
    #expect(last <= Day(of: now))
    // A single one is of the first of those days.
    try phone.write(1, ofLast: 14, at: now)
    #expect(try phone.datesOfVisit() == [last] && phone.daysBehind == 14)
    // Nothing is dated after the day, however often it calls.
    for _ in 0..<10 { try phone.write(14, ofLast: 14, at: now) }
    #expect(try phone.datesOfVisit().allSatisfy { $0 <= Day(of: now) })
  }
}
