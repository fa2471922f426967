package import LokBooks
package import LokShard
package import LokWire

/// The numbers of one block's devices: what comes next from each, stored things counted.
///
/// The one owner of these numbers is the thread that appends to the intake, so that two connections of one
/// phone cannot log 6 before 5. True between calls: `next` and `chain` of a device stand behind its last
/// set in the log. A group is decided between `begin` and `commit`; where it could not be stored,
/// `rollBack` forgets it.
package struct BlockLedger: Sendable {
  /// Where a device stands.
  package struct DeviceNumbers: Hashable, Sendable {
    package var next: DeviceSeq
    /// 32 bytes: the outbox chain before `next`.
    package var chain: [UInt8]
    package init(next: DeviceSeq, chain: [UInt8]) {
      self.next = next
      self.chain = chain
    }
  }

  /// What becomes of a set whose numbers were compared.
  package enum Decision: Sendable {
    /// It is the next one: store this.
    case append(Command)
    /// Its numbers were used before: look up, behind what is queued, what they carried.
    case lookUp
    /// Its numbers were used before by other bytes, and these have been kept already.
    case reusedAndKept
    /// The sets do not add up to what Hello signed: keep it aside, suspend the device.
    case chainDiffers([Command])
    /// Nothing is consumed.
    case refused(Status)
  }

  private var devices: [DeviceNumber: DeviceNumbers] = [:]
  private var before: [DeviceNumber: DeviceNumbers] = [:]
  /// Reused bytes that are in quarantine, by hash: a phone that sends them again and again fills no disk.
  private var keptReuses: [DeviceNumber: [[UInt8]]] = [:]
  /// A device whose reuses are all remembered is broken, and its oldest may be kept twice.
  private static let reusesRemembered = 16

  package init() {}

  /// First contact: the shard's numbers count where none are known yet. Gives the ones that are in force.
  @discardableResult
  package mutating func load(_ state: DeviceState) -> DeviceNumbers {
    if let known = devices[state.number] { return known }
    let numbers = DeviceNumbers(next: state.nextDeviceSeq, chain: state.chain)
    devices[state.number] = numbers
    return numbers
  }

  package func numbers(of device: DeviceNumber) -> DeviceNumbers? { devices[device] }

  /// Compares and, where the set is to be appended, moves on behind it.
  package mutating func decide(
    _ item: SetItem, from device: DeviceNumber, commitment: Session.Commitment
  ) -> Decision {
    guard let numbers = devices[device] else {
      return .refused(Status(.failedPrecondition, .callBeforeHello, next: .repair))
    }
    if item.firstDeviceSeq < numbers.next {
      return keptReuses[device]?.contains(item.hash) == true ? .reusedAndKept : .lookUp
    }
    let ahead = Status(.outOfRange, .deviceSeqAhead, next: .repair, nextDeviceSeq: numbers.next)
    if item.firstDeviceSeq > numbers.next { return .refused(ahead) }
    let after = item.firstDeviceSeq.advanced(by: item.count)
    let committed = commitment.last.advanced(by: 1)
    if after > committed {
      return .refused(Status(.failedPrecondition, .beyondCommitment, next: .repair))
    }
    let chain = OutboxChain.next(
      after: numbers.chain, firstDeviceSeq: item.firstDeviceSeq, setHash: item.hash)
    // What became of a set that is not here yet: its bytes have to come.
    guard let command = Self.command(for: item, from: device, commitment.olderEpoch, chain: chain) else {
      return .refused(ahead)
    }
    let differs = after == committed && chain != commitment.chain
    // What could not be read is not kept aside either.
    if differs, case .refused = item.content { return .chainDiffers([.suspend(device)]) }
    if before[device] == nil { before[device] = numbers }
    devices[device] = DeviceNumbers(next: after, chain: chain)
    if differs {
      return .chainDiffers([
        .quarantine(Self.quarantine(item, from: device, .chainDiffers)), .suspend(device),
      ])
    }
    return .append(command)
  }

  /// The bytes are being kept: the same ones are not kept again.
  package mutating func noteReuse(of hash: [UInt8], by device: DeviceNumber) {
    keptReuses[device, default: []].append(hash)
    if let count = keptReuses[device]?.count, count > Self.reusesRemembered {
      keptReuses[device]?.removeFirst()
    }
  }

  /// What was decided since the last commit is on disk.
  package mutating func commit() { before.removeAll(keepingCapacity: true) }

  /// What was decided since the last commit is not on disk.
  package mutating func rollBack() {
    devices.merge(before) { _, old in old }
    before.removeAll()
  }

  /// Bytes of used numbers, kept aside.
  package static func quarantine(
    _ item: SetItem, from device: DeviceNumber, _ reason: Reason
  ) -> Command.QuarantineCommand {
    Command.QuarantineCommand(
      device: device, firstDeviceSeq: item.firstDeviceSeq, count: item.count, bytes: item.bytes,
      reason: reason)
  }

  private static func command(
    for item: SetItem, from device: DeviceNumber, _ olderEpoch: Epoch?, chain: [UInt8]
  ) -> Command? {
    switch item.content {
    case .asked: nil
    case .readable:
      .set(
        Command.SetCommand(
          device: device, firstDeviceSeq: item.firstDeviceSeq, count: item.count, bytes: item.bytes,
          outboxChain: chain, baseEpoch: olderEpoch))
    case .refused(let reason, let arguments):
      .refusal(
        Command.RefusalCommand(
          device: device, firstDeviceSeq: item.firstDeviceSeq, count: item.count, setHash: item.hash,
          reason: reason, arguments: arguments, outboxChain: chain))
    }
  }
}
