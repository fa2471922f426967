import LokBooks
import LokShard
import LokTransport
import LokWire

extension Session {
  /// - Throws: the status that ends the call.
  mutating func register(
    _ request: RegisterRequest, _ call: UInt32, _ deadline: Instant
  ) throws(Status) -> [Action] {
    if let predecessor = request.predecessor {
      guard request.code.isEmpty else { throw Self.badRequest }
      guard proves(request, codeText: "") else { return badSignature(call) }
      calls[call] = Call(deadline: deadline, work: .register(request, codeHash: []))
      return [.lookUpDevice(call: call, request.block, predecessor.device)]
    }
    // Another block's code and one that never was are the same answer.
    guard let code = EnrolmentCode(text: request.code), code.block == request.block else {
      throw Status(.notFound, .codeUnknown, next: .showPerson)
    }
    guard proves(request, codeText: code.text) else { return badSignature(call) }
    let hash = code.hash
    calls[call] = Call(deadline: deadline, work: .register(request, codeHash: hash))
    return [.checkCode(call: call, request.block, codeHash: hash, key: request.key)]
  }

  private func proves(_ request: RegisterRequest, codeText: String) -> Bool {
    request.key.verifies(
      signature: request.proof,
      over: SignedBytes.registration(block: request.block, code: codeText, key: request.key))
  }

  private mutating func badSignature(_ call: UInt32) -> [Action] {
    end(call, Status(.unauthenticated, .badSignature, next: .showPerson)) + close(.badSignature)
  }

  mutating func codeChecked(
    _ request: RegisterRequest, _ codeHash: [UInt8], _ reason: Reason?, _ call: UInt32, _ open: Call
  ) -> [Action] {
    if let reason { return end(call, Self.refusal(of: reason)) }
    return submit(request, codeHash, call, open)
  }

  mutating func predecessorFound(
    _ request: RegisterRequest, _ found: DeviceFound?, _ call: UInt32, _ open: Call
  ) -> [Action] {
    guard let found, let predecessor = request.predecessor else {
      return end(call, Status(.notFound, .deviceUnknown, next: .showPerson))
    }
    let signed = SignedBytes.reenrolment(
      block: request.block, oldDevice: predecessor.device, newKey: request.key)
    guard found.state.key.verifies(signature: predecessor.signature, over: signed) else {
      return badSignature(call)
    }
    if found.state.status == .revoked { return end(call, Self.refusal(of: .deviceRevoked)) }
    return submit(request, [], call, open)
  }

  private mutating func submit(
    _ request: RegisterRequest, _ codeHash: [UInt8], _ call: UInt32, _ open: Call
  ) -> [Action] {
    calls[call] = Call(deadline: open.deadline, work: .registering(request.block))
    let command = Command.RegisterCommand(
      codeHash: codeHash, key: request.key, appBuild: request.appBuild,
      predecessor: request.predecessor?.device, predecessorFrom: request.predecessor?.firstUnproven)
    return [.submit(call: call, request.block, .register(command))]
  }

  mutating func registered(
    _ block: BlockCode, _ result: CommandOutcome.Result, _ epoch: Epoch?, _ call: UInt32, at now: Now
  ) -> [Action] {
    switch result {
    case .registered(let device, var committed, let leaf, let predecessorSets):
      guard let epoch else { return end(call, Status(.internal, .internal, next: .wait)) }
      // The device did not write the command that is hashed here.
      committed.leaf = leaf
      let reply = RegisterReply(
        device: device.number, role: device.role, grants: device.grants, epoch: epoch,
        serverKey: surroundings.serverKey, vaultKey: surroundings.vaultKey,
        nonce: surroundings.nonce(block, device.number, now.wall),
        receipt: acknowledgement([Acknowledged(committed, leaf: leaf)], block, epoch),
        predecessorSets: predecessorSets)
      return self.reply(call, reply.encoded())
    case .refused(let reason): return end(call, Self.refusal(of: reason))
    case .committed, .done: return end(call, Status(.internal, .internal, next: .wait))
    }
  }

  private static func refusal(of reason: Reason) -> Status {
    switch reason {
    case .codeUsed: Status(.alreadyExists, reason, next: .showPerson)
    case .codeExpired: Status(.failedPrecondition, reason, next: .showPerson)
    case .deviceRevoked: Status(.permissionDenied, reason, next: .showPerson)
    default: Status(.notFound, reason, next: .showPerson)
    }
  }

  /// One signature over all of it.
  func acknowledgement(_ sets: [Acknowledged], _ block: BlockCode, _ epoch: Epoch) -> Acknowledgement {
    let signed = SignedBytes.receipt(
      block: block, epoch: epoch, leaves: sets.map { (seq: $0.committed.seq, leaf: $0.leaf) })
    return Acknowledgement(committed: sets.map(\.committed), signature: surroundings.sign(signed))
  }
}
