import Foundation
import LokBooks
import LokShard
import LokWire
import Testing

/// A block's shard with devices that write into it: commands go in as the intake would hand them over.
final class TestBlock {
  static let code = BlockCode(900_001)
  static let intake = IntakeID([UInt8](repeating: 7, count: 16))!
  /// 2026-11-02 12:00 IST.
  static let start = Timestamp(milliseconds: 1_793_600_000_000)

  let folder: URL
  var path: String { folder.appending(path: "shard.sqlite").path }
  private(set) var writer: ShardWriter
  private(set) var log: [ShardCommand] = []
  var now = TestBlock.start
  private var lsn = LSN.zero

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "loksync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    writer = try ShardWriter.create(
      path: folder.appending(path: "shard.sqlite").path, block: Self.code, intake: Self.intake)
    let epoch = Epoch([1, 2, 3, 4, 5, 6, 7, 8])!
    try submit(.openBlock(.init(block: Self.code, name: "Sample", state: 9, district: 1, epoch: epoch)))
  }

  /// A block that begins where `other` stands, and goes on by itself.
  init(branching other: TestBlock) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "loksync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["shard.sqlite", "shard.sqlite-wal"] {
      try FileManager.default.copyItem(
        at: other.folder.appending(path: name), to: folder.appending(path: name))
    }
    writer = try ShardWriter(
      path: folder.appending(path: "shard.sqlite").path, block: Self.code, intake: Self.intake)
    (log, now, lsn) = (other.log, other.now, other.lsn)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A row of the log that nobody has applied yet.
  func row(_ command: Command) -> ShardCommand {
    let previous = lsn
    // Other blocks' rows stand between ours.
    lsn = LSN(lsn.rawValue + 3)
    now = Timestamp(milliseconds: now.milliseconds + 1_000)
    let row = ShardCommand(lsn: lsn, previous: previous, received: now, rules: .current, command: command)
    log.append(row)
    return row
  }

  @discardableResult
  func submit(_ command: Command) throws -> CommandOutcome {
    try #require(writer.apply([row(command)]).first)
  }

  func onJudge(_ body: @escaping (ChangeSet) throws -> Void) { writer.onJudge = body }

  func register(_ role: Role, _ grants: [Grant] = []) throws -> TestDevice {
    let hash = Hash.sha256(Array("code \(log.count)".utf8))
    try submit(
      .enrolCode(.init(codeHash: hash, role: role, grants: grants, expires: Timestamp(milliseconds: .max))))
    let key = PublicKey(type: .ed25519, bytes: Hash.sha256(Array("key \(log.count)".utf8)))
    let outcome = try submit(.register(.init(codeHash: hash, key: key, appBuild: "test")))
    guard case .registered(let state, _, _, _) = outcome.result else {
      throw TestProblem.unexpected("\(outcome.result)")
    }
    return TestDevice(number: state.number)
  }

  /// Applies the same log to a file of its own.
  func replayed(group: Int) throws -> ShardWriter {
    let copy = try ShardWriter.create(
      path: folder.appending(path: "replay-\(UUID().uuidString).sqlite").path, block: Self.code,
      intake: Self.intake)
    var rest = log[...]
    while !rest.isEmpty {
      _ = try copy.apply(Array(rest.prefix(group)))
      rest = rest.dropFirst(group)
    }
    return copy
  }

  func verify() throws -> [ShardFinding] {
    var verifier = try ShardVerifier(
      path: path, block: Self.code, workPath: folder.appending(path: "verify-\(UUID().uuidString)").path)
    return try verifier.findings()
  }

  func reader() throws -> ShardReader { try ShardReader(path: path, block: Self.code) }
}

enum TestProblem: Error { case unexpected(String) }

/// A phone's side of the numbers: device_seq, record counter, outbox chain, clock.
final class TestDevice {
  let number: DeviceNumber
  private(set) var nextSeq = DeviceSeq(1)
  private(set) var nextCounter: UInt32 = 1
  private(set) var chain = OutboxChain.start
  private(set) var sent: [DeviceSeq: [UInt8]] = [:]
  var base = Seq.zero
  var clock = HybridTime(TestBlock.start)

  init(number: DeviceNumber) { self.number = number }

  /// The same phone in another world, where it goes on by itself.
  init(copying other: TestDevice) {
    (number, nextSeq, nextCounter, chain) = (other.number, other.nextSeq, other.nextCounter, other.chain)
    (sent, base, clock) = (other.sent, other.base, other.clock)
  }

  /// The id that the next new record gets, `ahead` records further on.
  func nextID(_ ahead: UInt32 = 0) -> RecordID { RecordID(device: number, counter: nextCounter + ahead) }

  struct Line {
    var entity: Entity
    var record: RecordID?
    var patch: Patch
  }

