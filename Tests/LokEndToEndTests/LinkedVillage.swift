import LokBooks
import LokDevice
import LokServer
import LokShard
import LokSimulator
import LokTestSupport
import LokTransport
import LokWire
import Testing

/// A stepped server and phones at the end of links of which every byte is counted. One group of twelve.
final class LinkedVillage {
  let folder: TemporaryFolder
  let data: DataDirectory
  let server: SteppedServer
  let asha: DeviceStore
  private(set) var group = RecordID(rawValue: 0)
  private(set) var members: [RecordID] = []
  private let seed: UInt64
  private var phones = 0
  private var sessions: UInt64 = 0
  /// Sets that have arrived at the server, and those that have arrived at a phone, by their place.
  private(set) var arrivals: [Arrival: Int] = [:]

  enum Arrival: Hashable {
    case atServer(DeviceNumber, DeviceSeq)
    case atPhone(DeviceNumber, Seq)

    var isAtPhone: Bool { if case .atPhone = self { true } else { false } }
  }

  /// 2026-03-14, 09:30 IST.
  private static let start = Session.Now(
    instant: Instant(milliseconds: 1_000), wall: Timestamp(milliseconds: 1_773_460_800_000))

  init(seed: UInt64) throws {
    self.seed = seed
    folder = try TemporaryFolder()
    data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Bench.directory, as: "blocks.csv"), hosts: [],
      now: Self.start.wall)
    server = try SteppedServer(data, now: Self.start, random: LokTestSupport.SeededGenerator(seed: seed))
    asha = try SteppedPhone(
      folder.path("asha.sqlite"), seed: seed + 1, code: try Self.code(server), server
    ).store
    let now = server.now.wall
    let formed = Day(of: now).advanced(by: -100)
    group = try asha.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Jai Maa", formationDay: formed), at: now
    ).cbo
    for place in 1...12 {
      members += try asha.addMember(
        MemberDraft(identity: MemberIdentity(name: "Sita Devi \(place)"), joinedDay: formed), to: group,
        at: now
      ).newRecords.prefix(1)
    }
  }

  /// A phone that may see the group and has not synced yet.
  func phone(_ name: String, _ grants: [Grant] = [.block]) throws -> DeviceStore {
    phones += 1
    return try SteppedPhone(
      folder.path(name), seed: seed + 1 + UInt64(phones), code: try Self.code(server, grants), server
    ).store
  }

  /// A day later all have come and saved.
  func meet(_ phone: DeviceStore) throws {
    server.wait(milliseconds: 86_400_000)
    try meet(phone, on: Day(of: server.now.wall))
  }

  func meet(_ phone: DeviceStore, on day: Day, paise: Int64 = 100_00) throws {
    let now = server.now.wall
    _ = try phone.recordMeeting(
      MeetingDraft(
        day: day, attendance: members.map { .init($0, isPresent: true) },
        entries: members.map { EntryDraft(.savingCompulsory, Paise(paise), member: $0) }),
      of: group, at: now)
  }

  func sync(
    _ phone: DeviceStore, over link: LinkProfile, cut: LinkCut = .never, goal: SyncEngine.Goal = .sync,
    budget: UInt32? = nil, comparing: Bool = false, asksForFiles: Bool = false
  ) throws -> LinkedSession.Outcome {
    sessions += 1
    let outcome = try LinkedSession.run(
      phone, server, over: link, cut: cut, goal: goal, budget: budget, comparing: comparing,
      asksForFiles: asksForFiles,
      seed: seed &+ sessions)
    let device = try phone.identity().number
    for frame in try outcome.framesUp.map({ try Frame(decoding: $0) }) {
      guard frame.method == Method.upload.rawValue, let payload = frame.payload else { continue }
      var place = try UploadRequest(decoding: payload)
      for set in place.sets {
        arrivals[.atServer(device, place.firstDeviceSeq), default: 0] += 1
        place.firstDeviceSeq = place.firstDeviceSeq.advanced(by: set.count)
      }
    }
    for frame in try outcome.framesDown.map({ try Frame(decoding: $0) }) {
      guard let payload = frame.payload, let page = try? DownloadPage(decoding: payload, keys: frame.keys),
        page.count == UInt32(page.sets.count)
      else { continue }
      for set in page.sets { arrivals[.atPhone(device, set.envelope.seq), default: 0] += 1 }
    }
    return outcome
  }

  /// The phones and the server hold the same of the group.
  func expectEqualBooks(_ phones: [DeviceStore]) throws {
    #expect(server.troubles.isEmpty)
    server.closeShards()
    let reader = try ShardReader(path: data.shard(of: Bench.block), block: Bench.block)
    for phone in phones {
      let stored = try reader.digests(of: [group], for: try phone.identity().number)
      #expect(try [phone.shard.stateDigest(of: group)] == stored)
    }
    #expect(try Shards.findings(in: data, work: folder) == [])
  }

  private static func code(_ server: SteppedServer, _ grants: [Grant] = [.block]) throws -> String {
    let request = OperatorRequest.enrolCode(
      Bench.block, role: .bookkeeperSHG, grants: grants, count: 1, validDays: 1)
    let frame = Frame(call: 1, method: .operate, payload: request.encoded(), end: true)
    let answers = server.send([frame.encoded()], on: server.connect(.control))
    let reply = try Frame(decoding: try #require(answers.first))
    let payload = try #require(reply.payload)
    return try #require(try OperatorReply(decoding: payload).codes.first)
  }
}
