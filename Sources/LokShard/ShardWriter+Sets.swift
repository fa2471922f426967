package import LokBooks
import LokMerge
import LokSQLite
package import LokWire

extension ShardWriter {
  /// What is stored under a device's numbers, and whether they are the very same ones.
  package struct Stored: Sendable {
    package var hash: [UInt8]
    package var firstDeviceSeq: DeviceSeq
    package var count: UInt32
    package var committed: Committed
    package var leaf: [UInt8]
  }

  /// The set (or refusal, or quarantined set) that used `firstDeviceSeq`; nil where nothing did.
  package func stored(device: DeviceNumber, firstDeviceSeq: DeviceSeq) throws -> Stored? {
    let found = try connection.statement(
      "SELECT first_device_seq, count, hash, seq FROM device_set WHERE device = ? AND first_device_seq <= ? "
        + "ORDER BY first_device_seq DESC LIMIT 1"
    ).bind(device.rawValue, firstDeviceSeq.rawValue).first { row in
      (DeviceSeq(row.unsigned(0)), UInt32(clamping: row.integer(1)), row.bytes(2), Seq(row.unsigned(3)))
    }
    guard let (first, count, hash, seq) = found, firstDeviceSeq < first.advanced(by: count),
      let row = try journal.row(seq)
    else { return nil }
    var committed = try committed(row, resolution: resolution(of: row))
    committed.duplicate = true
    return Stored(hash: hash, firstDeviceSeq: first, count: count, committed: committed, leaf: row.leaf)
  }

  func take(_ set: Command.SetCommand, _ command: ShardCommand) throws -> CommandOutcome {
    guard let device = try devices.device(set.device) else { return command.without(.deviceUnknown) }
    guard set.firstDeviceSeq == device.nextDeviceSeq else { return try repeated(set, command) }
    switch device.status {
    case .revoked: return try quarantine(set, .senderRevoked, command, consumesNumbers: true)
    case .suspended: return try quarantine(set, .senderSuspended, command, consumesNumbers: true)
    case .active: break
    }
    let decoded: ChangeSet
    do {
      decoded = try command.decoded ?? ChangeSet(decoding: set.bytes)
    } catch {
      return try refuse(set, Verdict(.refused, .undecodable), command, device)
    }
    guard decoded.changes.count == Int(set.count), set.count > 0, decoded.device == set.device,
      decoded.firstDeviceSeq == set.firstDeviceSeq
    else { return try refuse(set, Verdict(.refused, .countDiffers), command, device) }
    try onJudge?(decoded)
    if let verdict = Authority.verdict(on: decoded, from: try sender(decoded, device)) {
      // The grant may be lost with what came after the copy: an operator decides.
      let isInDoubt = set.baseEpoch != nil && verdict.reason == .cboNeverInScope
      return verdict.word == .refused && !isInDoubt
        ? try refuse(set, verdict, command, device)
        : try quarantine(set, verdict.reason ?? .internal, command, consumesNumbers: true)
    }
    return try commit(decoded, set, command, device)
  }

  private func sender(_ set: ChangeSet, _ device: DeviceTables.DeviceRow) throws -> Sender {
    // Everybody reads the block's own book; who writes it is a question of the role.
    let isOwnBook = set.cbo == .blockBook
    let inScope = try isOwnBook || devices.isInScope(set.cbo, of: set.device, ever: false)
    return Sender(
      device: set.device, role: device.role, standing: .active, inScope: inScope,
      everInScope: try inScope || devices.isInScope(set.cbo, of: set.device, ever: true),
      nextCounter: device.nextCounter)
  }

