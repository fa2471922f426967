internal import CLokProto
import LokBooks

extension RegisterRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__RegisterRequest.encode { arena in
      var message = Loksync__V1__RegisterRequest.empty
      fillUnlessZero(&message.has_block, &message.block, block.rawValue)
      arena.fillUnlessEmpty(&message.code, code)
      fillEnum(&message.has_key_type, &message.key_type, key.type.rawValue)
      arena.fill(&message.has_public_key, &message.public_key, key.bytes)
      arena.fill(&message.has_proof, &message.proof, proof)
      arena.fillUnlessEmpty(&message.app_build, appBuild)
      message.predecessor = arena.message(
        predecessor.map { predecessor in
          var message = Loksync__V1__Predecessor.empty
          fillUnlessZero(&message.has_device, &message.device, predecessor.device.rawValue)
          arena.fill(&message.has_signature, &message.signature, predecessor.signature)
          fill(
            &message.has_first_unproven_seq, &message.first_unproven_seq, predecessor.firstUnproven.rawValue)
          return message
        })
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__RegisterRequest.decode(bytes) { message throws(WireError) in
      RegisterRequest(
        block: BlockCode(message.block), code: load(message.code) ?? "",
        key: try PublicKey(
          message.has_key_type, message.key_type, message.has_public_key, message.public_key),
        proof: try requiredFixed(message.has_proof, message.proof, 64, "proof"),
        appBuild: load(message.app_build) ?? "",
        predecessor: try load(message.predecessor).flatMap { old throws(WireError) in
          Predecessor(
            device: try device(old.device, "predecessor.device"),
            signature: try requiredFixed(old.has_signature, old.signature, 64, "predecessor.signature"),
            firstUnproven: DeviceSeq(old.first_unproven_seq))
        })
    }
  }
}

extension PublicKey {
  /// Its length is that of its type.
  init(
    _ hasType: protobuf_c_boolean, _ type: Loksync__V1__KeyType, _ hasBytes: protobuf_c_boolean,
    _ bytes: ProtobufCBinaryData
  ) throws(WireError) {
    let type: KeyType = try required(hasType, type, "key_type")
    self.init(type: type, bytes: try requiredFixed(hasBytes, bytes, type.publicKeyBytes, "public_key"))
  }
}

extension KeyType {
  /// Ed25519: the point; P-256: X9.63, uncompressed.
  var publicKeyBytes: Int {
    switch self {
    case .ed25519: 32
    case .p256: 65
    }
  }
}

extension RegisterReply {
  package func encoded() -> [UInt8] {
    Loksync__V1__RegisterReply.encode { arena in
      var message = Loksync__V1__RegisterReply.empty
      fillUnlessZero(&message.has_device, &message.device, device.rawValue)
      fillEnum(&message.has_role, &message.role, role.rawValue)
      arena.fill(&message.n_grant, &message.grant, grants.map(\.message))
      arena.fill(&message.has_epoch, &message.epoch, epoch.bytes)
      arena.fill(&message.has_server_key, &message.server_key, serverKey)
      arena.fill(&message.has_vault_key, &message.vault_key, vaultKey)
      arena.fill(&message.has_nonce, &message.nonce, nonce)
      message.receipt = arena.message(receipt.message(in: arena))
      arena.fill(
        &message.n_predecessor_seq, &message.predecessor_seq, predecessorSets.map(\.firstDeviceSeq.rawValue))
      arena.fill(
        &message.n_predecessor_hash, &message.predecessor_hash, predecessorSets.map(\.hashStart))
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__RegisterReply.decode(bytes) { message throws(WireError) in
      RegisterReply(
        device: try LokWire.device(message.device),
        role: try required(message.has_role, message.role, "role"),
        grants: try load(message.n_grant, message.grant, Grant.init),
        epoch: try requiredEpoch(message.has_epoch, message.epoch),
        serverKey: try requiredFixed(message.has_server_key, message.server_key, 32, "server_key"),
        vaultKey: try requiredFixed(message.has_vault_key, message.vault_key, 32, "vault_key"),
        nonce: try requiredFixed(message.has_nonce, message.nonce, 16, "nonce"),
        receipt: try Acknowledgement(required(message.receipt, "receipt")),
        predecessorSets: try heldSets(
          load(message.n_predecessor_seq, message.predecessor_seq),
          load(message.n_predecessor_hash, message.predecessor_hash)))
    }
  }
}

/// Numbers and hashes travel side by side.
private func heldSets(_ numbers: [UInt64], _ hashes: [UInt64]) throws(WireError) -> [HeldSet] {
  guard numbers.count == hashes.count else {
    throw .wrongLength(field: "predecessor_hash", actual: hashes.count, expected: numbers.count)
  }
  return zip(numbers, hashes).map { HeldSet(firstDeviceSeq: DeviceSeq($0), hashStart: $1) }
}

extension Grant {
  var message: Loksync__V1__Grant {
    var message = Loksync__V1__Grant.empty
    if case .cbo(let id) = self { fill(&message.has_cbo, &message.cbo, id.rawValue) }
    return message
  }

