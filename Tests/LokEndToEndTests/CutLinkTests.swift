import LokBooks
import LokDevice
import LokSimulator
import Testing

/// Connections that end after every number of bytes there is: what follows ends in the same books, and
/// of what has arrived at most one frame is sent again.
@Suite struct CutLinkTests {
  /// A fast link: here it is bytes that count.
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  @Test func `a meeting that goes up is cut after every byte, up and down, and is there once`() throws {
    let village = try LinkedVillage(seed: 31)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    var meetings = 0
    for way in [LinkCut.afterBytesUp, LinkCut.afterBytesDown] {
      for bytes in 0... {
        try village.meet(village.asha)
        meetings += 1
        let first = try village.sync(village.asha, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        let second = try village.sync(village.asha, over: Self.link)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
      }
    }
    #expect(meetings > 500)
    // What went up with Hello and was not answered goes up with the next Hello too: it saves a round trip.
    #expect(village.arrivals.values.allSatisfy { $0 <= 2 })
    let status = try village.asha.status()
    #expect(status.unsent == 0 && status.stored == 0 && status.setAside == [])
    try village.expectEqualBooks([village.asha])
  }

  @Test func `a meeting that comes down is cut after every byte, up and down, and is there once`() throws {
    let village = try LinkedVillage(seed: 32)
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] {
      #expect(try village.sync(phone, over: Self.link).report.outcome == .done)
    }
    var meetings = 0
    for way in [LinkCut.afterBytesUp, LinkCut.afterBytesDown] {
      for bytes in 0... {
        try village.meet(village.asha)
        meetings += 1
        #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
        let first = try village.sync(usha, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        let second = try village.sync(usha, over: Self.link)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
      }
    }
    #expect(meetings > 300)
    #expect(village.arrivals.filter { $0.value > 1 && $0.key.isAtPhone } == [:])
    try village.expectEqualBooks([village.asha, usha])
  }
}
