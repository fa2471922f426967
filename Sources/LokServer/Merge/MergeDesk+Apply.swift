import LokBooks
import LokShard
import LokWire

extension MergeDesk {
  /// Rows between two look-ups go in one transaction. `done` counts the items whose outcome is known.
  func apply(
    _ items: [MergeItem], to writer: ShardWriter, _ outcome: inout Outcome, done: inout Int
  ) throws {
    defer { if let epoch = writer.epoch { outcome.close(epoch) } }
    var rows: [(ShardCommand, Caller?)] = []
    var keys: [WrappedKey] = []
    for item in items {
      switch item {
      case .row(let row, let wrapped, let caller):
        rows.append((row, caller))
        keys += wrapped
      case .lookUp(let set, let device, let caller):
        try applyRows(rows, keys, to: writer, &outcome, done: &done)
        (rows, keys) = ([], [])
        try lookUp(set, device, caller, in: writer, &outcome)
        done += 1
      }
    }
    try applyRows(rows, keys, to: writer, &outcome, done: &done)
  }

  private func applyRows(
    _ rows: [(ShardCommand, Caller?)], _ keys: [WrappedKey], to writer: ShardWriter,
    _ outcome: inout Outcome, done: inout Int
  ) throws {
    guard let first = rows.first?.0.lsn, let last = rows.last?.0.lsn else { return }
    if !keys.isEmpty { try keep(keys, writer.block) }
    let callers = Dictionary(rows.compactMap { row in row.1.map { (row.0.lsn, $0) } }) { $1 }
    let commands = Dictionary(rows.map { ($0.0.lsn, $0.0.command) }) { $1 }
    for group in groups(rows.map(\.0), of: writer.block) {
      note?.begin(writer.block, group.first?.lsn ?? first, group.last?.lsn ?? last)
      for done in try writer.apply(group) {
        guard let command = commands[done.lsn] else { continue }
        take(done, of: command, writer, callers[done.lsn], &outcome)
      }
      outcome.hasMoved = true
      note?.end(writer.block, appliedThrough: writer.applied)
      done += group.count
    }
  }

  /// One group; one command each where the process has died before, and the one that killed it set aside.
  private func groups(_ rows: [ShardCommand], of block: BlockCode) -> [[ShardCommand]] {
    guard let suspect = note?.suspect, suspect.block == block,
      rows.contains(where: { suspect.contains($0.lsn) })
    else { return [rows] }
    return rows.map { row in
      guard suspect.isPoison, suspect.first == row.lsn, case .set(let set) = row.command else { return [row] }
      var aside = row
      aside.decoded = nil
      aside.command = .quarantine(
        Command.QuarantineCommand(
          device: set.device, firstDeviceSeq: set.firstDeviceSeq, count: set.count, bytes: set.bytes,
          reason: .internal))
      return [aside]
    }
  }

  private func take(
    _ done: CommandOutcome, of command: Command, _ writer: ShardWriter, _ caller: Caller?,
    _ outcome: inout Outcome
  ) {
    let block = writer.block
    if done.hasMoreToRelease {
      outcome.intake.append(.commands(block, [.release(after: writer.head)], nil))
    }
    switch (command, done.result) {
    case (.revoke(let device), .done):
      outcome.standings.append(StandingChange(block: block, device: device, reason: .deviceRevoked))
    case (.suspend(let device), .done):
      outcome.standings.append(StandingChange(block: block, device: device, reason: .deviceSuspended))
    case (.set(let set), .committed(let committed, _)):
      outcome.tally.count(committed, changes: Int(set.count))
    case (_, .committed(let committed, _)): outcome.tally.count(committed, changes: 0)
    case (_, .registered): outcome.tally.registrations += 1
    default: break
    }
    guard let caller else { return }
    switch (command, done.result) {
    case (.quarantine(let set), .committed):
      outcome.deliveries.append(Delivery(.setAside(Self.status(of: set.reason), sets: 1), to: caller))
    case (.set, .committed(let committed, let leaf)), (.refusal, .committed(let committed, let leaf)):
      outcome.acknowledge(caller, Session.Acknowledged(committed, leaf: leaf))
    case (.set, .refused(let reason)), (.refusal, .refused(let reason)), (.quarantine, .refused(let reason)):
      let status = Status(.failedPrecondition, reason, next: .repair)
      outcome.deliveries.append(Delivery(.setAside(status, sets: 1), to: caller))
    default:
      outcome.deliveries.append(Delivery(.outcome(done.result, epoch: writer.epoch), to: caller))
    }
  }

  /// How the upload ends that brought a set which had to be kept aside.
  private static func status(of reason: Reason) -> Status {
    reason == .idReused
      ? Status(.alreadyExists, .idReused, next: .repair)
      : Status(.failedPrecondition, .reenroll, next: .repair)
  }

  /// The same numbers with the same bytes are answered as at first; others are kept aside.
  private func lookUp(
    _ set: SetItem, _ device: DeviceNumber, _ caller: Caller, in writer: ShardWriter,
    _ outcome: inout Outcome
  ) throws {
    if let stored = try writer.stored(device: device, firstDeviceSeq: set.firstDeviceSeq),
      stored.firstDeviceSeq == set.firstDeviceSeq, stored.count == set.count,
      set.isAsked || stored.hash == set.hash
    {
      var committed = stored.committed
      committed.duplicate = true
      outcome.tally.duplicates += 1
      outcome.acknowledge(caller, Session.Acknowledged(committed, leaf: stored.leaf))
    } else {
      outcome.intake.append(.reused(set, writer.block, device, caller))
    }
  }
}
