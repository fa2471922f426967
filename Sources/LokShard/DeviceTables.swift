import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// The devices of a block: who they are, what they may see, what became of their numbers.
struct DeviceTables {
  let connection: Connection

  /// A device's row; what it may see stands in another table.
  struct DeviceRow {
    var number: DeviceNumber
    var role: Role
    var key: PublicKey
    var status: DeviceState.Status
    var nextDeviceSeq: DeviceSeq
    var chain: [UInt8]
    var hlc: HybridTime
    var nextCounter: UInt64
    var registered: Seq
  }

  private static let selectDevice = Query(
    "SELECT role, key_type, public_key, status, next_device_seq, chain, hlc, next_counter, registered_seq "
      + "FROM device WHERE number = ?")

  func device(_ number: DeviceNumber) throws -> DeviceRow? {
    try connection.statement(Self.selectDevice).bind(columns: { $0.put(Int64(number.rawValue)) })
      .first { row in
        DeviceRow(
          number: number, role: Role(rawValue: Int(row.integer(0))) ?? .viewer,
          key: PublicKey(type: KeyType(rawValue: Int(row.integer(1))) ?? .ed25519, bytes: row.bytes(2)),
          status: DeviceState.Status(rawValue: row.text(3)) ?? .suspended,
          nextDeviceSeq: DeviceSeq(row.unsigned(4)), chain: row.bytes(5),
          hlc: HybridTime(rawValue: row.unsigned(6)), nextCounter: row.unsigned(7),
          registered: Seq(row.unsigned(8)))
      }
  }

  /// A device with what it may see now.
  func state(of number: DeviceNumber) throws -> DeviceState? {
    guard let row = try device(number) else { return nil }
    return DeviceState(
      number: number, role: row.role, key: row.key, status: row.status, grants: try grants(of: number),
      nextDeviceSeq: row.nextDeviceSeq, chain: row.chain)
  }

  private static let selectGrants = Query(
    "SELECT cbo FROM device_grant WHERE device = ? AND until_seq IS NULL ORDER BY cbo", isKept: true)

  func grants(of device: DeviceNumber) throws -> [Grant] {
    try connection.statement(Self.selectGrants)
      .bind(columns: { $0.put(Int64(device.rawValue)) }).all { Self.grant($0.unsigned(0)) }
  }

  /// In the tables the whole block is CBO 0.
  static func grant(_ column: UInt64) -> Grant { column == 0 ? .block : .cbo(RecordID(rawValue: column)) }
  static func column(_ grant: Grant) -> UInt64 {
    switch grant {
    case .block: 0
    case .cbo(let id): id.rawValue
    }
  }

  /// The CBOs in which a device has written a set that is in the journal.
  func cbosWritten(by device: DeviceNumber) throws -> Set<RecordID> {
    let ids = try connection.statement(
      """
      SELECT DISTINCT journal.cbo FROM device_set JOIN journal ON journal.seq = device_set.seq
      WHERE device_set.device = ? AND journal.cbo IS NOT NULL
      """
    ).bind(device.rawValue).all { RecordID(rawValue: $0.unsigned(0)) }
    return Set(ids)
  }

  /// The CBOs that grants reach now; the block's own book is always among them.
  ///
  /// Short statements instead of one that walks by itself: many phones see one group, and to prepare it would
  /// cost more than the walk.
  func scope(through grants: [Grant]) throws -> Set<RecordID> {
    var reached: Set<RecordID> = [.blockBook]
    var next: [RecordID] = []
    for grant in grants {
      switch grant {
      case .block: reached.formUnion(try everyCBO())
      case .cbo(let id): next.append(id)
      }
    }
    while let id = next.popLast() {
      guard reached.insert(id).inserted else { continue }
      next += try connection.statement(Self.selectChildren).bind(columns: { $0.put(id.column) })
        .all { RecordID(rawValue: $0.unsigned(0)) }
    }
    return reached
  }

  private static let selectChildren = Query("SELECT id FROM cbo WHERE parent = ?")

  /// From each group's first set to the next group's, not over all sets between.
  private func everyCBO() throws -> [RecordID] {
    try connection.statement(
      """
      WITH RECURSIVE every(cbo) AS (
        SELECT min(cbo) FROM journal_by_cbo
        UNION ALL SELECT (SELECT min(cbo) FROM journal_by_cbo WHERE cbo > every.cbo) FROM every
          WHERE every.cbo IS NOT NULL)
      SELECT cbo FROM every WHERE cbo IS NOT NULL
      """
    ).all { RecordID(rawValue: $0.unsigned(0)) }
  }

