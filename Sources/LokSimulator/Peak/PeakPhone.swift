import LokBooks
import LokDevice
import LokWire

/// A registered phone of a peak run: its key, where it stands, and the sets that it sends next, held in
/// memory, so that the load costs little beside the server.
///
/// True between calls: `sets` are those of one round, contiguous, the first behind everything sent before;
/// `chains` has the outbox chain before each of them and behind the last.
struct PeakPhone: Sendable {
  let block: BlockCode
  let key: DeviceKey
  let device: DeviceNumber
  let serverKey: [UInt8]
  var nonce: [UInt8]
  var epoch: Epoch
  var next = DeviceSeq(1)
  var counter: UInt32 = 1
  private(set) var sets: [OutboxSet] = []
  private var chains = [OutboxChain.start]
  /// Of `sets`, how many have a receipt that was verified.
  private(set) var proven = 0
  /// Changes of those.
  private(set) var provenChanges = 0

  init(block: BlockCode, key: DeviceKey, _ reply: RegisterReply) {
    self.block = block
    self.key = key
    device = reply.device
    serverKey = reply.serverKey
    nonce = reply.nonce
    epoch = reply.epoch
  }

  /// In a shard that is fed without a server: nothing is signed.
  init(block: BlockCode, key: DeviceKey, device: DeviceNumber, epoch: Epoch) {
    self.block = block
    self.key = key
    self.device = device
    self.epoch = epoch
    serverKey = []
    nonce = []
  }

  var isProven: Bool { proven == sets.count }

  /// Behind what was written before.
  mutating func write(_ set: ChangeSet) throws {
    let bytes = try set.encoded()
    let hash = Hash.sha256(bytes)
    let count = UInt32(set.changes.count)
    sets.append(
      OutboxSet(firstDeviceSeq: next, count: count, bytes: bytes, hash: hash, firstHLC: set.firstHLC))
    let before = chains.last ?? OutboxChain.start
    chains.append(OutboxChain.next(after: before, firstDeviceSeq: next, setHash: hash))
    next = next.advanced(by: count)
    counter += UInt32(set.changes.count(where: \.isNew))
  }

  /// What was written is behind; a new round begins.
  mutating func beginRound() {
    chains = [chains.last ?? OutboxChain.start]
    sets = []
    proven = 0
    provenChanges = 0
  }

  var start: SessionStart {
    let first = isProven ? next : sets[proven].firstDeviceSeq
    return SessionStart(
      block: block, device: device, appBuild: "load", key: key, serverKey: serverKey, nonce: nonce,
      outboxLast: DeviceSeq(next.rawValue - 1), outboxChain: chains.last ?? OutboxChain.start,
      firstUnproven: first, firstUnstored: first, cursor: Cursor(epoch: epoch))
  }

  /// The chain before a set of this round, or behind the last.
  func chain(before next: DeviceSeq) -> [UInt8]? {
    if next == self.next { return chains.last }
    return place(of: next).map { chains[$0] }
  }

  /// As a store gives them: after the first set only as many as fit.
  func outbox(from first: DeviceSeq, sets most: Int, bytes: Int) -> [OutboxSet] {
    guard let place = place(of: first) else { return [] }
    var fitting: [OutboxSet] = []
    var room = bytes
    for set in sets[place...].prefix(most) {
      room -= set.frameBytes
      guard fitting.isEmpty || room >= 0 else { break }
      fitting.append(set)
    }
    return fitting
  }

  /// - Throws: `SimulationError.notAccepted` for any word but accepted: such books would measure nothing.
  mutating func keep(_ receipt: Receipt) throws {
    for entry in receipt.entries {
      guard entry.isOwnBytes, entry.committed.kind == .set, entry.committed.verdicts.isEmpty,
        let place = place(of: entry.committed.firstDeviceSeq)
      else { throw SimulationError.notAccepted(block: block.rawValue, seq: entry.committed.seq.rawValue) }
      // Merged in the order of the log, so acknowledged in the order of the outbox.
      guard place == proven else { continue }
      proven += 1
      provenChanges += Int(sets[place].count)
    }
  }

  private func place(of first: DeviceSeq) -> Int? {
    var (low, high) = (0, sets.count)
    while low < high {
      let middle = (low + high) / 2
      if sets[middle].firstDeviceSeq < first { low = middle + 1 } else { high = middle }
    }
    return low < sets.count && sets[low].firstDeviceSeq == first ? low : nil
  }
}
