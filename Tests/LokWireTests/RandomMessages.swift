import LokBooks
import LokTestSupport
import LokWire

/// Seeded values of every message: edges of the encoding often, the middle now and then.
extension SeededGenerator {
  mutating func u32() -> UInt32 { UInt32(number(upTo: UInt64(UInt32.max))) }
  mutating func i64() -> Int64 { Int64(bitPattern: number(upTo: .max)) }
  mutating func seq() -> Seq { Seq(number(upTo: WireLimits.sequenceMaximum)) }
  mutating func deviceSeq() -> DeviceSeq { DeviceSeq(number(upTo: WireLimits.sequenceMaximum)) }
  mutating func device() -> DeviceNumber { DeviceNumber(UInt32(number(upTo: UInt64(Int32.max)))) }
  mutating func block() -> BlockCode { BlockCode(u32()) }
  mutating func record() -> RecordID { RecordID(rawValue: number(upTo: UInt64(Int64.max))) }
  mutating func time() -> Timestamp { Timestamp(milliseconds: i64()) }
  mutating func hlc() -> HybridTime { HybridTime(rawValue: number(upTo: UInt64(Int64.max))) }
  mutating func epoch() -> Epoch { Epoch(bytes(8))! }
  mutating func rules() -> RulesVersion { RulesVersion(rawValue: u32()) }
  mutating func someBytes() -> [UInt8] { list(upTo: 40) { $0.bytes(1)[0] } }
  mutating func role() -> Role { one(of: Role.allCases) }
  mutating func grant() -> Grant { maybe { .cbo($0.record()) } ?? .block }
  mutating func key() -> PublicKey {
    let type = one(of: KeyType.allCases)
    return PublicKey(type: type, bytes: bytes(type == .ed25519 ? 32 : 65))
  }

  mutating func frame() -> Frame {
    var frame = Frame(
      call: u32(), method: maybe { $0.one(of: Method.allCases) }, payload: maybe { $0.someBytes() },
      end: Bool.random(using: &self), status: maybe { $0.status() },
      deadline: maybe { .milliseconds(Int64($0.u32())) })
    if frame.method == nil { frame.method = maybe { $0.u32() } }
    return frame
  }

  mutating func status() -> Status {
    Status(
      one(of: StatusCode.allCases), maybe { $0.one(of: Reason.allCases) },
      retryAfterMilliseconds: maybe { $0.u32() }, next: maybe { $0.one(of: NextStep.allCases) },
      nextDeviceSeq: maybe { $0.deviceSeq() }, block: maybe { $0.block() },
      arguments: list(upTo: 3) { $0.i64() })
  }

  mutating func registerRequest() -> RegisterRequest {
    RegisterRequest(
      block: block(), code: text(upTo: 12), key: key(), proof: bytes(64), appBuild: text(upTo: 12),
      predecessor: maybe {
        .init(device: $0.device(), signature: $0.bytes(64), firstUnproven: $0.deviceSeq())
      })
  }

  mutating func registerReply() -> RegisterReply {
    RegisterReply(
      device: device(), role: role(), grants: list(upTo: 3) { $0.grant() }, epoch: epoch(),
      serverKey: bytes(32), vaultKey: bytes(32), nonce: bytes(16), receipt: acknowledgement(),
      predecessorSets: list(upTo: 3) { HeldSet(firstDeviceSeq: $0.deviceSeq(), hash: $0.bytes(8)) })
  }

  mutating func carryRequest() -> CarryRequest {
    CarryRequest(
      block: block(), device: device(), outboxLast: deviceSeq(), outboxChain: bytes(32), replyKey: bytes(32),
      contentHash: bytes(32), signature: bytes(64))
  }

  mutating func helloRequest() -> HelloRequest {
    HelloRequest(
      protocolMinimum: u32(), protocolMaximum: u32(), schemaVersion: u32(), appBuild: text(upTo: 12),
      block: block(), device: device(), nonce: maybe { $0.bytes(16) }, outboxLast: deviceSeq(),
      outboxChain: maybe { $0.bytes(32) }, signature: maybe { $0.bytes(64) } ?? [],
      epoch: maybe { $0.epoch() },
      cursor: seq(), scopeVersion: u32(), maximumFrameBytes: u32(), byteBudget: maybe { $0.u32() },
      link: one(of: LinkClass.allCases), books: maybe { UInt64.random(in: 0 ... .max, using: &$0) })
  }

