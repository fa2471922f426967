import LokBooks
import LokDevice
import LokWire
import Testing

/// A session against a scripted server: frames in, actions out.
struct EngineRig {
  let server = CannedServer()
  var engine: SyncEngine
  let sets: [OutboxSet]
  let chain: [UInt8]

  init(
    sets count: Int = 2, cursor: Cursor = Cursor(epoch: epoch, seq: Seq(5)), window: Int = 8,
    nonce: [UInt8]? = [1], setBytes: Int = 3, hasBlobs: Bool = false
  ) {
    var chain = OutboxChain.start
    var sets: [OutboxSet] = []
    for index in 0..<count {
      let bytes = [UInt8(index)] + Array(repeating: 9, count: setBytes - 1)
      let set = OutboxSet(
        firstDeviceSeq: DeviceSeq(UInt64(index + 1)), count: 1, bytes: bytes, hash: Hash.sha256(bytes),
        firstHLC: HybridTime(noon))
      chain = OutboxChain.next(after: chain, firstDeviceSeq: set.firstDeviceSeq, setHash: set.hash)
      sets.append(set)
    }
    self.sets = sets
    self.chain = chain
    engine = SyncEngine(
      SessionStart(
        block: block, device: DeviceNumber(12), appBuild: "test",
        key: DeviceKey(raw: [UInt8](repeating: 3, count: 32))!, serverKey: server.serverKey, nonce: nonce,
        outboxLast: DeviceSeq(UInt64(count)), outboxChain: chain, firstUnproven: DeviceSeq(1),
        firstUnstored: DeviceSeq(1), cursor: cursor, hasBlobs: hasBlobs)
    )
  }

  func reply(
    next: UInt64 = 1, chain: [UInt8] = OutboxChain.start, head: UInt64 = 5, scope: UInt32 = 0
  ) -> HelloReply {
    var reply = HelloReply(serverTime: noon, nonce: [UInt8](repeating: 2, count: 16))
    (reply.nextDeviceSeq, reply.chain, reply.epoch) = (DeviceSeq(next), chain, epoch)
    (reply.maximumFrameBytes, reply.head, reply.scopeVersion) = (65_536, Seq(head), scope)
    return reply
  }

  /// Through Hello, with equal chains, up to where the outbox is asked for.
  mutating func greet(head: UInt64 = 5, scope: UInt32 = 0) -> [SyncAction] {
    _ = engine.event(.connected)
    _ = engine.event(.frame(Frame(call: 1, payload: reply(head: head, scope: scope).encoded(), end: true)))
    return engine.event(.ownChain(OutboxChain.start))
  }

  /// Both sets uploaded; the call's number.
  mutating func uploaded() -> UInt32 {
    _ = greet()
    let actions = engine.event(.outbox(sets))
    guard let frame = sentFrame(actions) else { return 0 }
    return frame.call
  }
}

/// The first frame that goes out.
func sentFrame(_ actions: [SyncAction]) -> Frame? {
  for case .send(let frame) in actions { return frame }
  return nil
}

func outcome(_ actions: [SyncAction]) -> SyncOutcome? {
  for case .finish(let outcome) in actions { return outcome }
  return nil
}

@Suite struct SyncEngineTests {
  @Test func `nothing to send and nothing new is done after one round trip`() {
    var rig = EngineRig(sets: 0)
    let hello = rig.engine.event(.connected)
    #expect(hello.count == 1)
    let actions = rig.greet()
    #expect(outcome(actions) == .done)
  }

  @Test func `another chain at the server's number is a re-enrolment`() {
    for own in [nil, [UInt8](repeating: 1, count: 32)] as [[UInt8]?] {
      var rig = EngineRig()
      _ = rig.engine.event(.connected)
      _ = rig.engine.event(.frame(Frame(call: 1, payload: rig.reply(next: 2).encoded(), end: true)))
      #expect(outcome(rig.engine.event(.ownChain(own))) == .reenrol(.reenroll))
    }
  }

