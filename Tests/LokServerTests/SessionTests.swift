import Crypto
import LokBooks
import LokServer
import LokShard
import LokTransport
import LokWire
import Testing

/// The session as a struct: what closes it, what is refused and lets it live, what it waits for.
@Suite struct SessionTests {
  static let now = Session.Now(instant: Instant(milliseconds: 0), wall: .sometime)
  static let goodNonce = [UInt8](repeating: 3, count: 16)

  static func later(_ milliseconds: Int64) -> Session.Now {
    Session.Now(instant: Instant(milliseconds: milliseconds), wall: .sometime)
  }

  static func stranger() -> Session {
    let surroundings = Session.Surroundings(
      serverKey: [UInt8](repeating: 1, count: 32), vaultKey: [UInt8](repeating: 2, count: 32),
      sign: { _ in [UInt8](repeating: 9, count: 64) }, nonce: { _, _, _ in goodNonce },
      isGoodNonce: { nonce, _, _, _ in nonce == goodNonce })
    return Session(side: .network, surroundings: surroundings)
  }

  static func phone() throws -> TestPhone {
    var phone = try TestPhone()
    phone.device = DeviceNumber(5)
    phone.nonce = goodNonce
    return phone
  }

  static func found(
    _ phone: TestPhone, next: UInt64 = 1, chain: [UInt8] = OutboxChain.start,
    _ status: DeviceState.Status = .active
  ) -> Session.Answer {
    let state = DeviceState(
      number: phone.device, role: .bookkeeperSHG, key: phone.key, status: status, grants: [.block],
      nextDeviceSeq: DeviceSeq(next), chain: chain)
    return .device(
      Session.DeviceFound(
        state: state, epoch: Epoch([1, 2, 3, 4, 5, 6, 7, 8])!, head: Seq(4), scopeVersion: 1))
  }

  /// After Hello of a phone that has written so many groups.
  static func known(groups: Int = 0) throws -> (Session, TestPhone, [(first: DeviceSeq, set: UploadSet)]) {
    var phone = try phone()
    var sets: [(first: DeviceSeq, set: UploadSet)] = []
    for index in 0..<groups { sets.append(try phone.writeGroup("group \(index)")) }
    var session = stranger()
    _ = session.received(
      Frame(call: 1, method: .hello, payload: try phone.hello().encoded(), end: true).encoded(), at: now)
    _ = session.answered(found(phone), to: 1, at: now)
    return (session, phone, sets)
  }

  static func sent(_ actions: [Session.Action]) -> [Frame] {
    actions.compactMap { if case .send(let bytes) = $0 { try? Frame(decoding: bytes) } else { nil } }
  }

  static func ending(_ actions: [Session.Action]) -> Session.Ending? {
    for case .close(let ending) in actions { return ending }
    return nil
  }

  // What a stranger sends, and why the session ends.
  static var closing: [(String, [UInt8], Session.Ending)] {
    [
      ("no frame", [0xFF, 0xFF], .notAFrame),
      ("an upload", Frame(call: 1, method: .upload, payload: [], end: true).encoded(), .callBeforeHello),
      ("a head", Frame(call: 1, method: .head, end: true).encoded(), .callBeforeHello),
      ("an operator's call", Frame(call: 1, method: .operate, end: true).encoded(), .callBeforeHello),
      ("a continued call", Frame(call: 7, payload: [1], end: true).encoded(), .callBeforeHello),
    ]
  }

  @Test(arguments: closing)
  func `a stranger is closed on`(_ name: String, _ bytes: [UInt8], _ ending: Session.Ending) {
    var session = Self.stranger()
    let actions = session.received(bytes, at: Self.now)
    #expect(Self.ending(actions) == ending, "\(name)")
    #expect(session.state == .closed)
    #expect(session.received(bytes, at: Self.now).isEmpty)
  }

  @Test func `a wrong signature is told and closed`() throws {
    var session = Self.stranger()
    let phone = try Self.phone()
    var hello = try phone.hello()
    hello.signature[0] ^= 1
    _ = session.received(
      Frame(call: 1, method: .hello, payload: hello.encoded(), end: true).encoded(), at: Self.now)
    let actions = session.answered(Self.found(phone), to: 1, at: Self.now)
    #expect(Self.sent(actions).first?.status?.reason == .badSignature)
    #expect(Self.ending(actions) == .badSignature)
  }

  @Test func `a registration without possession of its key is closed`() throws {
    var session = Self.stranger()
    let phone = try TestPhone()
    var request = try phone.register(code: "900001-AAAAA-BBBBB")
    request.proof[3] ^= 1
    let frame = Frame(call: 1, method: .register, payload: request.encoded(), end: true)
    #expect(Self.ending(session.received(frame.encoded(), at: Self.now)) == .badSignature)
  }

  @Test(arguments: ["", "900001-AAAAA", "900002-AAAAA-BBBBB", "900001-AAAAU-BBBBB", "🪙-AAAAA-BBBBB"])
  func `a code that is none, or another block's, is unknown, and the connection kept`(_ code: String) throws {
    var session = Self.stranger()
    let phone = try TestPhone()
    let frame = Frame(
      call: 1, method: .register, payload: try phone.register(code: code).encoded(), end: true)
    let actions = session.received(frame.encoded(), at: Self.now)
    #expect(Self.sent(actions).first?.status?.reason == .codeUnknown)
    #expect(session.state == .greeting)
  }

