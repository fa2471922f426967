import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokSimulator
import LokTestSupport
import LokTransport
import LokWire
import Testing

/// A stepped server whose data directory can be copied, and the copy put in place; phones that keep what they
/// were told. One group of two members.
final class PutBackVillage {
  let folder: TemporaryFolder
  let data: DataDirectory
  private var server: SteppedServer?
  private(set) var phones: [DeviceStore] = []
  private(set) var group = RecordID(rawValue: 0)
  private(set) var members: [RecordID] = []
  /// Of each meeting another one, so that a sum tells which are in it.
  private var amount: Int64 = 50
  /// What was saved in all meetings that were typed.
  private(set) var typed = Paise.zero
  private var day: Day
  private var now: Session.Now
  private var starts: UInt64 = 0

  /// - Parameter roles: of the phones; the first one writes.
  init(_ roles: [Role] = [.bookkeeperSHG, .bookkeeperSHG]) throws {
    folder = try TemporaryFolder()
    // 2026-11-20.
    now = Session.Now(
      instant: Instant(milliseconds: 1_000), wall: Timestamp(milliseconds: 1_795_150_000_000))
    day = Day(of: now.wall).advanced(by: -60)
    data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Bench.directory, as: "blocks.csv"), hosts: [],
      now: now.wall)
    try serve()
    for role in roles { try enrol(role) }
    let formed = Day(of: now.wall).advanced(by: -100)
    group = try phones[0].createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Jai Maa", formationDay: formed), at: now.wall
    ).cbo
    for place in 1...2 {
      members += try phones[0].addMember(
        MemberDraft(identity: MemberIdentity(name: "Sita Devi \(place)"), joinedDay: formed), to: group,
        at: now.wall
      ).newRecords.prefix(1)
    }
    try meet(phones[0])
    try expectDone()
  }

  // --- The server ---

  func serve() throws {
    starts += 1
    server = try SteppedServer(data, now: now, random: LokTestSupport.SeededGenerator(seed: starts))
    #expect(try running().troubles.isEmpty)
  }

  func stop() throws {
    now = try running().now
    server = nil
  }

  func copy() throws {
    try stop()
    try FileManager.default.copyItem(atPath: data.path, toPath: folder.path("copy"))
    try serve()
  }

  /// The copy, and what it will lack: a meeting of each of two phones, one after the other.
  func copyAndMeet(_ first: DeviceStore, _ second: DeviceStore) throws {
    try copy()
    for phone in [first, second] {
      try meet(phone)
      try expectDone()
    }
  }

  /// The copy takes the place of what there is.
  /// - Parameter saying: by the operator's command.
  func putBack(saying isSaid: Bool) throws {
    try stop()
    try FileManager.default.removeItem(atPath: data.path)
    try FileManager.default.copyItem(atPath: folder.path("copy"), toPath: data.path)
    if isSaid { try say() }
    try serve()
  }

  func sayAfterwards() throws {
    try stop()
    try say()
    try serve()
  }

  private func say() throws {
    let now = now
    let restored = try OperatorCommands.restore(data, clock: ServerClock { now })
    #expect(restored.blocks == [Bench.block] && restored.unavailable.isEmpty)
  }

  private func running() throws -> SteppedServer { try #require(server) }
  func troubles() throws -> [BlockCode: String] { try running().troubles }

  // --- The phones ---

  func code(_ role: Role) throws -> String {
    let request = OperatorRequest.enrolCode(Bench.block, role: role, grants: [.block], count: 1, validDays: 1)
    let frame = Frame(call: 1, method: .operate, payload: request.encoded(), end: true)
    let payload = try payload(of: frame, on: .control)
    return try #require(try OperatorReply(decoding: payload).codes.first)
  }

  private func payload(of frame: Frame, on side: Session.Side = .network) throws -> [UInt8] {
    let server = try running()
    let bytes = try #require(server.send([frame.encoded()], on: server.connect(side)).first)
    let answer = try Frame(decoding: bytes)
    return try #require(answer.payload)
  }

  @discardableResult
  func enrol(_ role: Role) throws -> DeviceStore {
    let seed = UInt64(phones.count + 1)
    phones.append(
      try SteppedPhone(folder.path("phone-\(seed).sqlite"), seed: seed, code: try code(role), try running())
        .store)
    return phones[phones.count - 1]
  }

  /// With a code, on a store that has a number.
  func enrolAgain(_ phone: DeviceStore) throws {
    let request = try phone.registration(code: try code(.bookkeeperSHG), appBuild: "test")
    let frame = Frame(call: 1, method: .register, payload: request.encoded(), end: true)
    try phone.adopt(try RegisterReply(decoding: try payload(of: frame)), at: time)
  }

  /// A later day all have come and saved.
  func meet(_ phone: DeviceStore) throws {
    amount *= 2
    day = day.advanced(by: 1)
    _ = try phone.recordMeeting(
      MeetingDraft(
        day: day, attendance: members.map { .init($0, isPresent: true) },
        entries: [EntryDraft(.savingCompulsory, Paise(amount), member: members[0])]),
      of: group, at: time)
    typed = Paise(typed.rawValue + amount)
  }

  var time: Timestamp { server?.now.wall ?? now.wall }

  @discardableResult
  func sync(_ phone: DeviceStore, cut: LinkCut = .never) throws -> SyncReport {
    let server = try running()
    let report = try LinkedSession.run(phone, server, over: .edge, cut: cut, seed: 3).report
    try phone.noteOutcome(report.outcome, at: server.now.wall)
    return report
  }

  /// Every phone syncs twice: what one sends, the other hears of.
  func expectDone(_ phones: [DeviceStore]? = nil) throws {
    for _ in 1...2 {
      for phone in phones ?? self.phones { #expect(try sync(phone).outcome == .done) }
    }
  }

  // --- What has to hold ---

  /// What a phone holds, as text: its outbox and its books.
  func state(_ phone: DeviceStore) throws -> [String] {
    // What is to be sent may have been tried.
    let outbox =
      "SELECT device, first_device_seq, bytes, max(state, 1), seq, verdicts, receipt, applied "
      + "FROM device_outbox"
    let tables = ["journal", "journal_by_cbo", "meeting", "entry", "balance", "record"]
    return try ([outbox] + tables.map { "SELECT * FROM \($0)" }).flatMap { query in
      try phone.shard.connection.statement(query).all { row in
        query + (0..<row.count).map { row.description($0) }.joined(separator: "|")
      }
    }
  }

  /// All sets of all phones are at the server once, with their bytes; the books are the same everywhere; the
  /// receipts hold; the shard is what its commands make of it.
  func expectWhole() throws {
    #expect(try troubles().isEmpty)
    try stop()
    let shard = try Connection(path: data.shard(of: Bench.block), mode: .readOnly)
    for phone in phones {
      let own = try phone.shard.connection.statement(
        "SELECT device, first_device_seq, hash FROM device_outbox WHERE state != 4 ORDER BY 1, 2"
      ).all { row in (0..<3).map { row.description($0) } }
      let device = try phone.identity().number
      let held = try shard.statement(
        "SELECT device, first_device_seq, hash FROM device_set WHERE device = ? ORDER BY 1, 2"
      ).bind(device.rawValue).all { row in (0..<3).map { row.description($0) } }
      #expect(own.filter { $0[0] == "\(device)" } == held)
      try expectReceipts(phone, shard)
      try expectSameBooks(phone)
    }
    let cash = try shard.statement("SELECT coalesce(sum(amount_paise), 0), count(*) FROM entry WHERE posted")
      .first { ($0.integer(0), $0.integer(1)) }
    #expect(cash?.0 == typed.rawValue)
    #expect(try Shards.findings(in: data, work: folder) == [])
    try serve()
  }

  private func expectSameBooks(_ phone: DeviceStore) throws {
    let reader = try ShardReader(path: data.shard(of: Bench.block), block: Bench.block)
    let held = try phone.shard.heldCBOs().map(\.cbo)
    let stored = try reader.digests(of: held, for: try phone.identity().number)
    #expect(try held.map { try phone.shard.stateDigest(of: $0) } == stored)
    #expect(held.contains(group))
    #expect(try phone.books(of: group, at: now.wall).cash == typed)
    #expect(try phone.status().setAside.isEmpty)
  }

  /// Each set has one, for the leaf that stands at its place.
  private func expectReceipts(_ phone: DeviceStore, _ shard: Connection) throws {
    let rows = try phone.shard.connection.statement(
      """
      SELECT device_outbox.seq, epoch, places, signature, server_key
      FROM device_outbox LEFT JOIN device_receipt ON device_receipt.id = receipt WHERE state != 4
      """
    ).all { (seq: Seq($0.unsigned(0)), epoch: $0.bytes(1), places: $0.bytes(2), $0.bytes(3), $0.bytes(4)) }
    for row in rows {
      let places = stride(from: 0, to: row.places.count, by: 40).map { start in
        (
          seq: Seq(row.places[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }),
          leaf: Array(row.places[start + 8..<start + 40])
        )
      }
      let signed = SignedBytes.receipt(
        block: Bench.block, epoch: try #require(Epoch(row.epoch)), leaves: places)
      #expect(PublicKey(type: .ed25519, bytes: row.4).verifies(signature: row.3, over: signed))
      let leaf = try shard.statement("SELECT leaf FROM journal WHERE seq = ?").bind(row.seq.rawValue)
        .first { $0.bytes(0) }
      #expect(leaf != nil && places.contains { $0.seq == row.seq && $0.leaf == leaf })
    }
  }
}
