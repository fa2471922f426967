import LokBooks
import LokDevice
import LokServer
import LokShard
import LokSimulator
import LokWire
import Testing

/// A phone takes a group up as it stands, and its history later, over links that break.
@Suite struct SnapshotSyncTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  /// A group with more meetings than go along with a snapshot.
  private static func village(seed: UInt64) throws -> LinkedVillage {
    let village = try LinkedVillage(seed: seed)
    for _ in 1...24 { try village.meet(village.asha) }
    #expect(try village.sync(village.asha, over: link).report.outcome == .done)
    return village
  }

  @Test func `a first sync has the books as they stand, and its history makes them whole`() throws {
    let village = try Self.village(seed: 51)
    let usha = try village.phone("usha.sqlite", [.cbo(village.group)])
    let first = try village.sync(usha, over: Self.link)
    #expect(first.report.outcome == .done)
    #expect(first.report.setsReceived == 0)
    try village.expectEqualBooks([usha])
    #expect(try usha.books(of: village.group, at: village.server.now.wall).lastMeeting == 24)
    #expect(try usha.missingHistory().map(\.cbo) == [village.group])
    // She goes on writing on it at once.
    try village.meet(usha)
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    #expect(try usha.status().setAside == [])
    let later = try village.sync(usha, over: Self.link, goal: .history(try usha.missingHistory()))
    #expect(later.report.outcome == .done)
    #expect(try usha.missingHistory() == [])
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([village.asha, usha])
    let books = try [usha, village.asha].map { try #require(try $0.confirmedBooks(of: village.group)) }
    #expect(books[0].entries == books[1].entries && books[0].meetings.count == 25)
    #expect(books[0].attendance == books[1].attendance)
  }

  @Test func `the books can be written on before all of them is here, and a cut loses neither`() throws {
    let village = try Self.village(seed: 58)
    let contact = MemberContact(phone: "9800000001", address: "House 7, Rampur")
    for member in village.members {
      _ = try village.asha.editMember(
        member, of: village.group, MemberDraft(contact: contact), at: village.server.now.wall)
    }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let whole = try village.phone("whole.sqlite")
    let session = try village.sync(whole, over: Self.link)
    #expect(try whole.books(of: village.group, at: village.server.now.wall).members[0].contact == contact)
    let early = try #require(
      try stride(from: 0, through: session.bytesDown, by: 97).lazy.compactMap { bytes in
        let phone = try village.phone("cut-\(bytes).sqlite")
        _ = try village.sync(phone, over: Self.link, cut: .afterBytesDown(bytes))
        return try phone.shard.previews() == [village.group] ? phone : nil
      }.first, "no cut fell between the preview and the rest")
    let books = try early.books(of: village.group, at: village.server.now.wall)
    #expect(books.members.count == 12 && books.members.allSatisfy { $0.identity?.name != nil })
    #expect(books.members[0].contact == nil && books.lastMeeting == 24)
    #expect(books.cash == (try whole.books(of: village.group, at: village.server.now.wall)).cash)
    #expect(throws: DeviceError.historyNotHere(village.group)) {
      try early.confirmedBooks(of: village.group)
    }
    try village.meet(early)
    #expect(try early.books(of: village.group, at: village.server.now.wall).lastMeeting == 25)
    #expect(try village.sync(early, over: Self.link).report.outcome == .done)
    #expect(try early.shard.previews() == [])
    #expect(try early.status().text == "0 unsent / 0 stored / 1 committed / 0 set aside")
    #expect(try early.books(of: village.group, at: village.server.now.wall).members[0].contact == contact)
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([early, village.asha])
  }

  @Test func `a first sync that is cut anywhere goes on where it was, and no piece comes twice`() throws {
    let village = try Self.village(seed: 52)
    let whole = try village.sync(try village.phone("whole.sqlite"), over: Self.link)
    #expect(whole.report.outcome == .done)
    var cuts = 0
    for way in [LinkCut.afterBytesUp, LinkCut.afterBytesDown] {
      for bytes in stride(from: 0, through: whole.bytesDown + 64, by: 61) {
        let phone = try village.phone("cut-\(way(bytes)).sqlite")
        let first = try village.sync(phone, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        cuts += 1
        let second = try village.sync(phone, over: Self.link)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
        let pieces = try Self.pieces(first) + Self.pieces(second)
        #expect(Set(pieces).count == pieces.count, "cut after \(bytes)")
        try village.expectEqualBooks([phone])
      }
    }
    #expect(cuts > 20)
  }

  @Test func `what is on its way survives a restart of phone and server, and new meetings meanwhile`() throws
  {
    let village = try Self.village(seed: 53)
    // Sealed names do not press: the group's file takes several pages.
    let formed = Day(of: village.server.now.wall).advanced(by: -100)
    for place in 1...150 {
      let identity = MemberIdentity(name: "Devi \(place)", guardian: "of house \(place * 7_919)")
      _ = try village.asha.addMember(
        MemberDraft(identity: identity, joinedDay: formed), to: village.group, at: village.server.now.wall)
    }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    let usha = try village.phone("usha.sqlite")
    var sessions = 0
    var fetched = 0
    repeat {
      sessions += 1
      // Each session gets a piece, and a part of one.
      let outcome = try village.sync(usha, over: Self.link, cut: .afterBytesDown(5_000))
      fetched += outcome.bytesDown
      village.server.closeShards()
      guard outcome.wasCut else { break }
      try village.meet(village.asha)
      #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    } while sessions < 40
    #expect(sessions > 1 && sessions < 40)
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([usha, village.asha])
  }

  @Test func `a group that comes into scope later comes as it stands too, and the outbox stays`() throws {
    let village = try Self.village(seed: 54)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    let now = village.server.now.wall
    let formed = Day(of: now).advanced(by: -100)
    let gained = try village.asha.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Nayi Roshni", formationDay: formed), at: now
    ).cbo
    for _ in 1...30 { _ = try village.asha.addMember(MemberDraft(joinedDay: formed), to: gained, at: now) }
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try village.meet(usha)
    let cut = try village.sync(usha, over: Self.link, cut: .afterBytesDown(1_200))
    #expect(cut.wasCut)
    let outcome = try village.sync(usha, over: Self.link)
    #expect(outcome.report.outcome == .done)
    #expect(try usha.books(of: gained, at: now).members.count == 30)
    #expect(try usha.status().text == "0 unsent / 0 stored / 1 committed / 0 set aside")
    #expect(try village.sync(village.asha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([usha, village.asha])
  }

  @Test func `a snapshot brings no more than the scope, keys included`() throws {
    let village = try Self.village(seed: 55)
    let other = try village.phone("other.sqlite", [.cbo(RecordID(device: DeviceNumber(77), counter: 1))])
    #expect(try village.sync(other, over: Self.link).report.outcome == .done)
    let request = SnapshotRequest(only: [village.group])
    let asked = try village.sync(other, over: Self.link, goal: .ask(.snapshot, request.encoded()))
    guard case .answered(let answer) = asked.report.outcome else {
      Issue.record("\(asked.report.outcome)")
      return
    }
    #expect(try SnapshotPage(decoding: answer).parts == [])
    #expect(try asked.framesDown.allSatisfy { try Frame(decoding: $0).keys == nil })
    #expect(try other.shard.heldCBOs().map(\.cbo).contains(village.group) == false)
  }

  @Test func `a piece that is not what its hash says is refused, and the next session begins it anew`() throws
  {
    let village = try Self.village(seed: 56)
    let usha = try village.phone("usha.sqlite")
    let whole = try village.phone("whole.sqlite")
    let pages = try Self.pages(try village.sync(whole, over: Self.link))
    for page in pages {
      var page = page
      for part in page.parts.indices where page.parts[part].cbo == village.group {
        page.parts[part].bytes[0] ^= 1
      }
      if try usha.apply(page, adopting: nil) == .refused(village.group) { break }
    }
    #expect(try usha.shard.heldCBOs().map(\.cbo).contains(village.group) == false)
    #expect(try usha.snapshotRequest().begun.contains { $0.cbo == village.group } == false)
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    try village.expectEqualBooks([usha])
  }

  @Test func `books that need older sets say so`() throws {
    let village = try Self.village(seed: 57)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    #expect(throws: DeviceError.historyNotHere(village.group)) {
      try usha.confirmedBooks(of: village.group)
    }
    #expect(
      try village.sync(usha, over: Self.link, goal: .history(try usha.missingHistory())).report.outcome
        == .done)
    #expect(try usha.confirmedBooks(of: village.group)?.meetings.count == 24)
  }

  private static func pages(_ outcome: LinkedSession.Outcome) throws -> [SnapshotPage] {
    var call: UInt32?
    for frame in outcome.framesUp {
      let frame = try Frame(decoding: frame)
      if frame.method == Method.snapshot.rawValue { call = frame.call }
    }
    return try outcome.framesDown.map { try Frame(decoding: $0) }.filter { $0.call == call }
      .compactMap { frame in try frame.payload.map { try SnapshotPage(decoding: $0, keys: frame.keys) } }
  }

  private struct Piece: Hashable {
    var cbo: RecordID
    var seq: Seq
    var offset: Int
  }

  private static func pieces(_ outcome: LinkedSession.Outcome) throws -> [Piece] {
    try pages(outcome).flatMap(\.parts).map { Piece(cbo: $0.cbo, seq: $0.seq, offset: $0.offset) }
  }
}
