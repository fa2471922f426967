internal import CLokProto
import LokBooks

extension Command {
  package func encoded() -> [UInt8] {
    Loksync__V1__Command.encode { arena in
      var message = Loksync__V1__Command.empty
      switch self {
      case .set(let command): message.set = arena.message(command.message(in: arena))
      case .refusal(let command): message.refusal = arena.message(command.message(in: arena))
      case .quarantine(let command): message.quarantine = arena.message(command.message(in: arena))
      case .openBlock(let command): message.open_block = arena.message(command.message(in: arena))
      case .enrolCode(let command): message.enrol_code = arena.message(command.message(in: arena))
      case .register(let command): message.register_ = arena.message(command.message(in: arena))
      case .revoke(let device):
        var command = Loksync__V1__RevokeCommand.empty
        fillUnlessZero(&command.has_device, &command.device, device.rawValue)
        message.revoke = arena.message(command)
      case .suspend(let device):
        var command = Loksync__V1__SuspendCommand.empty
        fillUnlessZero(&command.has_device, &command.device, device.rawValue)
        message.suspend = arena.message(command)
      case .scope(let command): message.scope = arena.message(command.message(in: arena))
      case .release(let after):
        var command = Loksync__V1__ReleaseCommand.empty
        fillUnlessZero(&command.has_after_seq, &command.after_seq, after.rawValue)
        message.release = arena.message(command)
      case .quarantineDecision(let decision):
        var command = Loksync__V1__QuarantineDecisionCommand.empty
        fillUnlessZero(&command.has_seq, &command.seq, decision.seq.rawValue)
        fillIfTrue(&command.has_release, &command.release, decision.isRelease)
        arena.fillUnlessEmpty(&command.reason, decision.reason)
        message.quarantine_decision = arena.message(command)
      case .restore(let restore):
        var command = Loksync__V1__RestoreCommand.empty
        arena.fill(&command.has_epoch, &command.epoch, restore.epoch.bytes)
        fillUnlessZero(&command.has_devices_skipped, &command.devices_skipped, restore.devicesSkipped)
        message.restore = arena.message(command)
      }
      return message
    }
  }

  /// Exactly one command: none is `.missingField`, more than one `.undecodable`.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__Command.decode(bytes) { message throws(WireError) in
      var found: [Command] = []
      if let command = load(message.set) { found.append(.set(try SetCommand(command))) }
      if let command = load(message.refusal) { found.append(.refusal(try RefusalCommand(command))) }
      if let command = load(message.quarantine) {
        found.append(.quarantine(try QuarantineCommand(command)))
      }
      if let command = load(message.open_block) { found.append(.openBlock(try OpenBlockCommand(command))) }
      if let command = load(message.enrol_code) { found.append(.enrolCode(try EnrolCodeCommand(command))) }
      if let command = load(message.register_) { found.append(.register(try RegisterCommand(command))) }
      if let command = load(message.revoke) { found.append(.revoke(try device(command.device))) }
      if let command = load(message.suspend) { found.append(.suspend(try device(command.device))) }
      if let command = load(message.scope) { found.append(.scope(try ScopeCommand(command))) }
      if let command = load(message.release) {
        found.append(.release(after: try seq(command.after_seq, "after_seq")))
      }
      if let command = load(message.quarantine_decision) {
        found.append(
          .quarantineDecision(
            .init(
              seq: try seq(command.seq, "seq"), isRelease: command.release != 0,
              reason: load(command.reason) ?? "")))
      }
      if let command = load(message.restore) {
        found.append(
          .restore(
            .init(
              epoch: try requiredEpoch(command.has_epoch, command.epoch),
              devicesSkipped: command.devices_skipped)))
      }
      guard let command = found.first else { throw .missingField("command") }
      guard found.count == 1 else { throw .undecodable }
      return command
    }
  }
}

extension Command.SetCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__SetCommand {
    var message = Loksync__V1__SetCommand.empty
    fillUnlessZero(&message.has_device, &message.device, device.rawValue)
    fillUnlessZero(&message.has_first_device_seq, &message.first_device_seq, firstDeviceSeq.rawValue)
    fillUnlessZero(&message.has_count, &message.count, count)
    arena.fill(&message.has_set, &message.set, bytes)
    arena.fill(&message.has_outbox_chain, &message.outbox_chain, outboxChain)
    arena.fill(&message.has_base_epoch, &message.base_epoch, baseEpoch?.bytes)
    return message
  }

  fileprivate init(_ message: Loksync__V1__SetCommand) throws(WireError) {
    self.init(
      device: try LokWire.device(message.device),
      firstDeviceSeq: try deviceSeq(message.first_device_seq, "first_device_seq"), count: message.count,
      bytes: try required(message.has_set, message.set, "set"),
      outboxChain: try requiredFixed(message.has_outbox_chain, message.outbox_chain, 32, "outbox_chain"),
      baseEpoch: try epoch(message.has_base_epoch, message.base_epoch, "base_epoch"))
  }
}