  func set(_ kind: ChangeSet.Kind, _ cbo: RecordID, _ lines: [Line], author: UInt32? = nil) throws -> Command
  {
    clock = HybridTime(rawValue: clock.rawValue + 1 << 16)
    var counter = nextCounter
    let changes = lines.map { line in
      let id = line.record ?? RecordID(device: number, counter: counter)
      if line.record == nil { counter += 1 }
      return Change(entity: line.entity, record: id, isNew: line.record == nil, hlc: clock, patch: line.patch)
    }
    let set = ChangeSet(
      kind: kind, cbo: cbo, device: number, firstDeviceSeq: nextSeq, firstCounter: nextCounter, baseSeq: base,
      firstHLC: clock, author: author, changes: changes)
    nextCounter = counter
    return command(try set.encoded(), count: UInt32(lines.count))
  }

  /// The command for any bytes; consumes `count` numbers.
  func command(_ bytes: [UInt8], count: UInt32) -> Command {
    chain = OutboxChain.next(after: chain, firstDeviceSeq: nextSeq, setHash: Hash.sha256(bytes))
    sent[nextSeq] = bytes
    defer { nextSeq = nextSeq.advanced(by: count) }
    return .set(
      .init(device: number, firstDeviceSeq: nextSeq, count: count, bytes: bytes, outboxChain: chain))
  }
}

extension Patch {
  init(_ values: KeyValuePairs<UInt32, FieldValue>) {
    self.init(values.map { .init(number: $0.key, value: $0.value) })
  }
}

extension FieldValue {
  static func id(_ id: RecordID) -> FieldValue { .integer(Int64(bitPattern: id.rawValue)) }
  static func day(_ day: Day) -> FieldValue { .integer(Int64(day.number)) }
}

/// Groups as the tests need them: an SHG of three members that meets.
struct TestGroup {
  let cbo: RecordID
  let members: [RecordID]
  var number: Int64 = 0
  var cash: Int64 = 0
  var day = Day(of: TestBlock.start).advanced(by: -60)

  static let formed = Day(of: TestBlock.start).advanced(by: -100)

  static func cboLine(_ tier: Tier, _ name: String, parent: RecordID? = nil) -> TestDevice.Line {
    var patch = Patch([
      CBOField.tier: .integer(tier.rawValue), CBOField.name: .text(name), CBOField.formationDay: .day(formed),
    ])
    patch[CBOField.parent] = parent.map { .id($0) }
    return .init(entity: .cbo, record: nil, patch: patch)
  }

  /// The group and its members, created by `device` in one set.
  static func create(_ block: TestBlock, _ device: TestDevice, parent: RecordID? = nil) throws -> TestGroup {
    let cbo = device.nextID()
    let members = (1...3).map { device.nextID(UInt32($0)) }
    let lines =
      [cboLine(.selfHelpGroup, "Group", parent: parent)]
      + members.map { _ in
        TestDevice.Line(entity: .member, record: nil, patch: Patch([MemberField.joinedDay: .day(formed)]))
      }
    _ = try block.submit(try device.set(.records, cbo, lines))
    return TestGroup(cbo: cbo, members: members)
  }

  static func entry(
    _ kind: EntryKind, _ paise: Int64, member: RecordID? = nil, loan: RecordID? = nil, more: Patch = Patch()
  ) -> TestDevice.Line {
    var patch = more
    patch[EntryField.kind] = .integer(kind.rawValue)
    patch[EntryField.amountPaise] = .integer(paise)
    patch[EntryField.member] = member.map { .id($0) }
    patch[EntryField.loan] = loan.map { .id($0) }
    return .init(entity: .entry, record: nil, patch: patch)
  }

  /// The lines of the next meeting; `cash` is what they bring into the box.
  mutating func meeting(
    _ entries: [TestDevice.Line], cash received: Int64, changing: (inout Patch) -> Void = { _ in }
  ) -> [TestDevice.Line] {
    number += 1
    day = day.advanced(by: 1)
    var patch = Patch([
      MeetingField.number: .integer(number), MeetingField.day: .day(day), MeetingField.type: .integer(1),
      MeetingField.openingCashPaise: .integer(cash), MeetingField.closingCashPaise: .integer(cash + received),
    ])
    changing(&patch)
    cash += received
    let attendance = members.map { member in
      TestDevice.Line(
        entity: .attendance, record: nil,
        patch: Patch([AttendanceField.member: .id(member), AttendanceField.present: .integer(1)]))
    }
    return [.init(entity: .meeting, record: nil, patch: patch)] + attendance + entries
  }

  mutating func savings(_ paise: Int64) -> [TestDevice.Line] {
    meeting(
      members.map { Self.entry(.savingCompulsory, paise, member: $0) }, cash: paise * Int64(members.count))
  }
}

extension CommandOutcome {
  /// The committed verdicts; all accepted is `Verdicts.allAccepted`.
  func verdicts() throws -> Verdicts { try Verdicts(decoding: try committed().verdicts) }

  func committed() throws -> Committed {
    guard case .committed(let committed, _) = result else { throw TestProblem.unexpected("\(result)") }
    return committed
  }
}
