import Foundation
import LokBooks
import LokDevice
import LokWire
import Testing

/// Phones and a real shard in one directory.
final class Village: Sendable {
  let directory: URL
  let server: LoopbackServer

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "lokvillage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    server = try LoopbackServer(directory: directory)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func path(_ name: String) -> String { directory.appending(path: "\(name).sqlite").path }

  func open(_ name: String) async throws -> DeviceAgent {
    let server = server
    return try await DeviceAgent.open(
      path: path(name), block: block,
      surroundings: .init(
        dialing: Dialing { _ in LoopbackLink(server: server) }, clock: { noon }, appBuild: "test"))
  }

  func enrol(_ name: String, role: Role = .bookkeeperSHG, grants: [Grant] = [.block]) async throws
    -> DeviceAgent
  {
    let code = "900001-\(name)"
    try server.code(code, role: role, grants: grants)
    let phone = try await open(name)
    try await phone.register(server: ServerAddress(text: "loopback"), code: code)
    return phone
  }
}

extension DeviceAgent {
  func makeGroup(_ name: String = "Jai Maa") throws -> (group: RecordID, member: RecordID) {
    try with { store, now in
      let group = try store.createCBO(
        CBODraft(tier: .selfHelpGroup, name: name, formationDay: today.advanced(by: -300)), at: now)
      let member = try store.addMember(
        MemberDraft(identity: MemberIdentity(name: "Sita Devi"), joinedDay: today.advanced(by: -300)),
        to: group.cbo, at: now)
      return (group.cbo, member.newRecords[0])
    }
  }

  @discardableResult
  func meet(
    _ group: RecordID, saving member: RecordID, _ paise: Int64, number: UInt32? = nil, opening: Paise? = nil
  ) throws -> RecordedSet {
    try with { store, now in
      try store.recordMeeting(
        MeetingDraft(
          number: number, day: today, attendance: [.init(member, isPresent: true)],
          entries: [EntryDraft(.savingCompulsory, Paise(paise), member: member)], openingCash: opening),
        of: group, at: now)
    }
  }
}

@Suite struct DeviceAgentTests {
  @Test func `what one phone writes offline stands in another phone's books, with equal digests`()
    async throws
  {
    let village = try Village()
    let first = try await village.enrol("first")
    let second = try await village.enrol("second")
    let (group, member) = try await first.makeGroup()
    for _ in 0..<12 { try await first.meet(group, saving: member, 5_000) }
    let report = try await first.sync()
    #expect(report.outcome == .done)
    #expect(report.setsSent == 14 && report.setsCommitted == 14 && report.committedLatencies.count == 14)
    #expect(try await first.status().text == "0 unsent / 0 stored / 14 committed / 0 set aside")
    #expect(try await second.sync().outcome == .done)
    let books = try await second.books(of: group)
    #expect(books.cash == Paise(60_000) && books.trialBalanceSum == .zero && books.provisionalSets == 0)
    #expect(books.members.first?.identity?.name == "Sita Devi")
    for phone in [first, second] {
      let digests = try await phone.digests()
      #expect(!digests.isEmpty && digests.allSatisfy { $0.isEqual == true })
      #expect(try await phone.fetchHead().size.rawValue >= 14)
    }
    #expect(try await first.sync().pages == 0)
  }

  @Test func `a lost acknowledgement is asked for again with the same bytes, and nothing is doubled`()
    async throws
  {
    let village = try Village()
    let phone = try await village.enrol("first")
    let (group, member) = try await phone.makeGroup()
    try await phone.meet(group, saving: member, 5_000)
    village.server.breakAfter(uploads: 0)
    #expect(try await phone.sync().outcome == .brokenOff)
    #expect(try await phone.status().text == "3 unsent / 0 stored / 0 committed / 0 set aside")
    village.server.breakAfter(uploads: nil)
    #expect(try await phone.sync().outcome == .done)
    #expect(try await phone.status().text == "0 unsent / 0 stored / 3 committed / 0 set aside")
    #expect(try await phone.books(of: group).cash == Paise(5_000))
  }

