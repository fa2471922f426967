import Crypto
import Foundation
import LokBooks
import LokDevice
import LokWire

let block = BlockCode(900_001)
let epoch = Epoch([1, 2, 3, 4, 5, 6, 7, 8])!
let noon = Timestamp(milliseconds: 1_790_000_000_000)
let today = Day(of: noon)

/// A server's keys, and its word for sets.
struct CannedServer: Sendable {
  let receiptKey = Curve25519.Signing.PrivateKey()
  let vault = VaultKey()
  var serverKey: [UInt8] { [UInt8](receiptKey.publicKey.rawRepresentation) }

  func sign(_ bytes: [UInt8]) -> [UInt8] { [UInt8](try! receiptKey.signature(for: bytes)) }

  func registration(_ number: UInt32) throws -> RegisterReply {
    RegisterReply(
      device: DeviceNumber(number), role: .bookkeeperSHG, grants: [.block], epoch: epoch,
      serverKey: serverKey,
      vaultKey: try vault.publicKey.bytes, nonce: [UInt8](repeating: 7, count: 16),
      receipt: Acknowledgement(committed: [], signature: []))
  }

  /// The acknowledgement of sets as they were sent, all at successive places.
  func acknowledgement(
    of sets: [OutboxSet], from device: DeviceNumber, firstSeq: UInt64 = 10, verdicts: Verdicts = .allAccepted,
    kind: Envelope.Kind = .set
  ) -> Acknowledgement {
    let committed = sets.enumerated().map { place, set in
      Committed(
        firstDeviceSeq: set.firstDeviceSeq, seq: Seq(firstSeq + UInt64(place)), received: noon,
        rules: .current, verdicts: verdicts.encoded(), kind: kind)
    }
    let leaves = zip(sets, committed).map { set, committed in
      (seq: committed.seq, leaf: leaf(of: set, from: device, committed))
    }
    return Acknowledgement(
      committed: committed, signature: sign(SignedBytes.receipt(block: block, epoch: epoch, leaves: leaves)))
  }

  func envelope(of set: OutboxSet, from device: DeviceNumber, seq: Seq, kind: Envelope.Kind = .set)
    -> Envelope
  {
    Envelope(
      seq: seq, kind: kind, device: device, firstDeviceSeq: set.firstDeviceSeq, count: set.count,
      received: noon, hlc: set.firstHLC, rules: .current)
  }

  private func leaf(of set: OutboxSet, from device: DeviceNumber, _ committed: Committed) -> [UInt8] {
    Leaf.hash(
      block: block, envelope: envelope(of: set, from: device, seq: committed.seq, kind: committed.kind),
      setHash: set.hash, verdicts: committed.verdicts)
  }
}

/// A store in a directory of its own, gone with the value.
final class TemporaryStore {
  let directory: URL
  let path: String
  let server: CannedServer
  private(set) var store: DeviceStore

  init(device: UInt32 = 12, server: CannedServer = CannedServer()) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "lokdevice-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    path = directory.appending(path: "phone.sqlite").path
    self.server = server
    store = try DeviceStore(path: path, block: block)
    _ = try store.registration(code: "900001-AAAAA-AAAAA", appBuild: "test")
    try store.adopt(try server.registration(device), at: noon)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// As after the app was killed.
  func reopen() throws { store = try DeviceStore(path: path, block: block) }

  var device: DeviceNumber { get throws { try store.identity().number } }

  func outbox(from first: UInt64 = 1) throws -> [OutboxSet] {
    try store.outbox(from: DeviceSeq(first), sets: 100, bytes: .max / 2)
  }

  /// The server's word for everything in the outbox, verified and kept.
  func commitAll(verdicts: Verdicts = .allAccepted, firstSeq: UInt64 = 10) throws {
    let device = try device
    let sets = try outbox()
    let sent = sets.enumerated().map { place, set in
      (
        set,
        server.acknowledgement(
          of: [set], from: device, firstSeq: firstSeq + UInt64(place), verdicts: verdicts)
      )
    }
    for (set, acknowledgement) in sent {
      try store.recordCommitted(
        Receipt(
          epoch: epoch,
          entries: [.init(committed: acknowledgement.committed[0], leaf: set.hash, isOwnBytes: true)],
          signature: acknowledgement.signature))
    }
  }

  @discardableResult
  func makeGroup() throws -> (group: RecordID, member: RecordID) {
    let group = try store.createCBO(
      CBODraft(tier: .selfHelpGroup, name: "Jai Maa", formationDay: today.advanced(by: -300)), at: noon)
    let member = try store.addMember(
      MemberDraft(
        identity: MemberIdentity(name: "Sita Devi", guardian: "Ram"), joinedDay: today.advanced(by: -300)),
      to: group.cbo, at: noon)
    return (group.cbo, member.newRecords[0])
  }
}