extension Command.RefusalCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__RefusalCommand {
    var message = Loksync__V1__RefusalCommand.empty
    fillUnlessZero(&message.has_device, &message.device, device.rawValue)
    fillUnlessZero(&message.has_first_device_seq, &message.first_device_seq, firstDeviceSeq.rawValue)
    fillUnlessZero(&message.has_count, &message.count, count)
    arena.fill(&message.has_set_hash, &message.set_hash, setHash)
    fillEnum(&message.has_reason, &message.reason, reason.rawValue)
    arena.fill(&message.n_argument, &message.argument, arguments)
    arena.fill(&message.has_outbox_chain, &message.outbox_chain, outboxChain)
    return message
  }

  fileprivate init(_ message: Loksync__V1__RefusalCommand) throws(WireError) {
    self.init(
      device: try LokWire.device(message.device),
      firstDeviceSeq: try deviceSeq(message.first_device_seq, "first_device_seq"), count: message.count,
      setHash: try requiredFixed(message.has_set_hash, message.set_hash, 32, "set_hash"),
      reason: try required(message.has_reason, message.reason, "reason"),
      arguments: load(message.n_argument, message.argument),
      outboxChain: try requiredFixed(message.has_outbox_chain, message.outbox_chain, 32, "outbox_chain"))
  }
}

extension Command.QuarantineCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__QuarantineCommand {
    var message = Loksync__V1__QuarantineCommand.empty
    fillUnlessZero(&message.has_device, &message.device, device.rawValue)
    fillUnlessZero(&message.has_first_device_seq, &message.first_device_seq, firstDeviceSeq.rawValue)
    fillUnlessZero(&message.has_count, &message.count, count)
    arena.fill(&message.has_set, &message.set, bytes)
    fillEnum(&message.has_reason, &message.reason, reason.rawValue)
    return message
  }

  fileprivate init(_ message: Loksync__V1__QuarantineCommand) throws(WireError) {
    self.init(
      device: try LokWire.device(message.device),
      firstDeviceSeq: try deviceSeq(message.first_device_seq, "first_device_seq"), count: message.count,
      bytes: try required(message.has_set, message.set, "set"),
      reason: try required(message.has_reason, message.reason, "reason"))
  }
}

extension Command.OpenBlockCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__OpenBlockCommand {
    var message = Loksync__V1__OpenBlockCommand.empty
    fillUnlessZero(&message.has_block, &message.block, block.rawValue)
    arena.fillUnlessEmpty(&message.name, name)
    fillUnlessZero(&message.has_state, &message.state, state)
    fillUnlessZero(&message.has_district, &message.district, district)
    arena.fill(&message.has_epoch, &message.epoch, epoch.bytes)
    return message
  }

  fileprivate init(_ message: Loksync__V1__OpenBlockCommand) throws(WireError) {
    self.init(
      block: BlockCode(message.block), name: load(message.name) ?? "", state: message.state,
      district: message.district, epoch: try requiredEpoch(message.has_epoch, message.epoch))
  }
}

extension Command.EnrolCodeCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__EnrolCodeCommand {
    var message = Loksync__V1__EnrolCodeCommand.empty
    arena.fill(&message.has_code_hash, &message.code_hash, codeHash)
    fillEnum(&message.has_role, &message.role, role.rawValue)
    arena.fill(&message.n_grant, &message.grant, grants.map(\.message))
    fillUnlessZero(&message.has_expires_ms, &message.expires_ms, expires.milliseconds)
    return message
  }

  fileprivate init(_ message: Loksync__V1__EnrolCodeCommand) throws(WireError) {
    self.init(
      codeHash: try requiredFixed(message.has_code_hash, message.code_hash, 32, "code_hash"),
      role: try required(message.has_role, message.role, "role"),
      grants: try load(message.n_grant, message.grant, Grant.init),
      expires: Timestamp(milliseconds: message.expires_ms))
  }
}

extension Command.RegisterCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__RegisterCommand {
    var message = Loksync__V1__RegisterCommand.empty
    arena.fillUnlessEmpty(&message.has_code_hash, &message.code_hash, codeHash)
    fillEnum(&message.has_key_type, &message.key_type, key.type.rawValue)
    arena.fill(&message.has_public_key, &message.public_key, key.bytes)
    arena.fillUnlessEmpty(&message.app_build, appBuild)
    fill(&message.has_predecessor, &message.predecessor, predecessor?.rawValue)
    fill(&message.has_predecessor_from, &message.predecessor_from, predecessorFrom?.rawValue)
    return message
  }

  fileprivate init(_ message: Loksync__V1__RegisterCommand) throws(WireError) {
    self.init(
      codeHash: try fixed(message.has_code_hash, message.code_hash, 32, "code_hash") ?? [],
      key: try PublicKey(message.has_key_type, message.key_type, message.has_public_key, message.public_key),
      appBuild: load(message.app_build) ?? "",
      predecessor: try present(message.has_predecessor, message.predecessor)
        .flatMap { number throws(WireError) in try device(number, "predecessor") },
      predecessorFrom: present(message.has_predecessor_from, message.predecessor_from).map { DeviceSeq($0) })
  }
}

extension Command.ScopeCommand {
  fileprivate func message(in arena: Arena) -> Loksync__V1__ScopeCommand {
    var message = Loksync__V1__ScopeCommand.empty
    fillUnlessZero(&message.has_device, &message.device, device.rawValue)
    arena.fill(&message.n_add, &message.add, add.map(\.message))
    arena.fill(&message.n_drop, &message.drop, drop.map(\.message))
    return message
  }

  fileprivate init(_ message: Loksync__V1__ScopeCommand) throws(WireError) {
    self.init(
      device: try LokWire.device(message.device),
      add: try load(message.n_add, message.add, Grant.init),
      drop: try load(message.n_drop, message.drop, Grant.init))
  }
}