  private func commit(
    _ decoded: ChangeSet, _ set: Command.SetCommand, _ command: ShardCommand, _ device: DeviceTables.DeviceRow
  ) throws -> CommandOutcome {
    let decoded = try bounded(decoded, inSessionOf: set.baseEpoch)
    let envelope = Envelope(
      seq: progress.head.next, kind: .set, device: set.device, firstDeviceSeq: set.firstDeviceSeq,
      count: set.count, received: command.received,
      hlc: max(device.hlc, min(decoded.firstHLC, HybridTime(command.received))), rules: command.rules)
    if decoded.cbo.device == set.device {
      try devices.add(.cbo(decoded.cbo), to: set.device, at: envelope.seq)
    }
    var judge = Judge(decoded, envelope: envelope, state: tables)
    var verdicts = try judge.verdicts()
    verdicts.seenThrough = decoded.seenThrough
    let hash = Hash.sha256(set.bytes)
    let row = try append(
      envelope, lsn: command.lsn, cbo: decoded.cbo, verdicts: verdicts.encoded(), changes: set.bytes,
      hash: hash)
    try remember(set.device, set.firstDeviceSeq, set.count, hash, envelope.seq)
    try consume(
      set.count, chain: set.outboxChain, of: device, at: command.received,
      hlc: decoded.effectiveHLC(ofChangeAt: decoded.changes.count - 1, envelope: envelope),
      counter: UInt64(decoded.firstCounter) + UInt64(decoded.changes.count(where: \.isNew)))
    let effects = try Apply.effects(
      of: decoded, envelope: envelope, verdicts: verdicts, state: tables,
      posted: judge.posted(under: verdicts))
    try write(effects)
    progress.rollup.sets += 1
    progress.rollup.changes += Int64(set.count)
    let isComplete = try release(causedBy: effects, at: envelope.seq, decisions: decoded, verdicts, command)
    return CommandOutcome(
      lsn: command.lsn, device: set.device, result: .committed(committed(row), leaf: row.leaf),
      hasMoreToRelease: !isComplete)
  }

  /// Numbers that were used before, found only here (two connections of one phone in one group).
  private func repeated(_ set: Command.SetCommand, _ command: ShardCommand) throws -> CommandOutcome {
    guard let stored = try stored(device: set.device, firstDeviceSeq: set.firstDeviceSeq) else {
      return command.without(.deviceSeqAhead)
    }
    if stored.firstDeviceSeq == set.firstDeviceSeq, stored.count == set.count,
      stored.hash == Hash.sha256(set.bytes)
    {
      return CommandOutcome(
        lsn: command.lsn, device: set.device, result: .committed(stored.committed, leaf: stored.leaf))
    }
    return try quarantine(set, .idReused, command, consumesNumbers: false)
  }

  func refuse(_ refusal: Command.RefusalCommand, _ command: ShardCommand) throws -> CommandOutcome {
    guard let device = try devices.device(refusal.device) else { return command.without(.deviceUnknown) }
    guard refusal.firstDeviceSeq == device.nextDeviceSeq else {
      guard let stored = try stored(device: refusal.device, firstDeviceSeq: refusal.firstDeviceSeq) else {
        return command.without(.deviceSeqAhead)
      }
      return CommandOutcome(
        lsn: command.lsn, device: refusal.device, result: .committed(stored.committed, leaf: stored.leaf))
    }
    return try refuse(
      refusal.device, refusal.firstDeviceSeq, refusal.count, refusal.setHash, chain: refusal.outboxChain,
      Verdict(.refused, refusal.reason, arguments: refusal.arguments), command, device)
  }

  private func refuse(
    _ set: Command.SetCommand, _ verdict: Verdict, _ command: ShardCommand, _ device: DeviceTables.DeviceRow
  ) throws -> CommandOutcome {
    try refuse(
      set.device, set.firstDeviceSeq, set.count, Hash.sha256(set.bytes), chain: set.outboxChain, verdict,
      command, device)
  }

  private func refuse(
    _ number: DeviceNumber, _ first: DeviceSeq, _ count: UInt32, _ hash: [UInt8], chain: [UInt8],
    _ verdict: Verdict, _ command: ShardCommand, _ device: DeviceTables.DeviceRow
  ) throws -> CommandOutcome {
    let row = try append(
      aside(.refusal, number, first, count, command, device.hlc), lsn: command.lsn, cbo: nil,
      verdicts: Verdicts(whole: verdict).encoded(), changes: [], hash: hash)
    try remember(number, first, count, hash, row.envelope.seq)
    try consume(count, chain: chain, of: device, at: command.received)
    progress.rollup.refused += 1
    return CommandOutcome(
      lsn: command.lsn, device: number, result: .committed(committed(row), leaf: row.leaf))
  }

  func quarantine(_ set: Command.QuarantineCommand, _ command: ShardCommand) throws -> CommandOutcome {
    let consumes = try devices.device(set.device)?.nextDeviceSeq == set.firstDeviceSeq
    let chain = try devices.device(set.device)?.chain ?? OutboxChain.start
    return try quarantine(
      Command.SetCommand(
        device: set.device, firstDeviceSeq: set.firstDeviceSeq, count: set.count, bytes: set.bytes,
        outboxChain: OutboxChain.next(
          after: chain, firstDeviceSeq: set.firstDeviceSeq, setHash: Hash.sha256(set.bytes))),
      set.reason, command, consumesNumbers: consumes)
  }