  mutating func helloReply() -> HelloReply {
    var reply = HelloReply(serverTime: time(), nonce: maybe { $0.bytes(16) })
    reply.protocolVersion = u32()
    reply.maximumFrameBytes = maybe { $0.u32() }
    reply.nextDeviceSeq = maybe { $0.deviceSeq() }
    reply.chain = maybe { $0.bytes(32) }
    reply.epoch = maybe { $0.epoch() }
    reply.head = maybe { $0.seq() }
    reply.scopeVersion = maybe { $0.u32() }
    reply.backedUp = seq()
    reply.setsInFlight = u32()
    reply.booksDiffer = Bool.random(using: &self)
    reply.fork = maybe { $0.seq() }
    return reply
  }

  mutating func uploadRequest(keysUpTo most: Int = 2) -> UploadRequest {
    UploadRequest(
      firstDeviceSeq: deviceSeq(),
      sets: list(upTo: 3) { random in
        UploadSet(
          count: random.u32(), bytes: random.maybe { $0.someBytes() }, put: random.maybe { $0.bytes(32) },
          keys: random.list(upTo: most) { WrappedKey(member: $0.record(), wrapped: $0.someBytes()) })
      }, isWithHello: maybe { _ in true } ?? false)
  }

  mutating func uploadReply() -> UploadReply {
    UploadReply(storedThrough: maybe { $0.deviceSeq() }, acknowledgement: maybe { $0.acknowledgement() })
  }

  mutating func acknowledgement() -> Acknowledgement {
    Acknowledgement(committed: list(upTo: 3) { $0.committed() }, signature: bytes(64))
  }

  mutating func committed() -> Committed {
    Committed(
      firstDeviceSeq: deviceSeq(), seq: seq(), received: time(), hlc: maybe { $0.hlc() }, rules: rules(),
      verdicts: someBytes(), duplicate: Bool.random(using: &self), resolution: someBytes(),
      kind: journalKind(), leaf: maybe { $0.bytes(32) })
  }

  mutating func journalKind() -> Envelope.Kind {
    Envelope.Kind(rawValue: Int.random(in: 1...12, using: &self))!
  }

  mutating func downloadRequest() -> DownloadRequest {
    DownloadRequest(
      epoch: maybe { $0.epoch() }, after: seq(), scopeVersion: u32(),
      have: list(upTo: 3) { .init(cbo: $0.record(), through: $0.seq()) }, pageBytes: maybe { $0.u32() },
      history: list(upTo: 2) { .init(cbo: $0.record(), after: $0.seq(), through: $0.seq()) })
  }

  mutating func snapshotRequest() -> SnapshotRequest {
    SnapshotRequest(
      have: list(upTo: 3) { $0.record() }, only: list(upTo: 3) { $0.record() },
      begun: list(upTo: 3) {
        .init(
          cbo: $0.record(), seq: $0.seq(), hash: UInt64.random(in: 0 ... .max, using: &$0),
          offset: Int($0.u32()))
      }, pageBytes: maybe { $0.u32() })
  }

  mutating func snapshotPage(keysUpTo most: Int = 2) -> SnapshotPage {
    SnapshotPage(
      head: maybe { $0.seq() }, parts: list(upTo: 3) { $0.snapshotPart() },
      keys: list(upTo: most) { .init(member: $0.record(), key: $0.bytes(32)) },
      isLast: Bool.random(using: &self), left: u32())
  }

  mutating func putBlobRequest() -> PutBlobRequest {
    if Bool.random(using: &self) { return .bytes(bytes(40)) }
    return .begin(
      BlobHead(
        cbo: record(), hash: bytes(32), size: Int(u32() % 100_000) + 1,
        type: one(of: BlobType.allCases)))
  }

  mutating func putBlobReply() -> PutBlobReply {
    PutBlobReply(have: Int(u32()), isStored: Bool.random(using: &self))
  }

  mutating func getBlobRequest() -> GetBlobRequest {
    GetBlobRequest(maybe { .set($0.seq()) } ?? .record(record()), hash: bytes(32), offset: Int(u32()))
  }

  mutating func blobPiece() -> BlobPiece { BlobPiece(size: maybe { Int($0.u32()) }, bytes: someBytes()) }

  private mutating func snapshotPart() -> SnapshotPart {
    SnapshotPart(
      cbo: record(), seq: seq(),
      file: maybe { random in
        .init(
          hash: random.bytes(32), bytes: Int(random.u32()), plainBytes: random.maybe { Int($0.u32()) },
          preview: random.maybe { .init(bytes: Int($0.u32()), plainBytes: Int($0.u32())) })
      }, offset: Int(u32()), bytes: someBytes())
  }

  mutating func downloadPage(keysUpTo most: Int = 2) -> DownloadPage {
    var page = DownloadPage(
      epoch: maybe { $0.epoch() }, previous: seq(), last: seq(), sets: list(upTo: 3) { $0.storedSet() },
      chains: list(upTo: 2) { .init(cbo: $0.record(), chain: $0.bytes(16)) },
      scope: maybe { random in
        DownloadPage.ScopeChange(
          version: random.u32(), add: random.list(upTo: 3) { $0.record() },
          drop: random.list(upTo: 3) { $0.record() })
      },
      backfill: maybe { $0.record() },
      keys: list(upTo: most) { .init(member: $0.record(), key: $0.bytes(32)) },
      isLast: Bool.random(using: &self))
    page.count = u32()
    return page
  }