  private static let isInReach = reach(through: "SELECT id, parent FROM cbo", force: "AND until_seq IS NULL")
  private static let wasInReach = reach(through: "SELECT cbo AS id, parent FROM membership", force: "")

  private static func reach(through parents: String, force: String) -> Query {
    Query(
      """
      WITH RECURSIVE up(id) AS (
        SELECT ?2 UNION SELECT parents.parent FROM (\(parents)) AS parents JOIN up ON parents.id = up.id
          WHERE parents.parent IS NOT NULL)
      SELECT 1 FROM device_grant
        WHERE device = ?1 \(force) AND (cbo = 0 OR cbo IN (SELECT id FROM up)) LIMIT 1
      """)
  }

  /// Whether one CBO is in reach: walks up from it, so that a wide scope costs no more than a narrow one.
  /// `ever`: through grants and parents that were once in force.
  func isInScope(_ cbo: RecordID, of device: DeviceNumber, ever: Bool) throws -> Bool {
    // Most are granted themselves, and to prepare what walks costs more than a set's other questions.
    if try !granted(.cbo(cbo), to: device).isEmpty { return true }
    let walk = try connection.statement(ever ? Self.wasInReach : Self.isInReach)
    return try walk.bind(columns: { binder in
      binder.put(Int64(device.rawValue))
      binder.put(cbo.column)
    }).first { _ in true } ?? false
  }

  private static let selectGranted = Query(
    "SELECT cbo FROM device_grant WHERE device = ?1 AND cbo IN (0, ?2) AND until_seq IS NULL", isKept: true)

  /// Which of a grant and the whole block's are in force.
  private func granted(_ grant: Grant, to device: DeviceNumber) throws -> [Grant] {
    try connection.statement(Self.selectGranted).bind(columns: { binder in
      binder.put(Int64(device.rawValue))
      binder.put(Int64(bitPattern: Self.column(grant)))
    }).all { Self.grant($0.unsigned(0)) }
  }

  func insert(
    _ row: DeviceRow, grants: [Grant], codeHash: [UInt8]?, predecessor: DeviceNumber?, appBuild: String,
    at received: Timestamp
  ) throws {
    try connection.statement(
      "INSERT INTO device (number, role, key_type, public_key, status, next_device_seq, next_counter, "
        + "chain, hlc, registered_seq, code_hash, predecessor, app_build, last_received) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).bind(
      row.number.rawValue, row.role.rawValue, row.key.type.rawValue, row.key.bytes, row.status.rawValue,
      row.nextDeviceSeq.rawValue, row.nextCounter, row.chain, row.hlc.rawValue,
      row.registered.rawValue, codeHash, predecessor?.rawValue, appBuild, received.milliseconds
    ).run()
    for grant in grants { try add(grant, to: row.number, at: row.registered) }
  }

  private static let updateDevice = Query(
    "UPDATE device SET next_device_seq = ?, next_counter = ?, chain = ?, hlc = ?, "
      + "last_received = ? WHERE number = ?")

  func advance(_ row: DeviceRow, at received: Timestamp) throws {
    try connection.statement(Self.updateDevice).bind(columns: { binder in
      binder.put(Int64(bitPattern: row.nextDeviceSeq.rawValue))
      binder.put(Int64(bitPattern: row.nextCounter))
      binder.put(row.chain)
      binder.put(Int64(bitPattern: row.hlc.rawValue))
      binder.put(received.milliseconds)
      binder.put(Int64(row.number.rawValue))
    }).run()
  }

  func set(_ status: DeviceState.Status, of device: DeviceNumber) throws {
    try connection.statement("UPDATE device SET status = ? WHERE number = ?")
      .bind(status.rawValue, device.rawValue).run()
  }

  func add(_ grant: Grant, to device: DeviceNumber, at seq: Seq) throws {
    if try granted(grant, to: device).contains(where: { Self.column($0) == Self.column(grant) }) { return }
    try connection.statement(
      "INSERT INTO device_grant (device, cbo, from_seq, until_seq) VALUES (?, ?, ?, NULL)"
    )
    .bind(device.rawValue, Self.column(grant), seq.rawValue).run()
  }

