import LokBooks
import LokDevice
import LokServer
import LokSimulator
import LokWire
import Testing
import loksync

/// What a phone counts is what its link has carried.
@Suite struct TrafficTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  @Test func `a phone's counts are the link's to the byte, over all its sessions`() throws {
    let village = try LinkedVillage(seed: 71)
    let before = try village.asha.traffic(at: village.server.now.wall).today.calls.total
    var (up, down, sessions) = (0, 0, 0)
    for _ in 1...3 {
      try village.meet(village.asha)
      let outcome = try village.sync(village.asha, over: Self.link)
      #expect(outcome.report.outcome == .done)
      // Each connection begins with the four bytes that name the protocol.
      up += outcome.bytesUp - WireLimits.preface.count
      down += outcome.bytesDown
      sessions += 1
    }
    let recent = try village.asha.traffic(at: village.server.now.wall).recent
    #expect(before == CallTraffic.Sums())
    #expect(recent.calls.total.bytesUp == up && recent.calls.total.bytesDown == down)
    #expect(recent.sessions == sessions && recent.calls[.upload].calls == sessions)
    #expect(recent.calls[nil] == CallTraffic.Sums())
  }

  @Test func `server and phone count the same bytes of the same calls`() throws {
    let village = try LinkedVillage(seed: 72)
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha, village.asha, usha] {
      try village.meet(phone)
      #expect(try village.sync(phone, over: Self.link).report.outcome == .done)
    }
    let now = village.server.now.wall
    let activities = try DeviceActivity.read(Bench.block, in: village.data, days: 30, at: now)
    #expect(activities.count == 2)
    for (phone, activity) in zip([village.asha, usha], activities) {
      let own = try phone.traffic(at: now).recent
      #expect(activity.recent.calls == own.calls)
      #expect(activity.recent.sessions == own.sessions && activity.recent.connections == own.sessions)
    }
    let text = DevicesText(now: now, days: 30).text(activities, withCalls: true)
    #expect(text.contains("LAST CONTACT") && text.contains("snapshot"))
    #expect(text.split(separator: "\n").count > 3 + 2 * 3)
  }
}