  mutating func storedSet() -> StoredSet {
    let bytes = maybe { random in (try? random.changeSet().encoded()) ?? random.someBytes() }
    let own = bytes.flatMap { ChangeSet.firstHLC(in: $0) }
    return StoredSet(
      envelope: Envelope(
        seq: seq(), kind: journalKind(), device: device(), firstDeviceSeq: deviceSeq(), count: u32(),
        received: time(), hlc: own.flatMap { own in maybe { _ in own } } ?? hlc(), rules: rules()),
      verdicts: someBytes(), bytes: bytes, named: maybe { $0.bytes(32) })
  }

  mutating func signedHead() -> SignedHead {
    SignedHead(
      block: block(), epoch: epoch(), size: seq(), root: bytes(32), time: time(), signature: bytes(64))
  }

  mutating func digest() -> CboDigest {
    CboDigest(cbo: record(), seq: seq(), chain: bytes(32), state: bytes(32), rules: rules())
  }

  mutating func verdict(index: UInt32?) -> Verdict {
    Verdict(
      index: index, one(of: Word.allCases), maybe { $0.one(of: Reason.allCases) },
      record: maybe { $0.record() }, arguments: list(upTo: 3) { $0.i64() })
  }

  mutating func verdicts() -> Verdicts {
    Verdicts(
      whole: maybe { $0.verdict(index: $0.maybe { $0.u32() }) },
      changes: list(upTo: 3) { $0.verdict(index: $0.u32()) }, seenThrough: maybe { $0.seq() })
  }

  mutating func resolution() -> Resolution {
    let index = maybe { $0.u32() }
    return Resolution(
      target: seq(), index: index, verdict: verdict(index: index ?? maybe { $0.u32() }), cause: seq())
  }

  mutating func command() -> Command {
    switch Int.random(in: 0..<12, using: &self) {
    case 0:
      .set(
        .init(
          device: device(), firstDeviceSeq: deviceSeq(), count: u32(), bytes: someBytes(),
          outboxChain: bytes(32), baseEpoch: maybe { $0.epoch() }))
    case 1:
      .refusal(
        .init(
          device: device(), firstDeviceSeq: deviceSeq(), count: u32(), setHash: bytes(32),
          reason: one(of: Reason.allCases), arguments: list(upTo: 3) { $0.i64() }, outboxChain: bytes(32)))
    case 2:
      .quarantine(
        .init(
          device: device(), firstDeviceSeq: deviceSeq(), count: u32(), bytes: someBytes(),
          reason: one(of: Reason.allCases)))
    case 3:
      .openBlock(
        .init(block: block(), name: text(upTo: 12), state: u32(), district: u32(), epoch: epoch()))
    case 4:
      .enrolCode(
        .init(codeHash: bytes(32), role: role(), grants: list(upTo: 3) { $0.grant() }, expires: time()))
    case 5:
      .register(
        .init(
          codeHash: maybe { $0.bytes(32) } ?? [], key: key(), appBuild: text(upTo: 12),
          predecessor: maybe { $0.device() }))
    case 6: .revoke(device())
    case 7: .suspend(device())
    case 8:
      .scope(
        .init(device: device(), add: list(upTo: 3) { $0.grant() }, drop: list(upTo: 3) { $0.grant() }))
    case 9: .quarantineDecision(quarantineDecision())
    case 10: .restore(.init(epoch: epoch(), devicesSkipped: u32()))
    default: .release(after: seq())
    }
  }

  mutating func quarantineDecision() -> Command.QuarantineDecision {
    .init(seq: seq(), isRelease: Bool.random(using: &self), reason: text(upTo: 12))
  }

  mutating func operatorRequest() -> OperatorRequest {
    switch Int.random(in: 0..<5, using: &self) {
    case 4: .quarantineDecision(block(), quarantineDecision())
    case 0:
      .enrolCode(
        block(), role: role(), grants: list(upTo: 3) { $0.grant() }, count: u32(), validDays: u32())
    case 1: .revoke(block(), device())
    case 2:
      .scope(block(), device(), add: list(upTo: 3) { $0.grant() }, drop: list(upTo: 3) { $0.grant() })
    default: .status
    }
  }

  mutating func operatorReply() -> OperatorReply {
    OperatorReply(
      codes: list(upTo: 3) { $0.text(upTo: 12) }, seq: maybe { $0.seq() },
      statusJSON: maybe { $0.text(upTo: 20) })
  }
}