  @Test func `a copied store, typed on both: nothing is lost`() async throws {
    let village = try Village()
    let original = try await village.enrol("original")
    let (group, member) = try await original.makeGroup()
    #expect(try await original.sync().outcome == .done)
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: village.path("original") + suffix)
    {
      try FileManager.default.copyItem(
        atPath: village.path("original") + suffix, toPath: village.path("copy") + suffix)
    }
    let copy = try await village.open("copy")
    try await original.meet(group, saving: member, 5_000, number: 1)
    try await copy.meet(group, saving: member, 7_000, number: 2, opening: Paise(5_000))
    #expect(try await original.sync().outcome == .done)
    let report = try await copy.sync()
    #expect(report.outcome == .done && report.reenrolments == 1 && report.setsRewritten == 1)
    #expect(try await original.sync().outcome == .done)
    for phone in [original, copy] {
      #expect(try await phone.books(of: group).cash == Paise(12_000))
      #expect(try await phone.digests().allSatisfy { $0.isEqual == true })
      #expect(try await phone.status().unsent == 0)
    }
    #expect(try await copy.status().text.contains("enrolled again"))
  }

  @Test func `what was typed before the store was copied is in the books once, whichever copy sends it`()
    async throws
  {
    let village = try Village()
    let original = try await village.enrol("original")
    let (group, member) = try await original.makeGroup()
    try await original.meet(group, saving: member, 5_000)
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: village.path("original") + suffix)
    {
      try FileManager.default.copyItem(
        atPath: village.path("original") + suffix, toPath: village.path("copy") + suffix)
    }
    let copy = try await village.open("copy")
    try await copy.meet(group, saving: member, 7_000)
    try await original.meet(group, saving: member, 1_000)
    #expect(try await original.sync().outcome == .done)
    let report = try await copy.sync()
    #expect(report.reenrolments == 1 && report.setsRewritten == 1)
    #expect(try await original.sync().outcome == .done)
    // The group and its first meeting once; the two second meetings are rivals: one posted, one flagged.
    for phone in [original, copy] {
      #expect(try await phone.groups().count == 1)
      #expect(try await phone.books(of: group).cash == Paise(6_000))
      #expect(try await phone.digests().allSatisfy { $0.isEqual == true })
    }
    #expect(try await copy.status().text.contains("1 set aside"))
  }

  @Test func `a revoked device still sends, reads nothing, and says so`() async throws {
    let village = try Village()
    let phone = try await village.enrol("first")
    let (group, member) = try await phone.makeGroup()
    #expect(try await phone.sync().outcome == .done)
    try await phone.meet(group, saving: member, 5_000)
    try village.server.revoke(try await phone.with { store, _ in try store.identity().number })
    #expect(try await phone.sync().outcome == .revoked)
    let status = try await phone.status()
    #expect(status.isRevoked && status.setAside.first?.verdict.reason == .senderRevoked)
  }

  @Test func `a refused set in the middle is shown as set aside, and the rest commits`() async throws {
    let village = try Village()
    let phone = try await village.enrol("first")
    let (group, member) = try await phone.makeGroup()
    // Only block staff write the block's own book.
    _ = try await phone.with { store, now in try store.createVillage(VillageDraft(name: "Rampur"), at: now) }
    try await phone.meet(group, saving: member, 5_000)
    #expect(try await phone.sync().outcome == .done)
    let status = try await phone.status()
    #expect(status.text == "0 unsent / 0 stored / 3 committed / 1 set aside: role may not write")
    #expect(try await phone.books(of: group).cash == Paise(5_000))
  }

  @Test func `a group that leaves the scope goes, and comes back whole`() async throws {
    let village = try Village()
    let writer = try await village.enrol("writer")
    let (group, member) = try await writer.makeGroup()
    let (other, _) = try await writer.makeGroup("Durga")
    try await writer.meet(group, saving: member, 5_000)
    #expect(try await writer.sync().outcome == .done)
    let reader = try await village.enrol("reader", role: .viewer, grants: [.cbo(group)])
    #expect(try await reader.sync().outcome == .done)
    #expect(try await reader.groups().map(\.id) == [group])
    let number = try await reader.with { store, _ in try store.identity().number }
    try village.server.scope(.init(device: number, add: [.cbo(other)], drop: [.cbo(group)]))
    #expect(try await reader.sync().outcome == .done)
    #expect(try await reader.groups().map(\.id) == [other])
    try await writer.meet(group, saving: member, 2_000)
    #expect(try await writer.sync().outcome == .done)
    try village.server.scope(.init(device: number, add: [.cbo(group)], drop: []))
    #expect(try await reader.sync().outcome == .done)
    #expect(try await reader.books(of: group).cash == Paise(7_000))
    #expect(try await reader.digests().count { $0.isEqual == true } == 2)
  }
}