  @Test func `equal chains prove what the server has, and only its word is asked for`() throws {
    var rig = EngineRig()
    _ = rig.engine.event(.connected)
    _ = rig.engine.event(
      .frame(Frame(call: 1, payload: rig.reply(next: 3, chain: rig.chain).encoded(), end: true)))
    let actions = rig.engine.event(.ownChain(rig.chain))
    #expect(actions.first == .recordStored(before: DeviceSeq(3)))
    #expect(actions.last == .loadOutbox(from: DeviceSeq(1), sets: 8, bytes: ChunkGrowth.firstBytes))
    guard let frame = sentFrame(rig.engine.event(.outbox(rig.sets))) else {
      Issue.record("nothing sent")
      return
    }
    let request = try UploadRequest(decoding: try #require(frame.payload))
    #expect(request.sets.map(\.bytes) == [nil, nil] && request.sets.map(\.count) == [1, 1])
    let reply = UploadReply(acknowledgement: rig.server.acknowledgement(of: rig.sets, from: DeviceNumber(12)))
    let answered = rig.engine.event(.frame(Frame(call: frame.call, payload: reply.encoded())))
    guard case .recordCommitted(let receipt)? = answered.first else {
      Issue.record("no receipt")
      return
    }
    #expect(receipt.entries.count == 2)
  }

  @Test func `sets go up in one frame and a receipt that verifies is kept`() throws {
    var rig = EngineRig()
    let asked = rig.greet()
    #expect(asked.last == .loadOutbox(from: DeviceSeq(1), sets: 8, bytes: ChunkGrowth.firstBytes))
    let actions = rig.engine.event(.outbox(rig.sets))
    guard let frame = sentFrame(actions) else {
      Issue.record("nothing sent")
      return
    }
    #expect(frame.end)
    let request = try UploadRequest(decoding: try #require(frame.payload))
    #expect(request.sets.map(\.bytes) == rig.sets.map(\.bytes))
    let acknowledgement = rig.server.acknowledgement(of: rig.sets, from: DeviceNumber(12))
    let reply = UploadReply(storedThrough: DeviceSeq(2), acknowledgement: acknowledgement)
    let answered = rig.engine.event(.frame(Frame(call: frame.call, payload: reply.encoded(), end: true)))
    #expect(answered.first == .recordStored(before: DeviceSeq(3)))
    guard case .recordCommitted(let receipt) = answered[1] else {
      Issue.record("no receipt")
      return
    }
    #expect(receipt.entries.count == 2 && receipt.signature == acknowledgement.signature)
    #expect(answered.last == .loadPlace)
  }

  enum Damage: CaseIterable { case signature, verdicts, seq, setNotSent, received }

  @Test(arguments: Damage.allCases)
  func `an acknowledgement with anything changed is never committed`(_ damage: Damage) {
    var rig = EngineRig()
    let call = rig.uploaded()
    var acknowledgement = rig.server.acknowledgement(of: rig.sets, from: DeviceNumber(12))
    switch damage {
    case .signature: acknowledgement.signature[5] ^= 1
    case .verdicts:
      acknowledgement.committed[1].verdicts = Verdicts(whole: Verdict(.flagged, .cashNegative)).encoded()
    case .seq: acknowledgement.committed[0].seq = Seq(99)
    case .setNotSent: acknowledgement.committed[0].firstDeviceSeq = DeviceSeq(77)
    case .received: acknowledgement.committed[0].received = Timestamp(milliseconds: 1)
    }
    let reply = UploadReply(acknowledgement: acknowledgement)
    let actions = rig.engine.event(.frame(Frame(call: call, payload: reply.encoded())))
    let expected: ReceiptError = damage == .setNotSent ? .setNotSent(DeviceSeq(77)) : .signatureDiffers
    #expect(actions == [.finish(.unproven(expected))])
  }

  @Test func `no more than the window is on its way, and stored frees it`() {
    var rig = EngineRig(sets: 12)
    _ = rig.greet()
    let sent = rig.engine.event(.outbox(Array(rig.sets[..<8])))
    #expect(sent.first == .recordSent(Array(rig.sets[..<8])) && sent.count == 2)
    guard let frame = sentFrame(sent) else {
      Issue.record("nothing sent")
      return
    }
    let more = rig.engine.event(
      .frame(Frame(call: frame.call, payload: UploadReply(storedThrough: DeviceSeq(3)).encoded())))
    let next = SyncAction.loadOutbox(from: DeviceSeq(9), sets: 3, bytes: 2 * ChunkGrowth.firstBytes)
    #expect(more == [.recordStored(before: DeviceSeq(4)), next])
  }

  @Test func `the server sends the phone back to the number it expects`() {
    var rig = EngineRig(sets: 3)
    let call = rig.uploaded()
    let status = Status(.outOfRange, .deviceSeqAhead, next: .repair, nextDeviceSeq: DeviceSeq(2))
    let actions = rig.engine.event(.frame(Frame(call: call, end: true, status: status)))
    #expect(actions == [.loadOutbox(from: DeviceSeq(2), sets: 8, bytes: 2 * ChunkGrowth.firstBytes)])
  }

  @Test(arguments: [
    (
      Status(.resourceExhausted, .busy, retryAfterMilliseconds: 900, next: .wait),
      SyncOutcome.later(milliseconds: 900, .busy)
    ),
    (Status(.unavailable, .blockUnavailable), .later(milliseconds: nil, .blockUnavailable)),
    (Status(.failedPrecondition, .reenroll, next: .repair), .reenrol(.reenroll)),
    (Status(.permissionDenied, .deviceSuspended, next: .repair), .reenrol(.deviceSuspended)),
    (Status(.permissionDenied, .deviceRevoked, next: .showPerson), .revoked),
    (Status(.unauthenticated, .badSignature), .refused(Status(.unauthenticated, .badSignature))),
    (
      Status(.failedPrecondition, .protocolUnsupported, next: .showPerson),
      .refused(Status(.failedPrecondition, .protocolUnsupported, next: .showPerson))
    ),
  ])
  func `each status of Hello has its outcome`(_ status: Status, _ expected: SyncOutcome) {
    var rig = EngineRig()
    _ = rig.engine.event(.connected)
    let actions = rig.engine.event(.frame(Frame(call: 1, end: true, status: status)))
    #expect(actions == [.finish(expected)])
  }

  @Test func `a revoked device's uploads go up before reading is refused`() {
    var rig = EngineRig()
    let call = rig.uploaded()
    let reply = UploadReply(acknowledgement: rig.server.acknowledgement(of: rig.sets, from: DeviceNumber(12)))
    #expect(
      rig.engine.event(.frame(Frame(call: call, payload: reply.encoded(), end: true))).last == .loadPlace)
    guard case .send(let frame)? = rig.engine.event(.place(Cursor(epoch: epoch, seq: Seq(5)), have: [])).first
    else {
      Issue.record("no download")
      return
    }
    let status = Status(.permissionDenied, .deviceRevoked, next: .showPerson)
    #expect(
      rig.engine.event(.frame(Frame(call: frame.call, end: true, status: status))) == [.finish(.revoked)])
  }

