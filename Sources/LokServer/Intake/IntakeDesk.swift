package import LokBooks
package import LokIntake
import LokShard
import LokTransport
package import LokWire
import Synchronization

/// What the thread of the intake is asked for.
package enum IntakeMessage: Sendable {
  /// A device on its way from a reader to its session: the numbers in force are put in.
  case device(Session.DeviceFound, BlockCode, Caller)
  case sets(Session.UploadBatch, Caller)
  /// One after the other; the caller hears of the last one's outcome.
  case commands(BlockCode, [Command], Caller?)
  /// The set's numbers carried other bytes before.
  case reused(SetItem, BlockCode, DeviceNumber, Caller)
  /// The block's shard stands here and has to catch up.
  case replay(BlockCode, after: LSN)
}

/// What the first command of a block needs.
package enum Opening: Sendable {
  /// No such block in the catalogue.
  case unknown
  /// There is a shard that this log knows nothing of, or the file cannot be made.
  case impossible(String)
  /// The shard's file is there, empty; this command goes first.
  case ready(Command.OpenBlockCommand)
}

/// Decides what goes into the intake log, and puts it there: one group for all that has come.
///
/// Owned by one thread. The one owner of the devices' next numbers: what it has given out is on disk or
/// taken back. Rows go to the merge in the log's order; nobody else enqueues any.
package final class IntakeDesk {
  let intake: any Intake
  let switchboard: Switchboard
  private let opening: (BlockCode) -> Opening
  var ledgers: [BlockCode: BlockLedger] = [:]
  /// Uploads are not taken: the disk is nearly full.
  package var isStorageLow = false
  /// Told of a group that could not be stored.
  package var onFailure: ((any Error) -> Void)?

  package init(intake: any Intake, switchboard: Switchboard, opening: @escaping (BlockCode) -> Opening) {
    self.intake = intake
    self.switchboard = switchboard
    self.opening = opening
  }

  /// A group while it is put together.
  struct Group {
    enum Place {
      case row(Int)
      case lookUp(SetItem, BlockCode, DeviceNumber, Caller)
    }
    struct Row {
      var pending: PendingAppend
      var command: Command
      var decoded: ChangeSet?
      var caller: Caller?
    }
    var rows: [Row] = []
    /// Rows and look-ups in the order in which the merge shall see them.
    var order: [Place] = []
    /// Go out whatever becomes of the group.
    var now: [Delivery] = []
    /// Go out when the group is on disk.
    var stored: [Delivery] = []
    /// Go out when it is not.
    var failed: [Delivery] = []
    var opened: Set<BlockCode> = []
    var reservations: [BlockCode: Int] = [:]

    mutating func append(_ command: Command, _ block: BlockCode, _ caller: Caller?, item: SetItem? = nil) {
      let pending = PendingAppend(
        block: block, payload: command.encoded(), kind: command.envelopeKind.rawValue, keys: item?.keys ?? [])
      var decoded: ChangeSet?
      if case .readable(let set)? = item?.content { decoded = set }
      order.append(.row(rows.count))
      rows.append(Row(pending: pending, command: command, decoded: decoded, caller: caller))
    }
  }

  /// Everything that has come since the last call.
  package func run(_ messages: [IntakeMessage], at now: Session.Now) {
    var group = Group()
    for message in messages {
      switch message {
      case .device(let found, let block, let caller): answer(found, block, caller, &group)
      case .sets(let batch, let caller): decide(batch, caller, &group)
      case .commands(let block, let commands, let caller): decide(commands, block, caller, &group)
      case .reused(let item, let block, let device, let caller):
        keepAside(item, block, device, caller, &group)
      case .replay(let block, let lsn): replay(block, after: lsn, at: now.instant)
      }
    }
    store(group, at: now)
  }

  /// A shard's device has no more to say once this log holds sets of it that the shard does not.
  private func answer(
    _ found: Session.DeviceFound, _ block: BlockCode, _ caller: Caller, _ group: inout Group
  ) {
    var found = found
    let numbers = ledgers[block, default: BlockLedger()].load(found.state)
    found.state.nextDeviceSeq = numbers.next
    found.state.chain = numbers.chain
    // Behind the group: numbers that were given out and not stored are taken back.
    group.stored.append(Delivery(.device(found), to: caller))
    group.failed.append(Delivery(.refused(Self.storageFailed, sets: 0), to: caller))
  }

  private func decide(_ batch: Session.UploadBatch, _ caller: Caller, _ group: inout Group) {
    let count = batch.items.count
    if let status = refusal(of: batch.block, items: count, isUpload: true, &group) {
      group.now.append(Delivery(.refused(status, sets: count), to: caller))
      return
    }
    var through: DeviceSeq?
    var appended = 0
    var answered = 0
    var ending: Status?
    for item in batch.items {
      // In its place: a copy would be one of all devices of the block.
      let decision = ledgers[batch.block, default: BlockLedger()].decide(
        item, from: batch.device, commitment: batch.commitment)
      switch decision {
      case .append(let command):
        group.append(command, batch.block, caller, item: item)
        through = DeviceSeq(item.firstDeviceSeq.rawValue + UInt64(item.count) - 1)
        appended += 1
      case .lookUp:
        group.order.append(.lookUp(item, batch.block, batch.device, caller))
        group.now.append(Delivery(.stored(through: nil, sets: 1), to: caller))
      case .reusedAndKept:
        ending = Self.idReused
      case .refused(let status):
        ending = status
      case .chainDiffers(let commands):
        let status = Status(.failedPrecondition, .reenroll, next: .repair)
        if commands.count == 1 {
          group.append(commands[0], batch.block, nil)
          ending = status
        } else {
          // The set is answered for when it is in quarantine.
          group.append(commands[0], batch.block, caller, item: item)
          group.append(commands[1], batch.block, nil)
          appended += 1
        }
      }
      if ending != nil { break }
      answered += 1
    }
    if appended > 0 {
      group.stored.append(Delivery(.stored(through: through, sets: appended), to: caller))
      group.failed.append(Delivery(.refused(Self.storageFailed, sets: appended), to: caller))
    }
    if let ending { group.now.append(Delivery(.refused(ending, sets: count - answered), to: caller)) }
  }

  private func keepAside(
    _ item: SetItem, _ block: BlockCode, _ device: DeviceNumber, _ caller: Caller, _ group: inout Group
  ) {
    guard case .readable = item.content else {
      group.now.append(Delivery(.setAside(Self.idReused, sets: 1), to: caller))
      return
    }
    if let status = refusal(of: block, items: 1, isUpload: false, &group) {
      group.now.append(Delivery(.setAside(status, sets: 1), to: caller))
      return
    }
    ledgers[block, default: BlockLedger()].noteReuse(of: item.hash, by: device)
    let command = Command.quarantine(BlockLedger.quarantine(item, from: device, .idReused))
    group.append(command, block, caller)
    group.failed.append(Delivery(.setAside(Self.storageFailed, sets: 1), to: caller))
  }

  private func decide(
    _ commands: [Command], _ block: BlockCode, _ caller: Caller?, _ group: inout Group
  ) {
    var refused: Status?
    if intake.lastLSN(of: block) == .zero, !group.opened.contains(block) {
      refused = open(block, &group)
    }
    // What the merge itself asks for is bounded by what it merges.
    let items = caller == nil ? 0 : commands.count
    refused = refused ?? refusal(of: block, items: items, isUpload: false, &group)
    if let refused {
      if let caller { group.now.append(Delivery(.refused(refused, sets: 0), to: caller)) }
      return
    }
    for (index, command) in commands.enumerated() {
      group.append(command, block, index == commands.count - 1 ? caller : nil)
    }
    if let caller { group.failed.append(Delivery(.refused(Self.storageFailed, sets: 0), to: caller)) }
  }

  /// What exists, exists by a command.
  private func open(_ block: BlockCode, _ group: inout Group) -> Status? {
    switch opening(block) {
    case .unknown: return Status(.notFound, .blockUnknown, next: .showPerson, block: block)
    case .impossible(let reason):
      switchboard.merge.withLock { $0.setUnavailable(block, reason: reason) }
      return Status(.unavailable, .blockUnavailable, next: .wait, block: block)
    case .ready(let command):
      switchboard.merge.withLock { $0.opened(block) }
      group.opened.insert(block)
      group.append(.openBlock(command), block, nil)
      return nil
    }
  }

  private func refusal(
    of block: BlockCode, items: Int, isUpload: Bool, _ group: inout Group
  ) -> Status? {
    if isUpload, isStorageLow { return Self.storageFailed }
    if let status = switchboard.merge.withLock({ $0.reserve(block, items: items) }) { return status }
    group.reservations[block, default: 0] += items
    return nil
  }

  private static let storageFailed = Status(
    .unavailable, .storageFailed, retryAfterMilliseconds: 5_000, next: .wait)
  private static let idReused = Status(.alreadyExists, .idReused, next: .repair)
}
