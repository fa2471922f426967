import LokBooks
import LokMerge
import LokWire

extension ShardWriter {
  func run(_ command: ShardCommand) throws -> CommandOutcome {
    switch command.command {
    case .set(let set): try take(set, command)
    case .refusal(let refusal): try refuse(refusal, command)
    case .quarantine(let set): try quarantine(set, command)
    case .openBlock(let opening): try open(opening, command)
    case .enrolCode(let code): try enrolCode(code, command)
    case .register(let registration): try register(registration, command)
    case .revoke(let device): try setStatus(.revoked, of: device, kind: .revoke, command)
    case .suspend(let device): try setStatus(.suspended, of: device, kind: .suspend, command)
    case .scope(let scope): try changeScope(scope, command)
    case .release: try continueReleasing(command)
    case .quarantineDecision(let decision): try decideQuarantine(decision, command)
    case .restore(let restore): try begin(restore, command)
    }
  }

  private func open(_ opening: Command.OpenBlockCommand, _ command: ShardCommand) throws -> CommandOutcome {
    guard progress.epoch == nil else { return command.without(.badRequest) }
    progress.epoch = opening.epoch
    try Meta.set("name", opening.name, in: connection)
    try Meta.set("state", Int64(opening.state), in: connection)
    try Meta.set("district", Int64(opening.district), in: connection)
    return command.done(try record(command, .openBlock, device: .block).envelope.seq)
  }

  private func enrolCode(_ code: Command.EnrolCodeCommand, _ command: ShardCommand) throws -> CommandOutcome {
    try codes.insert(code)
    return command.done(try record(command, .enrolCode, device: .block).envelope.seq)
  }

  private func setStatus(
    _ status: DeviceState.Status, of device: DeviceNumber, kind: Envelope.Kind, _ command: ShardCommand
  ) throws -> CommandOutcome {
    guard let known = try devices.device(device) else { return command.without(.deviceUnknown) }
    // A revoked device stays revoked, whatever else is found out about it.
    guard known.status != status, known.status != .revoked else { return command.done(progress.head) }
    try devices.set(status, of: device)
    return command.done(try record(command, kind, device: device).envelope.seq)
  }

  private func changeScope(_ scope: Command.ScopeCommand, _ command: ShardCommand) throws -> CommandOutcome {
    guard try devices.device(scope.device) != nil else { return command.without(.deviceUnknown) }
    let row = try record(command, .scope, device: scope.device)
    for grant in scope.drop { try devices.drop(grant, from: scope.device, at: row.envelope.seq) }
    for grant in scope.add { try devices.add(grant, to: scope.device, at: row.envelope.seq) }
    return command.done(row.envelope.seq)
  }

  private func register(_ registration: Command.RegisterCommand, _ command: ShardCommand) throws
    -> CommandOutcome
  {
    if let number = try devices.device(withKey: registration.key) {
      return try registered(number, registration, command)
    }
    var role = Role.viewer
    var grants: [Grant] = []
    if let predecessor = registration.predecessor {
      guard let old = try devices.state(of: predecessor) else { return command.without(.deviceUnknown) }
      guard old.status != .revoked else { return command.without(.deviceRevoked) }
      (role, grants) = (old.role, old.grants)
    } else {
      let why = try whyUnusable(codeHash: registration.codeHash, by: registration.key, at: command.received)
      guard why == nil, let code = try codes.code(registration.codeHash) else {
        return command.without(why ?? .codeUnknown)
      }
      (role, grants) = (code.role, code.grants)
    }
    guard let number = try devices.nextNumber() else { return command.without(.busy) }
    let row = try record(command, .register, device: number)
    try devices.insert(
      .init(
        number: number, role: role, key: registration.key, status: .active, nextDeviceSeq: DeviceSeq(1),
        chain: OutboxChain.start, hlc: .zero, nextCounter: 1, registered: row.envelope.seq),
      grants: grants, codeHash: registration.predecessor == nil ? registration.codeHash : nil,
      predecessor: registration.predecessor, appBuild: registration.appBuild, at: command.received)
    if registration.predecessor == nil { try codes.markUsed(registration.codeHash, by: number) }
    return try registered(number, registration, command)
  }

  private func registered(
    _ number: DeviceNumber, _ registration: Command.RegisterCommand, _ command: ShardCommand
  ) throws -> CommandOutcome {
    guard let device = try devices.state(of: number), let registered = try devices.device(number)?.registered,
      let row = try journal.row(registered)
    else { return command.without(.deviceUnknown) }
    let committed = Committed(
      firstDeviceSeq: DeviceSeq(0), seq: row.envelope.seq, received: row.envelope.received,
      rules: row.envelope.rules, kind: .register, leaf: row.leaf)
    return CommandOutcome(
      lsn: command.lsn, device: number,
      result: .registered(
        device, committed, leaf: row.leaf,
        predecessorSets: try devices.heldSets(
          of: registration.predecessor, from: registration.predecessorFrom)))
  }

  /// The journal row of a command that is no set: the command itself is what is kept and hashed.
  func record(_ command: ShardCommand, _ kind: Envelope.Kind, device: DeviceNumber) throws
    -> JournalRow
  {
    let bytes = command.command.encoded()
    let envelope = Envelope(
      seq: progress.head.next, kind: kind, device: device, firstDeviceSeq: DeviceSeq(0), count: 0,
      received: command.received, hlc: HybridTime(command.received), rules: command.rules)
    return try append(
      envelope, lsn: command.lsn, cbo: nil, verdicts: [], changes: bytes, hash: Hash.sha256(bytes))
  }

  /// Every journal row goes through here: one seq, one leaf.
  func append(
    _ envelope: Envelope, lsn: LSN, cbo: RecordID?, verdicts: [UInt8], changes: [UInt8], hash: [UInt8]
  ) throws -> JournalRow {
    let leaf = Leaf.hash(block: block, envelope: envelope, setHash: hash, verdicts: verdicts)
    let row = JournalRow(
      envelope: envelope, lsn: lsn, cbo: cbo, verdicts: verdicts, changes: changes, leaf: leaf)
    try journal.append(row)
    progress.tree.append(leaf)
    return row
  }
}

extension ShardCommand {
  func without(_ reason: Reason) -> CommandOutcome {
    CommandOutcome(lsn: lsn, device: nil, result: .refused(reason))
  }
  func done(_ seq: Seq) -> CommandOutcome { CommandOutcome(lsn: lsn, device: nil, result: .done(seq)) }
}