  func drop(_ grant: Grant, from device: DeviceNumber, at seq: Seq) throws {
    try connection.statement(
      "UPDATE device_grant SET until_seq = ? WHERE device = ? AND cbo = ? AND until_seq IS NULL"
    ).bind(seq.rawValue, device.rawValue, Self.column(grant)).run()
  }

  func nextNumber() throws -> DeviceNumber? {
    let last = try connection.statement("SELECT max(number) FROM device").first { $0.unsigned(0) } ?? 0
    let next = max(last + 1, UInt64(try Meta.integer(Self.firstFree, in: connection) ?? 1))
    return next <= UInt64(DeviceNumber.max.rawValue) ? DeviceNumber(UInt32(next)) : nil
  }

  private static let firstFree = "first_free_device"

  /// So many numbers are not given any more.
  func skip(_ count: UInt32) throws {
    guard let next = try nextNumber() else { return }
    try Meta.set(Self.firstFree, Int64(next.rawValue) + Int64(count), in: connection)
  }

  /// The sets in the journal under a device's numbers from one on, ascending; bounded, so that they fit a
  /// frame. What was refused or put in quarantine is not among them: it may be written again.
  func heldSets(of device: DeviceNumber?, from first: DeviceSeq?) throws -> [HeldSet] {
    guard let device, let first else { return [] }
    return try connection.statement(
      "SELECT device_set.first_device_seq, hash FROM device_set JOIN journal ON journal.seq = device_set.seq "
        + "WHERE device_set.device = ? AND device_set.first_device_seq >= ? "
        + "AND journal.kind = \(Envelope.Kind.set.rawValue) ORDER BY device_set.first_device_seq LIMIT 1000"
    ).bind(device.rawValue, first.rawValue)
      .all { HeldSet(firstDeviceSeq: DeviceSeq($0.unsigned(0)), hash: $0.bytes(1)) }
  }

  /// Who registered with this key: the one whose reply was lost asks again.
  func device(withKey key: PublicKey) throws -> DeviceNumber? {
    try connection.statement("SELECT number FROM device WHERE public_key = ? AND key_type = ?")
      .bind(key.bytes, key.type.rawValue).first { DeviceNumber(UInt32(clamping: $0.integer(0))) }
  }
}

/// One-time enrolment codes, by their hash.
struct EnrolCodeTable {
  let connection: Connection

  struct Code {
    var role: Role
    var grants: [Grant]
    var expires: Timestamp
    var usedBy: DeviceNumber?
  }

  func code(_ hash: [UInt8]) throws -> Code? {
    try connection.statement("SELECT role, grants, expires, used_by FROM enrol_code WHERE code_hash = ?")
      .bind(hash)
      .first { row in
        Code(
          role: Role(rawValue: Int(row.integer(0))) ?? .viewer,
          grants: row.text(1).split(separator: ",").compactMap { UInt64($0) }.map(DeviceTables.grant),
          expires: Timestamp(milliseconds: row.integer(2)),
          usedBy: row.optionalInteger(3).map { DeviceNumber(UInt32(clamping: $0)) })
      }
  }

  func insert(_ command: Command.EnrolCodeCommand) throws {
    try connection.statement(
      "INSERT OR IGNORE INTO enrol_code (code_hash, role, grants, expires) VALUES (?, ?, ?, ?)"
    ).bind(
      command.codeHash, command.role.rawValue,
      command.grants.map { String(DeviceTables.column($0)) }.joined(separator: ","),
      command.expires.milliseconds
    ).run()
  }

  func markUsed(_ hash: [UInt8], by device: DeviceNumber) throws {
    try connection.statement("UPDATE enrol_code SET used_by = ? WHERE code_hash = ?")
      .bind(device.rawValue, hash).run()
  }

  /// Nil = usable now by this key.
  func whyUnusable(_ hash: [UInt8], by key: PublicKey, at now: Timestamp, devices: DeviceTables) throws
    -> Reason?
  {
    guard let code = try code(hash) else { return .codeUnknown }
    if let user = code.usedBy {
      return try devices.device(user)?.key == key ? nil : .codeUsed
    }
    return now > code.expires ? .codeExpired : nil
  }
}
