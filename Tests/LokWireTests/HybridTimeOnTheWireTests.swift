import LokBooks
import LokWire
import Testing

@Suite struct HybridTimeOnTheWireTests {
  @Test func `a clock is milliseconds << 16, as sync.proto says`() throws {
    let clock = HybridTime(Timestamp(milliseconds: 1_767_225_600_000), counter: 3)
    #expect(clock.rawValue == 1_767_225_600_000 * 65_536 + 3)
    #expect(clock.timestamp.milliseconds == 1_767_225_600_000)
    #expect(clock.advanced(byMilliseconds: 1).timestamp.milliseconds == 1_767_225_600_001)
  }
}
