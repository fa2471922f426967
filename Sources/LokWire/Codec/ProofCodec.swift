internal import CLokProto
package import LokBooks

extension Acknowledgement {
  package func encoded() -> [UInt8] { Loksync__V1__Acknowledgement.encode(message) }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__Acknowledgement.decode(bytes) { message throws(WireError) in
      try Acknowledgement(message)
    }
  }

  func message(in arena: Arena) -> Loksync__V1__Acknowledgement {
    var message = Loksync__V1__Acknowledgement.empty
    arena.fill(&message.n_committed, &message.committed, committed.map { $0.message(in: arena) })
    arena.fill(&message.has_signature, &message.signature, signature)
    return message
  }

  init(_ message: Loksync__V1__Acknowledgement) throws(WireError) {
    self.init(
      committed: try load(message.n_committed, message.committed, Committed.init),
      signature: try requiredFixed(message.has_signature, message.signature, 64, "signature"))
  }
}

extension Committed {
  fileprivate func message(in arena: Arena) -> Loksync__V1__Committed {
    var message = Loksync__V1__Committed.empty
    fillUnlessZero(&message.has_first_device_seq, &message.first_device_seq, firstDeviceSeq.rawValue)
    fillUnlessZero(&message.has_seq, &message.seq, seq.rawValue)
    fillUnlessZero(&message.has_received_ms, &message.received_ms, received.milliseconds)
    fill(&message.has_hlc, &message.hlc, hlc?.rawValue)
    fillUnlessZero(&message.has_rules, &message.rules, rules.rawValue)
    arena.fillUnlessEmpty(&message.has_verdicts, &message.verdicts, verdicts)
    fillIfTrue(&message.has_duplicate, &message.duplicate, duplicate)
    arena.fillUnlessEmpty(&message.has_resolution, &message.resolution, resolution)
    fillEnum(&message.has_kind, &message.kind, kind == .set ? nil : kind.rawValue)
    arena.fill(&message.has_leaf, &message.leaf, leaf)
    return message
  }

  fileprivate init(_ message: Loksync__V1__Committed) throws(WireError) {
    self.init(
      firstDeviceSeq: try deviceSeq(message.first_device_seq, "first_device_seq"),
      seq: try LokWire.seq(message.seq, "seq"),
      received: Timestamp(milliseconds: message.received_ms),
      hlc: try present(message.has_hlc, message.hlc)
        .flatMap { value throws(WireError) in try hybridTime(value, "hlc") },
      rules: RulesVersion(rawValue: message.rules), verdicts: load(message.verdicts),
      duplicate: message.duplicate != 0, resolution: load(message.resolution),
      kind: message.has_kind == 0 ? .set : try required(message.has_kind, message.kind, "kind"),
      leaf: try fixed(message.has_leaf, message.leaf, 32, "leaf"))
  }
}

extension SignedHead {
  package func encoded() -> [UInt8] {
    Loksync__V1__SignedHead.encode { arena in
      var message = Loksync__V1__SignedHead.empty
      fillUnlessZero(&message.has_block, &message.block, block.rawValue)
      arena.fill(&message.has_epoch, &message.epoch, epoch.bytes)
      fillUnlessZero(&message.has_size, &message.size, size.rawValue)
      arena.fill(&message.has_root, &message.root, root)
      fillUnlessZero(&message.has_time_ms, &message.time_ms, time.milliseconds)
      arena.fill(&message.has_signature, &message.signature, signature)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__SignedHead.decode(bytes) { message throws(WireError) in
      SignedHead(
        block: BlockCode(message.block), epoch: try requiredEpoch(message.has_epoch, message.epoch),
        size: try seq(message.size, "size"),
        root: try requiredFixed(message.has_root, message.root, 32, "root"),
        time: Timestamp(milliseconds: message.time_ms),
        signature: try requiredFixed(message.has_signature, message.signature, 64, "signature"))
    }
  }
}

/// The digest call asks about up to `WireLimits.digestsPerCall` CBOs at once.
extension CboDigest {
  package static func encodeRequest(_ cbos: [RecordID]) -> [UInt8] {
    Loksync__V1__DigestRequest.encode { arena in
      var message = Loksync__V1__DigestRequest.empty
      arena.fill(&message.n_cbo, &message.cbo, cbos.map(\.rawValue))
      return message
    }
  }

  package static func decodeRequest(_ bytes: [UInt8]) throws(WireError) -> [RecordID] {
    try Loksync__V1__DigestRequest.decode(bytes) { message throws(WireError) in
      guard message.n_cbo <= WireLimits.digestsPerCall else {
        throw .tooMany(field: "cbo", actual: message.n_cbo, limit: WireLimits.digestsPerCall)
      }
      return try load(message.n_cbo, message.cbo).read { cbo throws(WireError) in
        try recordID(cbo, "cbo")
      }
    }
  }

  package static func encodeReply(_ digests: [CboDigest]) -> [UInt8] {
    Loksync__V1__DigestReply.encode { arena in
      var message = Loksync__V1__DigestReply.empty
      arena.fill(&message.n_cbo, &message.cbo, digests.map { $0.message(in: arena) })
      return message
    }
  }

  package static func decodeReply(_ bytes: [UInt8]) throws(WireError) -> [CboDigest] {
    try Loksync__V1__DigestReply.decode(bytes) { message throws(WireError) in
      try load(message.n_cbo, message.cbo, CboDigest.init)
    }
  }

  private func message(in arena: Arena) -> Loksync__V1__CboDigest {
    var message = Loksync__V1__CboDigest.empty
    fillUnlessZero(&message.has_cbo, &message.cbo, cbo.rawValue)
    fillUnlessZero(&message.has_seq, &message.seq, seq.rawValue)
    arena.fill(&message.has_chain, &message.chain, chain)
    arena.fill(&message.has_state, &message.state, state)
    fillUnlessZero(&message.has_rules, &message.rules, rules.rawValue)
    return message
  }

  private init(_ message: Loksync__V1__CboDigest) throws(WireError) {
    self.init(
      cbo: try recordID(message.cbo, "cbo"), seq: try LokWire.seq(message.seq, "seq"),
      chain: try requiredFixed(message.has_chain, message.chain, 32, "chain"),
      state: try requiredFixed(message.has_state, message.state, 32, "state"),
      rules: RulesVersion(rawValue: message.rules))
  }
}