  func quarantine(
    _ set: Command.SetCommand, _ reason: Reason, _ command: ShardCommand, consumesNumbers: Bool
  ) throws -> CommandOutcome {
    guard let device = try devices.device(set.device) else { return command.without(.deviceUnknown) }
    let hash = Hash.sha256(set.bytes)
    let row = try append(
      aside(.quarantine, set.device, set.firstDeviceSeq, set.count, command, device.hlc), lsn: command.lsn,
      cbo: nil, verdicts: Verdicts(whole: Verdict(.quarantined, reason)).encoded(), changes: [], hash: hash)
    try connection.statement(
      "INSERT INTO quarantine (seq, device, first_device_seq, count, reason, received, bytes) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?)"
    ).bind(
      row.envelope.seq.rawValue, set.device.rawValue, set.firstDeviceSeq.rawValue, set.count,
      reason.rawValue, command.received.milliseconds, set.bytes
    ).run()
    if consumesNumbers {
      try remember(set.device, set.firstDeviceSeq, set.count, hash, row.envelope.seq)
      try consume(set.count, chain: set.outboxChain, of: device, at: command.received)
    }
    progress.rollup.quarantined += 1
    return CommandOutcome(
      lsn: command.lsn, device: set.device, result: .committed(committed(row), leaf: row.leaf))
  }

  private func aside(
    _ kind: Envelope.Kind, _ device: DeviceNumber, _ first: DeviceSeq, _ count: UInt32,
    _ command: ShardCommand,
    _ hlc: HybridTime
  ) -> Envelope {
    Envelope(
      seq: progress.head.next, kind: kind, device: device, firstDeviceSeq: first, count: count,
      received: command.received, hlc: hlc, rules: command.rules)
  }

  private static let insertDeviceSet = Query(
    "INSERT INTO device_set (device, first_device_seq, count, hash, seq) VALUES (?, ?, ?, ?, ?)")

  private func remember(
    _ device: DeviceNumber, _ first: DeviceSeq, _ count: UInt32, _ hash: [UInt8], _ seq: Seq
  ) throws {
    try connection.statement(Self.insertDeviceSet).bind(columns: { binder in
      binder.put(Int64(device.rawValue))
      binder.put(Int64(bitPattern: first.rawValue))
      binder.put(Int64(count))
      binder.put(hash)
      binder.put(seq.column)
    }).run()
  }

  private func consume(
    _ count: UInt32, chain: [UInt8], of device: DeviceTables.DeviceRow, at received: Timestamp,
    hlc: HybridTime? = nil, counter: UInt64? = nil
  ) throws {
    var row = device
    row.nextDeviceSeq = row.nextDeviceSeq.advanced(by: count)
    row.chain = chain
    row.hlc = max(row.hlc, hlc ?? row.hlc)
    row.nextCounter = max(row.nextCounter, counter ?? 0)
    try devices.advance(row, at: received)
  }

  func write(_ effects: Effects) throws {
    let isNew = { (record: StoredRecord) in try self.tables.record(record.id) == nil }
    for record in effects.records where try isNew(record) {
      if record.entity == .cbo { progress.rollup.cbos += 1 }
      if record.entity == .member { progress.rollup.members += 1 }
    }
    progress.rollup.conflicts += Int64(effects.conflicts.count)
    progress.rollup.setAside += Int64(effects.setAside.count) - Int64(effects.noLongerSetAside.count)
    try tables.write(effects)
  }

  /// The clock that the sender knows: only another one is worth its bytes.
  private func sentHLC(of row: JournalRow) -> HybridTime? {
    row.envelope.kind == .set ? ChangeSet.firstHLC(in: row.changes) : nil
  }

  private static let selectResolution = Query(
    "SELECT journal.changes FROM resolved JOIN journal ON journal.seq = resolved.seq "
      + "WHERE resolved.target_seq = ? AND resolved.idx = -1")

  private func resolution(of row: JournalRow) throws -> Resolution? {
    try connection.statement(Self.selectResolution)
      .bind(columns: { $0.put(row.envelope.seq.column) })
      .first { try ResolutionSet.decode($0.bytes(0)).resolution }
  }

  /// What the sender is told about a journal row, and what became of it later: of a new one nothing has.
  func committed(_ row: JournalRow, resolution: Resolution? = nil) -> Committed {
    let envelope = row.envelope
    return Committed(
      firstDeviceSeq: envelope.firstDeviceSeq, seq: envelope.seq, received: envelope.received,
      hlc: envelope.hlc == sentHLC(of: row) ? nil : envelope.hlc, rules: envelope.rules,
      verdicts: row.verdicts,
      resolution: resolution?.encoded() ?? [],
      kind: envelope.kind, leaf: nil)
  }
}