  @Test func `a stranger has a few attempts`() throws {
    var session = Self.stranger()
    var phone = try Self.phone()
    phone.nonce = nil
    var request = try phone.hello()
    request.signature = []
    let hello = request.encoded()
    var endings: [Session.Ending?] = []
    for call in 0..<9 {
      let frame = Frame(call: UInt32(call * 2 + 1), method: .hello, payload: hello, end: true)
      endings.append(Self.ending(session.received(frame.encoded(), at: Self.now)))
    }
    #expect(endings.prefix(8).allSatisfy { $0 == nil } && endings.last == .tooManyAttempts)
  }

  // What a known device sends, and the reason it gets; the connection goes on.
  static var refusals: [(String, [UInt8], StatusCode, Reason)] {
    let upload = UploadRequest(firstDeviceSeq: DeviceSeq(1), sets: [UploadSet(count: 0, bytes: [])])
    var unknown = Frame(call: 3, payload: [], end: true)
    unknown.method = 4_711
    return [
      ("an unknown method", unknown.encoded(), .unimplemented, .unknownMethod),
      (
        "operate on the network", Frame(call: 3, method: .operate, end: true).encoded(), .unimplemented,
        .unknownMethod
      ),
      ("an even call", Frame(call: 4, method: .head, end: true).encoded(), .invalidArgument, .badRequest),
      (
        "a call number again", Frame(call: 1, method: .head, end: true).encoded(), .invalidArgument,
        .badRequest
      ),
      (
        "no request", Frame(call: 3, method: .download, payload: [0xFF], end: true).encoded(),
        .invalidArgument, .badRequest
      ),
      (
        "an upload of nothing",
        Frame(call: 3, method: .upload, payload: upload.encoded(), end: true).encoded(), .invalidArgument,
        .badRequest
      ),
    ]
  }

  @Test(arguments: refusals)
  func `a known device is refused and kept on`(
    _ name: String, _ bytes: [UInt8], _ code: StatusCode, _ reason: Reason
  ) throws {
    var (session, _, _) = try Self.known()
    let actions = session.received(bytes, at: Self.now)
    let status = Self.sent(actions).first?.status
    #expect(status?.code == code && status?.reason == reason, "\(name)")
    #expect(session.state == .authenticated && session.callsInFlight == 0)
  }

  @Test func `a set of another device is refused, and nothing of it appended`() throws {
    var (session, _, _) = try Self.known()
    var stranger = try Self.phone()
    stranger.device = DeviceNumber(6)
    let set = try stranger.writeGroup("Asha")
    let frame = Frame(call: 3, method: .upload, payload: stranger.upload([set]).encoded(), end: true)
    let actions = session.received(frame.encoded(), at: Self.now)
    #expect(Self.sent(actions).first?.status?.reason == .foreignDevice)
    #expect(actions.count == 1)
  }

  @Test func `the seventeenth call waits`() throws {
    var (session, _, _) = try Self.known()
    var refused: [Frame] = []
    for index in 0..<17 {
      let frame = Frame(call: UInt32(3 + 2 * index), method: .head, end: true)
      refused += Self.sent(session.received(frame.encoded(), at: Self.now))
    }
    #expect(refused.map(\.call) == [35] && refused.first?.status?.reason == .tooManyCalls)
    #expect(session.callsInFlight == WireLimits.callsInFlight)
  }

  @Test func `the ninth set in flight is refused, and one that is stored makes room`() throws {
    var (session, phone, sets) = try Self.known(groups: 10)
    let first = Frame(call: 3, method: .upload, payload: phone.upload(Array(sets.prefix(8))).encoded())
    #expect(Self.sent(session.received(first.encoded(), at: Self.now)).isEmpty)
    let second = Frame(call: 5, method: .upload, payload: phone.upload([sets[8]]).encoded(), end: true)
    #expect(Self.sent(session.received(second.encoded(), at: Self.now)).first?.status?.reason == .busy)
    _ = session.answered(.stored(through: DeviceSeq(1), sets: 1), to: 3, at: Self.now)
    let third = Frame(call: 7, method: .upload, payload: phone.upload([sets[8]]).encoded(), end: true)
    let actions = session.received(third.encoded(), at: Self.now)
    guard case .append(_, let batch)? = actions.first else {
      Issue.record("nothing was appended")
      return
    }
    #expect(batch.items.count == 1)
  }