  /// Up to the download call, with nothing to upload.
  private func downloading(_ rig: inout EngineRig, scope: UInt32 = 0) -> UInt32 {
    _ = rig.greet(head: 20, scope: scope)
    let actions = rig.engine.event(.place(Cursor(epoch: epoch, seq: Seq(5)), have: []))
    guard let frame = sentFrame(actions) else { return 0 }
    return frame.call
  }

  @Test func `a gap between pages is asked again from the store's cursor`() {
    var rig = EngineRig(sets: 0)
    let call = downloading(&rig)
    let first = DownloadPage(previous: Seq(5), last: Seq(8), sets: [])
    #expect(
      rig.engine.event(.frame(Frame(call: call, payload: first.encoded()))) == [.apply(first, adopting: nil)])
    let gap = DownloadPage(previous: Seq(9), last: Seq(12), sets: [], isLast: true)
    #expect(rig.engine.event(.frame(Frame(call: call, payload: gap.encoded(), end: true))).isEmpty)
    #expect(rig.engine.event(.pageApplied(.applied)) == [.loadPlace])
    let again = rig.engine.event(.place(Cursor(epoch: epoch, seq: Seq(8)), have: []))
    guard let frame = sentFrame(again) else {
      Issue.record("not asked again")
      return
    }
    // What still comes of the call that was given up is not looked at.
    #expect(rig.engine.event(.frame(Frame(call: call, payload: gap.encoded()))).isEmpty)
    let rest = DownloadPage(previous: Seq(8), last: Seq(20), sets: [], isLast: true)
    #expect(rig.engine.event(.frame(Frame(call: frame.call, payload: rest.encoded(), end: true))).count == 1)
    #expect(rig.engine.event(.pageApplied(.applied)) == [.finish(.done)])
  }

  @Test func `a scope's version is adopted with the last page only`() {
    var rig = EngineRig(sets: 0)
    let call = downloading(&rig, scope: 77)
    let first = DownloadPage(
      previous: .zero, last: Seq(4), sets: [],
      scope: .init(version: 77, add: [RecordID(rawValue: 9)], drop: []), backfill: RecordID(rawValue: 9))
    #expect(
      rig.engine.event(.frame(Frame(call: call, payload: first.encoded()))) == [.apply(first, adopting: nil)])
    let last = DownloadPage(previous: Seq(5), last: Seq(20), sets: [], isLast: true)
    #expect(
      rig.engine.event(.frame(Frame(call: call, payload: last.encoded(), end: true)))
        == [.apply(last, adopting: 77)])
  }

  @Test func `a scope that changed since Hello is asked for again with all that is held`() throws {
    var rig = EngineRig(sets: 0)
    let call = downloading(&rig)
    let page = DownloadPage(
      previous: .zero, last: Seq(4), sets: [],
      scope: .init(version: 77, add: [RecordID(rawValue: 9)], drop: []), backfill: RecordID(rawValue: 9))
    #expect(rig.engine.event(.frame(Frame(call: call, payload: page.encoded()))) == [.loadPlace])
    let have = [DownloadRequest.Have(cbo: RecordID(rawValue: 9), through: Seq(4))]
    let again = rig.engine.event(.place(Cursor(epoch: epoch, seq: Seq(5)), have: have))
    guard let frame = sentFrame(again) else {
      Issue.record("not asked again")
      return
    }
    #expect(try DownloadRequest(decoding: try #require(frame.payload)).have == have)
  }

  @Test func `in another epoch a phone goes back to the fork before anything else`() {
    var rig = EngineRig(cursor: Cursor(epoch: Epoch([9, 9, 9, 9, 9, 9, 9, 9]), seq: Seq(5)))
    _ = rig.engine.event(.connected)
    var reply = rig.reply()
    reply.fork = Seq(3)
    let actions = rig.engine.event(.frame(Frame(call: 1, payload: reply.encoded(), end: true)))
    guard case .goBack(let fork, _)? = actions.last else {
      Issue.record("\(actions)")
      return
    }
    #expect(fork == Seq(3))
  }

  @Test func `a server behind the cursor was put back`() {
    var behind = EngineRig()
    _ = behind.engine.event(.connected)
    let actions = behind.engine.event(
      .frame(Frame(call: 1, payload: behind.reply(head: 3).encoded(), end: true)))
    #expect(outcome(actions) == .putBack(server: "", block: behind.engine.start.block))
  }
}