  init(_ message: Loksync__V1__Grant) throws(WireError) {
    self = message.has_cbo == 0 ? .block : .cbo(try recordID(message.cbo, "grant.cbo"))
  }
}

extension HelloRequest {
  package func encoded() -> [UInt8] {
    Loksync__V1__HelloRequest.encode { arena in
      var message = Loksync__V1__HelloRequest.empty
      let (version, schema) = (WireLimits.protocolVersion, WireLimits.schemaVersion)
      fill(
        &message.has_protocol_min, &message.protocol_min, protocolMinimum, unless: version)
      fill(
        &message.has_protocol_max, &message.protocol_max, protocolMaximum, unless: version)
      fill(
        &message.has_schema_version, &message.schema_version, schemaVersion, unless: schema)
      arena.fillUnlessEmpty(&message.app_build, appBuild)
      fillUnlessZero(&message.has_block, &message.block, block.rawValue)
      fillUnlessZero(&message.has_device, &message.device, device.rawValue)
      arena.fill(&message.has_nonce, &message.nonce, nonce)
      fillUnlessZero(&message.has_outbox_last_seq, &message.outbox_last_seq, outboxLast.rawValue)
      arena.fill(&message.has_outbox_chain, &message.outbox_chain, outboxChain)
      arena.fillUnlessEmpty(&message.has_signature, &message.signature, signature)
      arena.fill(&message.has_epoch, &message.epoch, epoch?.bytes)
      fillUnlessZero(&message.has_cursor_seq, &message.cursor_seq, cursor.rawValue)
      fillUnlessZero(&message.has_scope_version, &message.scope_version, scopeVersion)
      fill(
        &message.has_max_frame_bytes, &message.max_frame_bytes, maximumFrameBytes,
        unless: UInt32(WireLimits.frameBytesMaximum))
      fillUnlessZero(&message.has_link_class, &message.link_class, link.rawValue)
      fill(&message.has_byte_budget, &message.byte_budget, byteBudget)
      fill(&message.has_books, &message.books, books)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__HelloRequest.decode(bytes) { message throws(WireError) in
      HelloRequest(
        protocolMinimum: present(message.has_protocol_min, message.protocol_min)
          ?? WireLimits.protocolVersion,
        protocolMaximum: present(message.has_protocol_max, message.protocol_max)
          ?? WireLimits.protocolVersion,
        schemaVersion: present(message.has_schema_version, message.schema_version)
          ?? WireLimits.schemaVersion,
        appBuild: load(message.app_build) ?? "",
        block: BlockCode(message.block), device: try LokWire.device(message.device),
        nonce: try fixed(message.has_nonce, message.nonce, 16, "nonce"),
        outboxLast: try deviceSeq(message.outbox_last_seq, "outbox_last_seq"),
        outboxChain: try fixed(message.has_outbox_chain, message.outbox_chain, 32, "outbox_chain"),
        signature: try fixed(message.has_signature, message.signature, 64, "signature") ?? [],
        epoch: try LokWire.epoch(message.has_epoch, message.epoch),
        cursor: try seq(message.cursor_seq, "cursor_seq"), scopeVersion: message.scope_version,
        maximumFrameBytes: present(message.has_max_frame_bytes, message.max_frame_bytes)
          ?? UInt32(WireLimits.frameBytesMaximum),
        byteBudget: present(message.has_byte_budget, message.byte_budget),
        link: LinkClass(rawValue: message.link_class) ?? .slow,
        books: present(message.has_books, message.books))
    }
  }
}

extension HelloReply {
  package func encoded() -> [UInt8] {
    Loksync__V1__HelloReply.encode { arena in
      var message = Loksync__V1__HelloReply.empty
      fill(
        &message.has_protocol, &message.protocol, protocolVersion, unless: WireLimits.protocolVersion)
      fill(&message.has_max_frame_bytes, &message.max_frame_bytes, maximumFrameBytes)
      fill(&message.has_next_device_seq, &message.next_device_seq, nextDeviceSeq?.rawValue)
      arena.fill(&message.has_chain, &message.chain, chain)
      arena.fill(&message.has_nonce, &message.nonce, nonce)
      arena.fill(&message.has_epoch, &message.epoch, epoch?.bytes)
      fill(&message.has_head_seq, &message.head_seq, head?.rawValue)
      fill(&message.has_scope_version, &message.scope_version, scopeVersion)
      fillUnlessZero(&message.has_server_time_ms, &message.server_time_ms, serverTime.milliseconds)
      fillUnlessZero(&message.has_backed_up_seq, &message.backed_up_seq, backedUp.rawValue)
      fill(
        &message.has_sets_in_flight, &message.sets_in_flight, setsInFlight,
        unless: UInt32(WireLimits.setsInFlight))
      fillIfTrue(&message.has_books_differ, &message.books_differ, booksDiffer)
      fill(&message.has_fork_seq, &message.fork_seq, fork?.rawValue)
      return message
    }
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__HelloReply.decode(bytes) { message throws(WireError) in
      var reply = HelloReply(
        serverTime: Timestamp(milliseconds: message.server_time_ms),
        nonce: try fixed(message.has_nonce, message.nonce, 16, "nonce"))
      reply.protocolVersion = present(message.has_protocol, message.protocol) ?? WireLimits.protocolVersion
      reply.maximumFrameBytes = present(message.has_max_frame_bytes, message.max_frame_bytes)
      if message.has_next_device_seq != 0 {
        reply.nextDeviceSeq = try deviceSeq(message.next_device_seq, "next_device_seq")
      }
      reply.chain = try fixed(message.has_chain, message.chain, 32, "chain")
      reply.epoch = try LokWire.epoch(message.has_epoch, message.epoch)
      if message.has_head_seq != 0 { reply.head = try seq(message.head_seq, "head_seq") }
      reply.scopeVersion = present(message.has_scope_version, message.scope_version)
      reply.backedUp = try seq(message.backed_up_seq, "backed_up_seq")
      reply.setsInFlight =
        present(message.has_sets_in_flight, message.sets_in_flight) ?? UInt32(WireLimits.setsInFlight)
      reply.booksDiffer = message.books_differ != 0
      if message.has_fork_seq != 0 { reply.fork = try seq(message.fork_seq, "fork_seq") }
      return reply
    }
  }
}