  @Test func `stored waits a moment for committed, and no longer`() throws {
    var (session, phone, sets) = try Self.known(groups: 1)
    let frame = Frame(call: 3, method: .upload, payload: phone.upload(sets).encoded(), end: true)
    _ = session.received(frame.encoded(), at: Self.now)
    #expect(session.answered(.stored(through: DeviceSeq(1), sets: 1), to: 3, at: Self.now).isEmpty)
    #expect(session.nextWake == Instant(milliseconds: 40))
    let frames = Self.sent(session.tick(at: Self.later(40)))
    let reply = try UploadReply(decoding: try #require(frames.first?.payload))
    #expect(reply.storedThrough == DeviceSeq(1) && reply.acknowledgement == nil)
  }

  @Test func `a phone that may send no more until it hears stored hears it sooner`() throws {
    var (session, phone, sets) = try Self.known(groups: 8)
    let frame = Frame(call: 3, method: .upload, payload: phone.upload(sets).encoded())
    _ = session.received(frame.encoded(), at: Self.now)
    #expect(session.answered(.stored(through: DeviceSeq(8), sets: 8), to: 3, at: Self.now).isEmpty)
    #expect(session.nextWake == Instant(milliseconds: 5))
    let frames = Self.sent(session.tick(at: Self.later(5)))
    #expect(try UploadReply(decoding: try #require(frames.first?.payload)).storedThrough == DeviceSeq(8))
  }

  @Test func `a deadline that passes ends the call, and its late answer is dropped`() throws {
    var (session, _, _) = try Self.known()
    let frame = Frame(call: 3, method: .head, end: true, deadline: .milliseconds(500))
    _ = session.received(frame.encoded(), at: Self.now)
    #expect(session.tick(at: Self.later(499)).isEmpty)
    #expect(Self.sent(session.tick(at: Self.later(500))).first?.status?.code == .deadlineExceeded)
    let late = Session.Answer.head(epoch: Epoch([1, 2, 3, 4, 5, 6, 7, 8])!, size: Seq(1), root: [])
    #expect(session.answered(late, to: 3, at: Self.later(501)).isEmpty)
  }

  @Test func `a page is asked for only while the connection takes bytes`() throws {
    var (session, phone, _) = try Self.known()
    _ = session.writabilityChanged(to: false, at: Self.now)
    let request = DownloadRequest(epoch: nil, after: .zero, scopeVersion: 0)
    let frame = Frame(call: 3, method: .download, payload: request.encoded(), end: true)
    #expect(session.received(frame.encoded(), at: Self.now).isEmpty)
    let actions = session.writabilityChanged(to: true, at: Self.now)
    guard case .readPage(_, phone.block, let cursor, _)? = actions.first else {
      Issue.record("no page was asked for")
      return
    }
    #expect(session.writabilityChanged(to: true, at: Self.now).isEmpty)
    let page = DownloadPage(previous: .zero, last: Seq(1), sets: [])
    let next = session.answered(.page(ReadPage(page), cursor), to: 3, at: Self.now)
    #expect(Self.sent(next).count == 1 && next.count == 2)
  }

  @Test func `a revocation that overtakes the look-up counts`() throws {
    var session = Self.stranger()
    let phone = try Self.phone()
    _ = session.received(
      Frame(call: 1, method: .hello, payload: try phone.hello().encoded(), end: true).encoded(), at: Self.now)
    _ = session.standingChanged(of: phone.device, in: phone.block, to: .deviceRevoked, at: Self.now)
    _ = session.answered(Self.found(phone), to: 1, at: Self.now)
    let head = session.received(Frame(call: 3, method: .head, end: true).encoded(), at: Self.now)
    #expect(Self.sent(head).first?.status?.reason == .deviceRevoked)
  }

  @Test func `a stopping server ends reads, lets what is stored be answered, and closes`() throws {
    var (session, phone, sets) = try Self.known(groups: 1)
    let upload = Frame(call: 3, method: .upload, payload: phone.upload(sets).encoded(), end: true)
    _ = session.received(upload.encoded(), at: Self.now)
    _ = session.received(Frame(call: 5, method: .head, end: true).encoded(), at: Self.now)
    let stopping = session.stop(at: Self.now)
    #expect(Self.sent(stopping).map(\.call) == [5] && Self.ending(stopping) == nil)
    let refused = session.received(Frame(call: 7, method: .head, end: true).encoded(), at: Self.now)
    #expect(Self.sent(refused).first?.status?.reason == .shuttingDown)
    _ = session.answered(.stored(through: DeviceSeq(1), sets: 1), to: 3, at: Self.now)
    let committed = Committed(firstDeviceSeq: DeviceSeq(1), seq: Seq(5), received: .sometime, rules: .current)
    let acknowledged = Session.Acknowledged(committed, leaf: [UInt8](repeating: 0, count: 32))
    let epoch = Epoch([1, 2, 3, 4, 5, 6, 7, 8])!
    let done = session.answered(.committed([acknowledged], epoch: epoch), to: 3, at: Self.now)
    #expect(Self.sent(done).count == 2 && Self.ending(done) == .stopped)
  }

  @Test func `an answer of another kind ends its call and nothing else`() throws {
    var (session, _, _) = try Self.known()
    _ = session.received(Frame(call: 3, method: .head, end: true).encoded(), at: Self.now)
    let actions = session.answered(.digests([]), to: 3, at: Self.now)
    #expect(Self.sent(actions).first?.status?.code == .internal)
    #expect(session.state == .authenticated)
  }
}
