import Crypto
import LokBooks
import LokIntake
import LokServer
import LokTransport
import LokWire
import Testing

/// What a phone would say, frame by frame, without a library's care: tests make it misbehave.
struct TestPhone {
  let block: BlockCode
  let signer: Curve25519.Signing.PrivateKey
  var device = DeviceNumber(0)
  var epoch: Epoch?
  var nonce: [UInt8]?
  var serverKey: [UInt8] = []
  /// Of sets that were written, in order, with the chain after each.
  var outbox: [(first: DeviceSeq, count: UInt32, bytes: [UInt8])] = []
  var counter: UInt32 = 1

  init(block: BlockCode = BlockCode(900_001), key: UInt8 = 1) throws {
    self.block = block
    signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: key, count: 32))
  }

  var key: PublicKey { PublicKey(type: .ed25519, bytes: Array(signer.publicKey.rawRepresentation)) }

  var next: DeviceSeq { outbox.last.map { $0.first.advanced(by: $0.count) } ?? DeviceSeq(1) }
  var last: DeviceSeq { DeviceSeq(next.rawValue - 1) }

  func chain(through count: Int) -> [UInt8] {
    outbox.prefix(count).reduce(OutboxChain.start) { chain, set in
      OutboxChain.next(after: chain, firstDeviceSeq: set.first, setHash: Hash.sha256(set.bytes))
    }
  }

  func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try signer.signature(for: bytes)) }

  func register(code: String) throws -> RegisterRequest {
    RegisterRequest(
      block: block, code: code, key: key,
      proof: try sign(SignedBytes.registration(block: block, code: code, key: key)), appBuild: "test 1")
  }

  mutating func take(_ reply: RegisterReply) {
    device = reply.device
    epoch = reply.epoch
    nonce = reply.nonce
    serverKey = reply.serverKey
  }

  func hello(outboxLast: DeviceSeq? = nil, chain: [UInt8]? = nil, frame: UInt32 = 1 << 20) throws
    -> HelloRequest
  {
    let last = outboxLast ?? self.last
    let chain = chain ?? self.chain(through: outbox.count)
    let signature = try sign(
      SignedBytes.session(nonce: nonce ?? [], block: block, device: device, outboxLast: last, chain: chain))
    return HelloRequest(
      appBuild: "test 1", block: block, device: device, nonce: nonce, outboxLast: last, outboxChain: chain,
      signature: signature, epoch: epoch, cursor: .zero, scopeVersion: 0, maximumFrameBytes: frame)
  }

  /// A new group of this phone, as a set of one change.
  mutating func writeGroup(_ name: String) throws -> (first: DeviceSeq, set: UploadSet) {
    let cbo = RecordID(device: device, counter: counter)
    let hlc = HybridTime(.sometime)
    let set = ChangeSet(
      kind: .records, cbo: cbo, device: device, firstDeviceSeq: next, firstCounter: counter, baseSeq: .zero,
      firstHLC: hlc,
      changes: [
        Change(
          entity: .cbo, record: cbo, isNew: true, hlc: hlc,
          patch: Patch([
            .init(number: 1, value: .integer(1)), .init(number: 2, value: .text(name)),
            .init(number: 5, value: .integer(19_000)),
          ]))
      ])
    counter += 1
    return write(try set.encoded(), count: 1)
  }

  mutating func write(_ bytes: [UInt8], count: UInt32) -> (first: DeviceSeq, set: UploadSet) {
    let first = next
    outbox.append((first, count, bytes))
    return (first, UploadSet(count: count, bytes: bytes))
  }

  func upload(_ sets: [(first: DeviceSeq, set: UploadSet)]) -> UploadRequest {
    UploadRequest(firstDeviceSeq: sets[0].first, sets: sets.map(\.set))
  }
}

/// What came back for one call.
struct Heard {
  var payloads: [[UInt8]] = []
  var status: LokWire.Status?
  var isEnded = false

  init(_ frames: [Frame], call: UInt32) {
    for frame in frames where frame.call == call {
      if let payload = frame.payload { payloads.append(payload) }
      if frame.end { (isEnded, status) = (true, frame.status) }
    }
  }

