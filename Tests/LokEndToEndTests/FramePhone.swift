import Crypto
import LokBooks
import LokTransport
import LokWire
import Testing

/// What a phone would say, frame by frame, without a library's care: tests make it misbehave.
struct FramePhone: Sendable {
  enum Signer: Sendable {
    case ed25519(Curve25519.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
  }

  private let signer: Signer
  private(set) var device = DeviceNumber(0)
  private var epoch: Epoch?
  private var nonce: [UInt8] = []
  private(set) var outbox: [(first: DeviceSeq, count: UInt32, bytes: [UInt8])] = []
  private var counter: UInt32 = 1

  init(key: UInt8, p256: Bool = false) throws {
    let raw = [UInt8](repeating: key, count: 32)
    signer =
      p256
      ? .p256(try P256.Signing.PrivateKey(rawRepresentation: raw))
      : .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: raw))
  }

  var key: PublicKey {
    switch signer {
    case .ed25519(let key): PublicKey(type: .ed25519, bytes: Array(key.publicKey.rawRepresentation))
    case .p256(let key): PublicKey(type: .p256, bytes: Array(key.publicKey.x963Representation))
    }
  }

  func sign(_ bytes: [UInt8]) throws -> [UInt8] {
    switch signer {
    case .ed25519(let key): Array(try key.signature(for: bytes))
    case .p256(let key): Array(try key.signature(for: bytes).rawRepresentation)
    }
  }

  var next: DeviceSeq { outbox.last.map { $0.first.advanced(by: $0.count) } ?? DeviceSeq(1) }
  private var last: DeviceSeq { DeviceSeq(next.rawValue - 1) }

  private var chain: [UInt8] {
    outbox.reduce(OutboxChain.start) { chain, set in
      OutboxChain.next(after: chain, firstDeviceSeq: set.first, setHash: Hash.sha256(set.bytes))
    }
  }

  func register(code: String) throws -> RegisterRequest {
    let proof = try sign(SignedBytes.registration(block: Bench.block, code: code, key: key))
    return RegisterRequest(block: Bench.block, code: code, key: key, proof: proof, appBuild: "test 1")
  }

  mutating func take(_ heard: Heard) throws {
    #expect(heard.status == nil)
    let reply = try RegisterReply(decoding: try #require(heard.payloads.first))
    (device, epoch, nonce) = (reply.device, reply.epoch, reply.nonce)
  }

  func hello(appBuild: String = "test 1") throws -> HelloRequest {
    let signature = try sign(
      SignedBytes.session(
        nonce: nonce, block: Bench.block, device: device, outboxLast: last, chain: chain))
    return HelloRequest(
      appBuild: appBuild, block: Bench.block, device: device, nonce: nonce, outboxLast: last,
      outboxChain: chain, signature: signature, epoch: epoch, cursor: .zero, scopeVersion: 0,
      maximumFrameBytes: UInt32(WireLimits.frameBytesMaximum))
  }

  /// A new group of this phone, as a set of one change; its numbers are consumed.
  mutating func writeGroup(_ name: String, more: [Patch.Field] = []) throws -> UploadRequest {
    let bytes = try group(name, more: more).encoded()
    counter += 1
    return write(bytes, count: 1)
  }

  /// Any bytes at the end of the outbox.
  mutating func write(_ bytes: [UInt8], count: UInt32) -> UploadRequest {
    let first = next
    outbox.append((first, count, bytes))
    return UploadRequest(firstDeviceSeq: first, sets: [UploadSet(count: count, bytes: bytes)])
  }

  /// The same set as `writeGroup` makes, nothing consumed.
  func group(_ name: String, from device: DeviceNumber? = nil, more: [Patch.Field] = []) throws -> ChangeSet {
    let device = device ?? self.device
    let cbo = RecordID(device: device, counter: counter)
    let hlc = HybridTime(Bench.now)
    let fields: [Patch.Field] = [
      .init(number: CBOField.tier, value: .integer(Tier.selfHelpGroup.rawValue)),
      .init(number: CBOField.name, value: .text(name)),
      .init(number: CBOField.formationDay, value: .integer(19_000)),
    ]
    return ChangeSet(
      kind: .records, cbo: cbo, device: device, firstDeviceSeq: next, firstCounter: counter, baseSeq: .zero,
      firstHLC: hlc,
      changes: [Change(entity: .cbo, record: cbo, isNew: true, hlc: hlc, patch: Patch(fields + more))])
  }

  /// A group and its first member in one set of two changes.
  func pair() throws -> ChangeSet {
    var set = try group("Asha")
    let member = RecordID(device: device, counter: counter + 1)
    let joined = Patch([.init(number: MemberField.joinedDay, value: .integer(19_001))])
    set.changes.append(
      Change(entity: .member, record: member, isNew: true, hlc: set.firstHLC, patch: joined))
    return set
  }
}
