import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokTestSupport
import LokTransport
import LokWire
import Testing

/// Everything that decides is stepped by events: the same events give the same bytes.
@Suite struct DeterminismTests {
  /// 2026-03-14, 09:30 IST.
  private static let start = Session.Now(
    instant: Instant(milliseconds: 1_000), wall: Timestamp(milliseconds: 1_773_460_800_000))

  @Test func `two phones sync whole in one thread, and two runs write the same journal, byte by byte`()
    throws
  {
    let first = try run(seed: 7)
    let second = try run(seed: 7)
    #expect(first.journal.count > 20)
    #expect(first.journal == second.journal)
    #expect(first.sets == second.sets && first.root == second.root)
    let other = try run(seed: 8)
    #expect(other.root != first.root)
  }

  private struct Run {
    /// Every column of every row.
    var journal: [[String]]
    var sets: [[String]]
    var root: [UInt8]
  }

  private func run(seed: UInt64) throws -> Run {
    let folder = try TemporaryFolder()
    let data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Bench.directory, as: "blocks.csv"), hosts: [],
      now: Self.start.wall)
    let server = try SteppedServer(data, now: Self.start, random: SeededGenerator(seed: seed))
    let asha = try SteppedPhone(folder.path("asha.sqlite"), seed: seed + 1, code: try code(server), server)
    let usha = try SteppedPhone(folder.path("usha.sqlite"), seed: seed + 2, code: try code(server), server)
    let (group, members) = try group(asha, server)
    #expect(try asha.sync() == .done)
    #expect(try usha.sync() == .done)
    for round in 1...6 as ClosedRange<Int64> {
      server.wait(milliseconds: 3_600_000)
      // Both write the same group unseen: numbers collide, a field is won by the later writer.
      for (phone, paise) in [(asha, round * 100), (usha, round * 101)] {
        try meet(phone, group, members, paise, at: server.now.wall)
        _ = try phone.store.editCBO(group, CBODraft(name: "Jai Maa \(paise)"), at: server.now.wall)
      }
      for phone in round % 2 == 0 ? [asha, usha] : [usha, asha] { #expect(try phone.sync() == .done) }
      for phone in [asha, usha] { #expect(try phone.sync() == .done) }
    }
    #expect(server.troubles.isEmpty)
    let own = try [asha, usha].map { try $0.store.shard.stateDigest(of: group) }
    #expect(own[0] == own[1])
    let findings = try Shards.findings(in: data, work: folder)
    #expect(findings == [])
    return try read(data)
  }

  private func code(_ server: SteppedServer) throws -> String {
    let request = OperatorRequest.enrolCode(
      Bench.block, role: .bookkeeperSHG, grants: [.block], count: 1, validDays: 1)
    let frame = Frame(call: 1, method: .operate, payload: request.encoded(), end: true)
    let answers = server.send([frame.encoded()], on: server.connect(.control))
    let reply = try Frame(decoding: try #require(answers.first))
    let payload = try #require(reply.payload)
    return try #require(try OperatorReply(decoding: payload).codes.first)
  }

  private func group(_ phone: SteppedPhone, _ server: SteppedServer) throws -> (RecordID, [RecordID]) {
    let now = server.now.wall
    let formed = Day(of: now).advanced(by: -100)
    let group = try phone.store.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Jai Maa", formationDay: formed), at: now
    ).cbo
    let members = try ["Sita", "Gita", "Rita"].map { name in
      try phone.store.addMember(
        MemberDraft(identity: MemberIdentity(name: name), joinedDay: formed), to: group, at: now
      ).newRecords[0]
    }
    return (group, members)
  }

  private func meet(
    _ phone: SteppedPhone, _ group: RecordID, _ members: [RecordID], _ paise: Int64, at now: Timestamp
  ) throws {
    _ = try phone.store.recordMeeting(
      MeetingDraft(
        day: Day(of: now), attendance: members.map { .init($0, isPresent: true) },
        entries: members.map { EntryDraft(.savingCompulsory, Paise(paise), member: $0) }),
      of: group, at: now)
  }

  private func read(_ data: DataDirectory) throws -> Run {
    let shard = try Connection(path: data.shard(of: Bench.block), mode: .readOnly)
    func rows(_ table: String) throws -> [[String]] {
      try shard.statement("SELECT * FROM \(table) ORDER BY 1, 2").all { row in
        (0..<row.count).map { "\(row.name($0)) \(row.bytes($0))" }
      }
    }
    return Run(
      journal: try rows("journal"), sets: try rows("device_set"),
      root: try ShardReader(path: data.shard(of: Bench.block), block: Bench.block).treeHead().root)
  }
}
