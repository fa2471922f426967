package import LokBooks
import LokIntake
import LokShard
import LokTransport
import LokWire
import Synchronization

extension IntakeDesk {
  func store(_ group: Group, at now: Session.Now) {
    for (block, items) in group.reservations {
      switchboard.merge.withLock { $0.release(block, items: items) }
    }
    do {
      let rows = try intake.append(group.rows.map(\.pending), now: now.wall)
      for block in Set(rows.map(\.block)) { ledgers[block]?.commit() }
      count(rows, group)
      // Before the merge has them: a session whose phone hears of a receipt first, and sends more, would
      // count the same sets as under way still, and turn these away.
      switchboard.courier.deliver(group.now + group.stored, after: [])
      handOver(rows, group, at: now.instant)
    } catch {
      for block in Set(group.rows.map(\.pending.block)) { ledgers[block]?.rollBack() }
      let lookUps = group.order.compactMap { place -> (BlockCode, MergeItem)? in
        guard case .lookUp(let item, let block, let device, let caller) = place else { return nil }
        return (block, .lookUp(item, device, caller))
      }
      switchboard.enqueue(lookUps, at: now.instant)
      onFailure?(error)
      switchboard.courier.deliver(group.now + group.failed, after: [])
    }
  }

  /// In the log's order.
  private func handOver(_ rows: [IntakeRow], _ group: Group, at now: Instant) {
    let items = group.order.map { place -> (BlockCode, MergeItem) in
      switch place {
      case .lookUp(let item, let block, let device, let caller): (block, .lookUp(item, device, caller))
      case .row(let index):
        (
          rows[index].block,
          .row(
            ShardCommand(
              rows[index], command: group.rows[index].command, decoded: group.rows[index].decoded),
            keys: rows[index].keys, group.rows[index].caller)
        )
      }
    }
    switchboard.enqueue(items, at: now)
  }

  private func count(_ rows: [IntakeRow], _ group: Group) {
    guard !rows.isEmpty else { return }
    switchboard.counters.update { values in
      values.intakeGroups += 1
      values.fsyncs += 1
      values.intakeRows += rows.count
      for row in group.rows {
        guard case .set(let set) = row.command else { continue }
        values.setsStored += 1
        values.changesStored += Int(set.count)
      }
    }
  }

  /// Rows of one round: a block far behind does not fill the memory.
  private static let replayRows = 512

  func replay(_ block: BlockCode, after lsn: LSN, at now: Instant) {
    do {
      let rows = try intake.rows(of: block, after: lsn, limit: Self.replayRows)
      let items = try rows.map { row -> (BlockCode, MergeItem) in
        let command = try Command(decoding: row.payload)
        return (block, .row(ShardCommand(row, command: command, decoded: nil), keys: row.keys, nil))
      }
      switchboard.enqueue(items, at: now)
    } catch {
      switchboard.merge.withLock { $0.setUnavailable(block, reason: String(describing: error)) }
    }
  }

  /// Removes the log's files that no shard needs; gives their names.
  package func removeFiles(archiveMilliseconds: Int64, at now: Session.Now) throws -> [String] {
    let durable = switchboard.merge.withLock { $0.durablePositions }
    return try intake.removeFiles(
      durable: { durable[$0] }, archiveMilliseconds: archiveMilliseconds, now: now.wall)
  }
}

extension ShardCommand {
  fileprivate init(_ row: IntakeRow, command: Command, decoded: ChangeSet?) {
    self.init(
      lsn: row.lsn, previous: row.previous, received: row.received, rules: row.rules, command: command,
      decoded: decoded)
  }
}

extension Command {
  /// As the journal numbers kinds.
  package var envelopeKind: Envelope.Kind {
    switch self {
    case .set: .set
    case .refusal: .refusal
    case .quarantine: .quarantine
    case .openBlock: .openBlock
    case .enrolCode: .enrolCode
    case .register: .register
    case .revoke: .revoke
    case .suspend: .suspend
    case .scope: .scope
    case .release: .resolution
    case .quarantineDecision: .quarantineDecision
    case .restore: .restore
    }
  }
}
