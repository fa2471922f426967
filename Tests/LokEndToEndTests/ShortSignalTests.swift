import LokBooks
import LokDevice
import LokSQLite
import LokSimulator
import Testing

/// Four round trips and a second of signal, again and again: each leaves the phone further than before, and
/// the sync ends.
@Suite struct ShortSignalTests {
  private static func window(of link: LinkProfile) -> LinkCut {
    .after(milliseconds: 4 * link.roundTripMilliseconds + 1_000)
  }

  /// Syncs until it is done.
  ///
  /// - Parameter place: what a phone has got so far; each session that lost no packet has to move it.
  private static func syncs(
    _ village: LinkedVillage, _ phone: DeviceStore, over link: LinkProfile,
    place: (DeviceStore) throws -> Int
  ) throws -> Int {
    var sessions = 0
    var standing = 0
    while sessions < 400 {
      let before = try place(phone)
      let outcome = try village.sync(phone, over: link, cut: window(of: link))
      sessions += 1
      if outcome.report.outcome == .done { return sessions }
      let moved = try place(phone) > before
      standing = moved ? 0 : standing + 1
      // The first session fetches the nonce that saves the later ones a round trip.
      if link.lostPerThousand == 0, sessions > 1 { #expect(moved, "session \(sessions) over \(link.name)") }
    }
    Issue.record("no end over \(link.name): \(standing) sessions stand still")
    return sessions
  }

  private static var links: [LinkProfile] {
    LinkProfile.all.flatMap { link in
      var (steady, lossy) = (link, link)
      (steady.lostPerThousand, steady.cuts, lossy.cuts) = (0, nil, nil)
      return [steady, lossy]
    }
  }

  @Test(arguments: links)
  func `two years of a group that meets weekly come down to a new phone`(link: LinkProfile) throws {
    let village = try LinkedVillage(seed: 41)
    for _ in 0..<100 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    let sessions = try Self.syncs(village, usha, over: link) { phone in
      // Pieces of the group as it stands, then its place in the journal.
      let begun = try Connection(path: village.folder.path("usha.sqlite"), mode: .readOnly)
        .statement("SELECT sum(length(bytes)) FROM device_snapshot").first { Int($0.integer(0)) }
      return Int(try phone.status().cursor.rawValue) * 1_000_000 + (begun ?? 0)
    }
    // In a good second all of it comes.
    #expect(sessions > 1 || link.name == LinkProfile.edge.name)
    #expect(village.arrivals.filter { $0.value > 1 && $0.key.isAtPhone } == [:])
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test(arguments: links)
  func `half a year that was typed without a signal goes up`(link: LinkProfile) throws {
    let village = try LinkedVillage(seed: 42)
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    for _ in 0..<25 { try village.meet(village.asha) }
    let sessions = try Self.syncs(village, village.asha, over: link) { phone in
      // There, told to be on disk, committed with a receipt, its place in the journal known: all are steps.
      let status = try phone.status()
      return village.arrivals.count - 2 * status.unsent - status.stored + Int(status.cursor.rawValue)
    }
    #expect(sessions > 1, "it was cut")
    try village.expectEqualBooks([village.asha])
  }
}
