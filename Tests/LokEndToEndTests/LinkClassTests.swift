import LokBooks
import LokDevice
import LokSimulator
import LokWire
import Testing

/// A phone says how its link was, and frames begin as large as that lets them.
@Suite struct LinkClassTests {
  private static let good = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 40, lostPerThousand: 0)

  private static func village(seed: UInt64, meetings: Int) throws -> LinkedVillage {
    let village = try LinkedVillage(seed: seed)
    for _ in 0..<meetings { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: good).report.outcome == .done)
    return village
  }

  @Test func `the same sync takes fewer pages over a link that is known to be fast`() throws {
    let village = try Self.village(seed: 91, meetings: 1)
    let (usha, nisha) = (try village.phone("usha.sqlite"), try village.phone("nisha.sqlite"))
    #expect(try usha.link() == DeviceLink())
    for phone in [usha, nisha] {
      #expect(try village.sync(phone, over: Self.good).report.outcome == .done)
      #expect(try phone.link().link == .fast)
      #expect(try (40...60).contains(#require(phone.link().roundTripMilliseconds)))
    }
    // What she forgets is what she would have said.
    #expect(try village.sync(nisha, over: Self.good, cut: .afterBytesDown(10)).wasCut)
    #expect(try nisha.link().link == .slow)
    for _ in 0..<60 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: Self.good).report.outcome == .done)
    let fast = try village.sync(usha, over: Self.good)
    let slow = try village.sync(nisha, over: Self.good)
    #expect(fast.report.outcome == .done && slow.report.outcome == .done)
    #expect(fast.report.setsReceived == 60 && slow.report.setsReceived == 60)
    #expect(2 * fast.report.pages <= slow.report.pages)
    #expect(fast.bytesDown < slow.bytesDown)
    try village.expectEqualBooks([village.asha, usha, nisha])
  }

  @Test func `an upload takes fewer frames too`() throws {
    let village = try Self.village(seed: 92, meetings: 1)
    func frames() throws -> Int {
      for _ in 0..<8 { try village.meet(village.asha) }
      let outcome = try village.sync(village.asha, over: Self.good)
      #expect(outcome.report.outcome == .done && outcome.report.setsCommitted == 8)
      return try outcome.framesUp.map { try Frame(decoding: $0) }
        .filter { $0.method == Method.upload.rawValue || ($0.method == nil && $0.payload != nil) }.count
    }
    #expect(try village.asha.link().link == .fast)
    let fast = try frames()
    try village.asha.noteLink(LinkSample(roundTripMilliseconds: 40))
    #expect(try village.asha.link().link == .slow)
    #expect(try fast < frames())
  }

  @Test func `a session that is cut makes the next one slow, and one that goes well heals it`() throws {
    let village = try Self.village(seed: 93, meetings: 1)
    #expect(try village.asha.link().link == .fast)
    try village.meet(village.asha)
    let cut = try village.sync(village.asha, over: Self.good, cut: .afterBytesUp(40))
    #expect(cut.wasCut)
    #expect(try village.asha.link().link == .slow)
    #expect(try village.sync(village.asha, over: Self.good).report.outcome == .done)
    #expect(try village.asha.link().link == .fast)
    try village.expectEqualBooks([village.asha])
  }

  @Test(arguments: [LinkProfile.edge, .secondGeneration])
  func `a link of the villages is not called fast`(link: LinkProfile) throws {
    var link = link
    (link.lostPerThousand, link.cuts) = (0, nil)
    let village = try Self.village(seed: 94, meetings: 30)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: link).report.outcome == .done)
    #expect(try usha.link().link == .slow)
    #expect(try #require(usha.link().roundTripMilliseconds) >= link.roundTripMilliseconds)
  }

  @Test func `a quick answer over a narrow link is not fast either, once enough has come to tell`() throws {
    var narrow = Self.good
    narrow.bitsPerSecond = 100_000
    let village = try Self.village(seed: 95, meetings: 150)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: narrow).report.outcome == .done)
    #expect(
      try village.sync(usha, over: narrow, goal: .history(usha.missingHistory())).report.outcome == .done)
    let rate = try #require(try usha.link().bytesPerSecond)
    #expect((5_000...14_000).contains(rate))
    #expect(try usha.link().link == .slow)
  }
}
