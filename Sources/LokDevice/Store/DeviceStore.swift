package import LokBooks
import LokSQLite
package import LokShard
import LokWire

/// A phone's store: the books of the groups in its scope, and the outbox, in one file.
///
/// Between calls this holds: every number in the outbox was written together with its bytes and its
/// place in the chain; the cursor stands exactly behind what is applied; a set is `committed` only
/// with a receipt that was verified. One thread at a time.
package final class DeviceStore {
  package let shard: PartialShard
  package let block: BlockCode
  let random: RandomBytes
  var connection: Connection { shard.connection }

  /// Opens the store, or makes one for `block`.
  ///
  /// - Throws: `DeviceError.otherBlock` for a file of another block, and what opening a shard throws.
  package init(path: String, block: BlockCode, random: RandomBytes = .system) throws {
    shard = try PartialShard(path: path, block: block)
    self.block = block
    self.random = random
    try shard.connection.execute(DeviceSchema.version1)
    try shard.connection.execute(DeviceSchema.traffic)
    try shard.connection.execute(DeviceSchema.link)
    try prepareState()
  }

  /// The block of an existing store.
  package static func block(ofStoreAt path: String) throws -> BlockCode {
    let connection = try Connection(path: path, mode: .readOnly)
    let code = try connection.statement("SELECT block FROM device_state").first { $0.integer(0) }
    guard let code, let raw = UInt32(exactly: code) else { throw DeviceError.notRegistered }
    return BlockCode(raw)
  }

  private func prepareState() throws {
    let found = try connection.statement("SELECT block FROM device_state").first { $0.integer(0) }
    if let found {
      let held = BlockCode(UInt32(truncatingIfNeeded: found))
      guard held == block else { throw DeviceError.otherBlock(expected: block, found: held) }
      return
    }
    try connection.statement(
      """
      INSERT INTO device_state (id, block, server, cursor_seq, scope_version, hlc, next_counter,
        next_device_seq, chain, is_revoked) VALUES (0, ?, '', 0, 0, 0, 1, 1, ?, 0)
      """
    ).bind(block.rawValue, OutboxChain.start).run()
  }

  /// Nil until registered.
  package func currentIdentity() throws -> DeviceIdentity? {
    try identities(where: "is_current = 1").first
  }

  package func identity() throws -> DeviceIdentity {
    guard let identity = try currentIdentity() else { throw DeviceError.notRegistered }
    return identity
  }

  func identities(where condition: String) throws -> [DeviceIdentity] {
    try connection.statement(
      """
      SELECT number, role, grants, private_key, server_key, vault_key, predecessor
      FROM device_identity WHERE \(condition) ORDER BY registered
      """
    ).all { row in
      guard let key = DeviceKey(raw: row.bytes(3)), let role = Role(rawValue: Int(row.integer(1))) else {
        throw DeviceError.damaged("device_identity")
      }
      return DeviceIdentity(
        block: block, number: DeviceNumber(UInt32(truncatingIfNeeded: row.integer(0))), role: role,
        grants: [Grant](stored: row.bytes(2)), key: key, serverKey: row.bytes(4), vaultKey: row.bytes(5),
        predecessor: row.optionalInteger(6).map { DeviceNumber(UInt32(truncatingIfNeeded: $0)) })
    }
  }

  package func server() throws -> ServerAddress {
    let address = try connection.statement("SELECT server, fingerprint FROM device_state").first {
      ServerAddress(text: $0.text(0), fingerprint: $0.isNull(1) ? nil : $0.text(1))
    }
    guard var address else { throw DeviceError.damaged("device_state") }
    address.segments = try segments()
    return address
  }

  package func setServer(_ address: ServerAddress) throws {
    try connection.statement("UPDATE device_state SET server = ?, fingerprint = ?")
      .bind(address.text, address.fingerprint).run()
  }

  package func cursor() throws -> Cursor {
    let cursor = try connection.statement("SELECT epoch, cursor_seq, scope_version FROM device_state").first {
      Cursor(
        epoch: Epoch($0.bytes(0)), seq: Seq($0.unsigned(1)),
        scopeVersion: UInt32(truncatingIfNeeded: $0.integer(2)))
    }
    guard let cursor else { throw DeviceError.damaged("device_state") }
    return cursor
  }

  /// Counters of the current number, and the clock.
  struct Counters {
    var hlc: HybridTime
    var nextCounter: UInt64
    var nextDeviceSeq: DeviceSeq
    var chain: [UInt8]
  }

  func counters() throws -> Counters {
    let counters = try connection.statement(
      "SELECT hlc, next_counter, next_device_seq, chain FROM device_state"
    ).first {
      Counters(
        hlc: HybridTime(rawValue: $0.unsigned(0)), nextCounter: $0.unsigned(1),
        nextDeviceSeq: DeviceSeq($0.unsigned(2)), chain: $0.bytes(3))
    }
    guard let counters else { throw DeviceError.damaged("device_state") }
    return counters
  }

  func setCounters(_ counters: Counters) throws {
    try connection.statement(
      "UPDATE device_state SET hlc = ?, next_counter = ?, next_device_seq = ?, chain = ?"
    ).bind(
      counters.hlc.rawValue, counters.nextCounter, counters.nextDeviceSeq.rawValue, counters.chain
    ).run()
  }
}
