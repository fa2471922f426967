internal import CLokProto
import LokBooks

extension OperatorRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__OperatorRequest.encode { arena in
      var message = Loksync__V1__OperatorRequest.empty
      switch self {
      case .enrolCode(let block, let role, let grants, let count, let validDays):
        var request = Loksync__V1__EnrolCodeRequest.empty
        fillEnum(&request.has_role, &request.role, role.rawValue)
        arena.fill(&request.n_grant, &request.grant, grants.map(\.message))
        fillUnlessZero(&request.has_count, &request.count, count)
        fillUnlessZero(&request.has_valid_days, &request.valid_days, validDays)
        fillUnlessZero(&message.has_block, &message.block, block.rawValue)
        message.enrol_code = arena.message(request)
      case .revoke(let block, let device):
        var request = Loksync__V1__RevokeRequest.empty
        fillUnlessZero(&request.has_device, &request.device, device.rawValue)
        fillUnlessZero(&message.has_block, &message.block, block.rawValue)
        message.revoke = arena.message(request)
      case .scope(let block, let device, let add, let drop):
        var request = Loksync__V1__ScopeRequest.empty
        fillUnlessZero(&request.has_device, &request.device, device.rawValue)
        arena.fill(&request.n_add, &request.add, add.map(\.message))
        arena.fill(&request.n_drop, &request.drop, drop.map(\.message))
        fillUnlessZero(&message.has_block, &message.block, block.rawValue)
        message.scope = arena.message(request)
      case .quarantineDecision(let block, let decision):
        var request = Loksync__V1__QuarantineDecisionRequest.empty
        fillUnlessZero(&request.has_seq, &request.seq, decision.seq.rawValue)
        fillIfTrue(&request.has_release, &request.release, decision.isRelease)
        arena.fillUnlessEmpty(&request.reason, decision.reason)
        fillUnlessZero(&message.has_block, &message.block, block.rawValue)
        message.quarantine_decision = arena.message(request)
      case .status:
        fillIfTrue(&message.has_status, &message.status, true)
      }
      return message
    }
  }

  /// Exactly one request: none is `.missingField`, more than one `.undecodable`.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__OperatorRequest.decode(bytes) { message throws(WireError) in
      let block = BlockCode(message.block)
      var found: [OperatorRequest] = []
      if let request = load(message.enrol_code) {
        found.append(
          .enrolCode(
            block, role: try required(request.has_role, request.role, "role"),
            grants: try load(request.n_grant, request.grant, Grant.init), count: request.count,
            validDays: request.valid_days))
      }
      if let request = load(message.revoke) { found.append(.revoke(block, try device(request.device))) }
      if let request = load(message.scope) {
        found.append(
          .scope(
            block, try device(request.device), add: try load(request.n_add, request.add, Grant.init),
            drop: try load(request.n_drop, request.drop, Grant.init)))
      }
      if let request = load(message.quarantine_decision) {
        found.append(
          .quarantineDecision(
            block,
            .init(
              seq: try seq(request.seq, "seq"), isRelease: request.release != 0,
              reason: load(request.reason) ?? "")))
      }
      if message.status != 0 { found.append(.status) }
      guard let request = found.first else { throw .missingField("request") }
      guard found.count == 1 else { throw .undecodable }
      return request
    }
  }
}

extension OperatorReply {
  package func encoded() -> [UInt8] {
    Loksync__V1__OperatorReply.encode { arena in
      var message = Loksync__V1__OperatorReply.empty
      message.n_code = codes.count
      message.code = arena.texts(codes)
      fill(&message.has_seq, &message.seq, seq?.rawValue)
      message.status_json = statusJSON.flatMap { arena.text($0) }
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__OperatorReply.decode(bytes) { message throws(WireError) in
      OperatorReply(
        codes: load(message.n_code, message.code),
        seq: try present(message.has_seq, message.seq)
          .flatMap { value throws(WireError) in try LokWire.seq(value, "seq") },
        statusJSON: load(message.status_json))
    }
  }
}
