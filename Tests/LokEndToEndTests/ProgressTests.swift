import LokDevice
import LokSimulator
import LokWire
import Testing

/// What a bar on the screen shows, over sessions that are cut anywhere.
@Suite struct ProgressTests {
  private static func expectTrue(_ outcome: LinkedSession.Outcome, _ what: String) {
    var before = 0
    for progress in outcome.progress {
      #expect(progress.permille >= before, "\(what) runs backwards")
      before = progress.permille
      for count in [progress.setsUp, progress.snapshots, progress.places] {
        #expect((0...count.of).contains(count.done), "\(what): \(count)")
      }
    }
    #expect((before == 1_000) == (outcome.report.outcome == .done), "\(what) ended at \(before)")
    #expect(outcome.progress.dropLast().allSatisfy { $0.permille < 1_000 }, "\(what) was early")
  }

  @Test func `a first sync shows groups, an upload its sets, and neither runs backwards`() throws {
    let village = try LinkedVillage(seed: 71)
    for _ in 1...24 { try village.meet(village.asha) }
    let up = try village.sync(village.asha, over: .edge)
    Self.expectTrue(up, "the upload")
    let last = try #require(up.progress.last)
    #expect(last.setsUp.done == last.setsUp.of && last.setsUp.of == 37)
    #expect(Set(up.progress.map(\.permille)).count > 3)
    let usha = try village.phone("usha.sqlite")
    let down = try village.sync(usha, over: .edge)
    Self.expectTrue(down, "the first sync")
    let whole = try #require(down.progress.last)
    #expect(whole.snapshots.of >= 3 && whole.snapshots.done == whole.snapshots.of)
    #expect(Set(down.progress.map(\.permille)).count > 3)
  }

  @Test func `a session that is cut stops short of the end`() throws {
    let village = try LinkedVillage(seed: 72)
    for _ in 1...24 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: .edge).report.outcome == .done)
    for bytes in stride(from: 200, through: 5_000, by: 600) {
      let phone = try village.phone("cut-\(bytes).sqlite")
      Self.expectTrue(try village.sync(phone, over: .edge, cut: .afterBytesDown(bytes)), "cut at \(bytes)")
      Self.expectTrue(try village.sync(phone, over: .edge), "after a cut at \(bytes)")
    }
  }
}
