import LokBooks
import LokDevice
import LokServer
import LokShard
import LokSimulator
import LokText
import LokWire
import Testing

/// The server's disk has died, and the copy of last night was put in place.
@Suite struct PutBackTests {
  private static let told = SyncOutcome.putBack(server: "", block: Bench.block)

  @Test func `a copy put in place without a word is told, and changes nothing on the phones`() throws {
    let village = try PutBackVillage()
    let (asha, usha) = (village.phones[0], village.phones[1])
    try village.copyAndMeet(asha, usha)
    // Typed, and not sent.
    try village.meet(asha)
    try village.putBack(saying: false)
    for phone in [asha, usha] {
      let before = try village.state(phone)
      for _ in 1...2 { #expect(try village.sync(phone).outcome == Self.told) }
      #expect(try village.state(phone) == before)
      let trouble = try #require(try phone.status().notices.map(\.trouble).first)
      #expect(trouble.kind == .person && trouble.key == "trouble.person.putBack")
      let text = trouble.text(in: Messages(.english))
      #expect(text.contains("SERVER_PUT_BACK") && text.contains("900001") && text.contains("loksync restore"))
    }
    try village.sayAfterwards()
    try village.expectDone()
    for phone in [asha, usha] {
      #expect(try phone.status().notices.allSatisfy { $0.trouble.kind != .person })
    }
    try village.expectWhole()
  }

  /// Others have gone on with the copy, so that it is as long as what the phones know.
  @Test func `a copy that has grown is told by who lacks own sets there; who wrote nothing takes its books`()
    throws
  {
    let village = try PutBackVillage([.bookkeeperSHG, .bookkeeperSHG, .viewer])
    let (asha, radha, gita) = (village.phones[0], village.phones[1], village.phones[2])
    try village.copy()
    try village.meet(asha)
    try village.expectDone([asha, gita])
    try village.putBack(saying: false)
    // Radha has been away: to her the copy is as good as any.
    for place in 3...6 {
      _ = try radha.addMember(
        MemberDraft(identity: MemberIdentity(name: "Sita Devi \(place)"), joinedDay: Day(of: village.time)),
        to: village.group, at: village.time)
    }
    try village.expectDone([radha])
    let before = try village.state(asha)
    #expect(try village.sync(asha).outcome == Self.told)
    #expect(try village.state(asha) == before)
    let reports = try village.sync(gita)
    #expect(reports.outcome == .done && reports.mended == [village.group])
    try village.sayAfterwards()
    try village.expectDone()
    try village.expectWhole()
  }

  @Test(arguments: [false, true])
  func `after the operator's word all that was typed is at the server once`(_ isOtherFirst: Bool) throws {
    let village = try PutBackVillage()
    let (asha, usha) = (village.phones[0], village.phones[1])
    try village.copyAndMeet(asha, usha)
    let other = try usha.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Pragati", formationDay: Day(of: village.time).advanced(by: -9)),
      at: village.time)
    try village.expectDone()
    try village.meet(asha)
    try village.putBack(saying: true)
    let first = isOtherFirst ? [usha, asha] : [asha, usha]
    for phone in first { #expect(try village.sync(phone).outcome == .done) }
    try village.expectDone()
    try village.expectWhole()
    #expect(try asha.shard.heldCBOs().map(\.cbo).contains(other.cbo))
    // And on it goes.
    try village.meet(usha)
    try village.expectDone()
    try village.expectWhole()
  }

  @Test func `a link that is cut again and again does not keep a phone from its way back`() throws {
    let village = try PutBackVillage()
    let (asha, usha) = (village.phones[0], village.phones[1])
    try village.copy()
    for phone in [asha, usha, asha] {
      try village.meet(phone)
      try village.expectDone()
    }
    try village.putBack(saying: true)
    for bytes in stride(from: 150, through: 1_350, by: 150) {
      _ = try village.sync(asha, cut: .afterBytesDown(bytes))
      _ = try village.sync(usha, cut: .afterBytesUp(bytes))
    }
    try village.expectDone()
    try village.expectWhole()
  }

  @Test func `the same copy put in place twice, and a phone that has missed the first time`() throws {
    let village = try PutBackVillage([.bookkeeperSHG, .bookkeeperSHG, .viewer])
    let (asha, gita) = (village.phones[0], village.phones[2])
    try village.copy()
    try village.meet(asha)
    try village.expectDone()
    try village.putBack(saying: true)
    try village.expectDone([asha])
    try village.meet(asha)
    try village.expectDone([asha])
    try village.putBack(saying: true)
    try village.expectDone()
    try village.expectWhole()
    #expect(try gita.books(of: village.group, at: village.time).cash == village.typed)
  }

  @Test func `an approval of what is lost approves nothing that has taken its place`() throws {
    let village = try PutBackVillage([.bookkeeperSHG, .bookkeeperSHG, .approver])
    let (asha, usha, checker) = (village.phones[0], village.phones[1], village.phones[2])
    try village.copy()
    try village.meet(asha)
    try village.expectDone()
    for open in try checker.openDecisions() {
      _ = try checker.decide(.approve, about: open.seq, of: open.cbo, at: village.time)
    }
    try village.expectDone()
    #expect(try checker.openDecisions().isEmpty)
    try village.putBack(saying: true)
    // At the lost meeting's place comes another one.
    _ = try village.sync(usha)
    try village.meet(usha)
    _ = try village.sync(usha)
    try village.expectDone([checker])
    try village.expectDone([asha, usha, checker])
    let open = try checker.openDecisions()
    #expect(open.count == 2, "both wait to be looked at: \(open)")
    #expect(try checker.status().setAside.allSatisfy { $0.verdict.reason == .nothingToDecide })
  }

  @Test func `a phone enrolled since the copy takes a new code, and sends all it has`() throws {
    let village = try PutBackVillage([.bookkeeperSHG])
    try village.copy()
    let late = try village.enrol(.bookkeeperSHG)
    try village.expectDone()
    try village.meet(late)
    try village.expectDone()
    let old = try late.identity().number
    try village.putBack(saying: true)
    let outcome = try village.sync(late).outcome
    guard case .refused(let status) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(status.reason == .deviceUnknown)
    let other = try village.enrol(.bookkeeperSHG)
    #expect(try other.identity().number > old, "its number is not given to another phone")
    try village.enrolAgain(late)
    try village.expectDone()
    try village.expectWhole()
  }
}