  var reason: Reason? { status?.reason }

  func committed() throws -> [Committed] {
    try payloads.flatMap { try UploadReply(decoding: $0).acknowledgement?.committed ?? [] }
  }

  func pages() throws -> [DownloadPage] { try payloads.map { try DownloadPage(decoding: $0) } }
}

/// One stepped server on a directory of its own, and lines to it.
final class SteppedBench {
  let directory: TemporaryDirectory
  let data: DataDirectory
  private var running: SteppedServer?
  /// There is one except while `restart` runs.
  var server: SteppedServer { running! }
  private var calls: [SteppedServer.Line: UInt32] = [:]
  private let tuning: ServerTuning
  static let block = BlockCode(900_001)

  init(tuning: ServerTuning = ServerTuning()) throws {
    self.tuning = tuning
    directory = try TemporaryDirectory()
    data = try directory.create()
    running = try Self.server(data, tuning, at: Self.start)
  }

  static let start = Session.Now(instant: Instant(milliseconds: 1_000), wall: .sometime)

  private static func server(
    _ data: DataDirectory, _ tuning: ServerTuning, at now: Session.Now
  ) throws -> SteppedServer {
    try SteppedServer(data, tuning: tuning, now: now, random: Counting())
  }

  /// As after a crash: nothing is closed in good order but what SQLite's files need.
  func restart(_ between: () throws -> Void = {}) throws {
    let now = server.now
    running = nil
    try between()
    running = try Self.server(data, tuning, at: now)
    calls = [:]
  }

  /// Random enough for codes and epochs, and the same in every run.
  struct Counting: RandomNumberGenerator, Sendable {
    private var state: UInt64 = 0
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      return state ^ state >> 29
    }
  }

  func call(_ method: LokWire.Method?, _ payload: [UInt8]?, on line: SteppedServer.Line, end: Bool = true)
    throws
    -> Heard
  {
    let call = (calls[line] ?? 0) + (calls[line] == nil ? 1 : 2)
    calls[line] = call
    let frame = Frame(call: call, method: method, payload: payload, end: end)
    return try heard(server.send([frame.encoded()], on: line), call)
  }

  func lastCall(on line: SteppedServer.Line) -> UInt32 { calls[line] ?? 0 }

  func heard(_ frames: [[UInt8]], _ call: UInt32) throws -> Heard {
    Heard(try frames.map { try Frame(decoding: $0) }, call: call)
  }

  /// What seven days do when all is on the disk; in `restart` only.
  func removeLog() throws {
    let log = try IntakeLog(folder: data.intakeFolder)
    try log.rotate(now: .sometime)
    let positions = log.positions
    let removed = try log.removeFiles(durable: { positions[$0] }, archiveMilliseconds: 0, now: .sometime)
    #expect(!removed.isEmpty)
  }

  func operate(_ request: OperatorRequest) throws -> Heard {
    try call(.operate, request.encoded(), on: server.connect(.control))
  }

  func code(
    _ role: Role = .bookkeeperSHG, _ grants: [Grant] = [.block], in block: BlockCode = block
  ) throws -> String {
    let heard = try operate(.enrolCode(block, role: role, grants: grants, count: 1, validDays: 10))
    let reply = try OperatorReply(decoding: try #require(heard.payloads.first))
    return try #require(reply.codes.first)
  }

  func registered(
    key: UInt8 = 1, _ role: Role = .bookkeeperSHG, in block: BlockCode = block
  ) throws -> TestPhone {
    var phone = try TestPhone(block: block, key: key)
    let request = try phone.register(code: code(role, in: block))
    let heard = try call(.register, request.encoded(), on: server.connect())
    phone.take(try RegisterReply(decoding: try #require(heard.payloads.first)))
    return phone
  }

  /// A line on which the phone has said Hello.
  func line(_ phone: TestPhone) throws -> SteppedServer.Line {
    let line = server.connect()
    let heard = try call(.hello, phone.hello().encoded(), on: line)
    #expect(heard.status == nil)
    return line
  }
}
