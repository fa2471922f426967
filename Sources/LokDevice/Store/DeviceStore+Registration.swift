package import LokBooks
import LokSQLite
import LokShard
import LokText
package import LokWire

extension DeviceStore {
  /// What to send to be registered with a code. The key is kept before anything is sent: asked again
  /// after a lost answer, the server recognises it.
  ///
  /// - Throws: `DeviceError.alreadyRegistered`.
  package func registration(code: String, appBuild: String) throws -> RegisterRequest {
    if let identity = try currentIdentity(), try !isUnknownToServer() {
      throw DeviceError.alreadyRegistered(identity.number)
    }
    let key = try pendingKey()
    return request(code: code, key: key, appBuild: appBuild, predecessor: nil)
  }

  /// What to send to be registered under a new number, after REENROLL.
  package func reenrolment(appBuild: String) throws -> RegisterRequest {
    let old = try identity()
    let key = try pendingKey()
    let signed = SignedBytes.reenrolment(block: block, oldDevice: old.number, newKey: key.publicKey)
    let predecessor = RegisterRequest.Predecessor(
      device: old.number, signature: old.key.signature(over: signed),
      firstUnproven: try firstSet(of: old.number, below: .stored))
    return request(code: "", key: key, appBuild: appBuild, predecessor: predecessor)
  }

  private func request(
    code: String, key: DeviceKey, appBuild: String, predecessor: RegisterRequest.Predecessor?
  ) -> RegisterRequest {
    let proof = key.signature(
      over: SignedBytes.registration(block: block, code: code, key: key.publicKey))
    return RegisterRequest(
      block: block, code: code, key: key.publicKey, proof: proof, appBuild: appBuild,
      predecessor: predecessor)
  }

  private func pendingKey() throws -> DeviceKey {
    let kept = try connection.statement("SELECT pending_key FROM device_state").first { $0.bytes(0) }
    if let key = kept.flatMap({ DeviceKey(raw: $0) }) { return key }
    guard let key = DeviceKey(raw: random.bytes(32)) else { throw DeviceError.sealFailed }
    try connection.statement("UPDATE device_state SET pending_key = ?").bind(key.raw).run()
    return key
  }

  /// Becomes the device that the server registered. With a number before it, everything that was never
  /// stored is written again under the new one, in the same transaction.
  ///
  /// - Returns: how many sets were written again.
  @discardableResult
  package func adopt(_ reply: RegisterReply, at now: Timestamp) throws -> Int {
    try shard.transaction {
      let old = try currentIdentity()
      guard old?.number != reply.device else { throw DeviceError.alreadyRegistered(reply.device) }
      let key = try pendingKey()
      try connection.statement("UPDATE device_identity SET is_current = 0").run()
      try connection.statement(
        """
        INSERT INTO device_identity (number, block, role, grants, private_key, server_key, vault_key,
          receipt, is_current, predecessor, registered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
        """
      ).bind(
        reply.device.rawValue, block.rawValue, reply.role.rawValue, reply.grants.stored, key.raw,
        reply.serverKey, reply.vaultKey, reply.receipt.encoded(), old?.number.rawValue, now.milliseconds
      ).run()
      try connection.statement(
        """
        UPDATE device_state SET nonce = ?, server_epoch = ?, pending_key = NULL, next_counter = 1,
          next_device_seq = 1, chain = ?, is_revoked = 0
        """
      ).bind(reply.nonce, reply.epoch.bytes, OutboxChain.start).run()
      guard let old else { return 0 }
      if try isUnknownToServer() {
        try forgetWords(about: old.number)
        try clearTroubles(.person)
      }
      // What the server does have is not written twice, also where its word for it was lost.
      try markStored(reply.predecessorSets, of: old.number)
      let count = try rewriteUnstored(of: old, as: try identity())
      try note(
        Trouble(
          .repaired,
          .key(.reenrolled, [.number(old.number.rawValue), .number(reply.device.rawValue), .number(count)])),
        at: now)
      return count
    }
  }
}
