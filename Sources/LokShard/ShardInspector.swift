import Foundation
import GRDB
package import LokBooks
import LokWire

/// What an operator sees of one shard: reads of a live server's file, by GRDB, without its server.
package struct ShardInspector {
  package let block: BlockCode
  private let database: DatabaseQueue

  /// - Throws: `ShardError` where there is no such shard, GRDB's `DatabaseError` where it cannot be read.
  package init(path: String, block: BlockCode) throws {
    // The checks of a shard's identity are the writer's; the thin connection closes again at once.
    try ShardFile.check(path: path, block: block)
    var configuration = Configuration()
    configuration.readonly = true
    configuration.label = "shard \(block)"
    self.block = block
    database = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// The sums of a shard, one row each.
  package struct Summary: Codable, Sendable {
    package var block: UInt32
    package var name: String
    package var epoch: String
    package var appliedLSN: Int64
    package var lastSeq: Int64
    package var lastContact: Int64
    package var sets: Int64
    package var changes: Int64
    package var cbos: Int64
    package var members: Int64
    package var setAside: Int64
    package var quarantined: Int64
    package var refused: Int64
    package var conflicts: Int64
    package var devices: Int64
    package var meetings: Int64
    package var entries: Int64
  }

  package func summary() throws -> Summary {
    try database.read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM rollup") else {
        throw ShardError.damaged(block: block, detail: "no row of sums")
      }
      func meta(_ key: String) throws -> DatabaseValue {
        try DatabaseValue.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
          ?? .null
      }
      func count(_ table: String) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
      }
      let epoch = Data.fromDatabaseValue(try meta("epoch"))
      return Summary(
        block: block.rawValue, name: String.fromDatabaseValue(try meta("name")) ?? "",
        epoch: epoch?.hexadecimal ?? "", appliedLSN: Int64.fromDatabaseValue(try meta("applied_lsn")) ?? 0,
        lastSeq: row["last_seq"], lastContact: row["last_contact"], sets: row["sets"],
        changes: row["changes"], cbos: row["cbos"], members: row["members"], setAside: row["set_aside"],
        quarantined: row["quarantined"], refused: row["refused"], conflicts: row["conflicts"],
        devices: try count("device"), meetings: try count("meeting"), entries: try count("entry"))
    }
  }

  package struct AccountBalance: Codable, Sendable {
    package var account: UInt32
    package var name: String
    package var debitPaise: Int64
    package var creditPaise: Int64
  }

  /// The trial balance of one CBO, or of the whole block; ascending by account.
  package func trialBalance(of cbo: RecordID? = nil) throws -> [AccountBalance] {
    try database.read { database in
      try Row.fetchAll(
        database,
        sql:
          "SELECT account, sum(paise) AS paise FROM balance "
          + "WHERE sub_ledger = 0 AND (?1 IS NULL OR cbo = ?1) "
          + "GROUP BY account ORDER BY account",
        arguments: [cbo.map { Int64(bitPattern: $0.rawValue) }]
      ).map { row in
        let account: UInt32 = row["account"]
        let paise: Int64 = row["paise"]
        return AccountBalance(
          account: account, name: Account(rawValue: account).name ?? "", debitPaise: max(paise, 0),
          creditPaise: max(0 - paise, 0))
      }
    }
  }

  package struct Device: Codable, Sendable {
    package var number: UInt32
    package var role: String
    package var status: String
    package var nextDeviceSeq: Int64
    /// Milliseconds since 1970, as is the next.
    package var registered: Int64
    package var lastReceived: Int64
    /// The shard's last seq when this device's last set was merged: how far it lags at least.
    package var lastSeq: Int64
    package var scope: String
  }

  package func devices() throws -> [Device] {
    try database.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT number, role, status, next_device_seq, last_received,
            coalesce((SELECT received FROM journal WHERE seq = registered_seq), 0) AS registered,
            coalesce((SELECT max(seq) FROM device_set WHERE device = number), registered_seq) AS last_seq,
            (SELECT group_concat(cbo) FROM device_grant WHERE device = number AND until_seq IS NULL) AS scope
          FROM device ORDER BY number
          """
      ).map { row in
        let role: Int = row["role"]
        let scope: String? = row["scope"]
        return Device(
          number: row["number"], role: Role(rawValue: role)?.text ?? "\(role)", status: row["status"],
          nextDeviceSeq: row["next_device_seq"], registered: row["registered"],
          lastReceived: row["last_received"], lastSeq: row["last_seq"], scope: Self.scopeText(scope ?? ""))
      }
    }
  }

  private static func scopeText(_ ids: String) -> String {
    ids.split(separator: ",").compactMap { UInt64($0) }
      .map { $0 == 0 ? "block" : RecordID(rawValue: $0).description }.joined(separator: ",")
  }

  /// A set or change that is stored and not posted, or kept in quarantine.
  package struct Aside: Codable, Sendable {
    package var seq: Int64
    package var index: Int64?
    package var cbo: String
    package var word: String
    package var reason: String
    package var record: String?
    package var arguments: String
    package var meetingNumber: Int64?
    package var received: Int64
  }

  package func setAside() throws -> [Aside] {
    try database.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM set_aside ORDER BY cbo, meeting_number, seq, idx").map {
        row in
        let cbo: UInt64 = row["cbo"]
        let index: Int64 = row["idx"]
        let word: Int = row["word"]
        let reason: Int = row["reason"]
        let record: Int64? = row["record"]
        return Aside(
          seq: row["seq"], index: index < 0 ? nil : index, cbo: RecordID(rawValue: cbo).description,
          word: "\(Word(rawValue: word) ?? .flagged)".uppercased(),
          reason: Reason(rawValue: reason)?.code ?? "",
          record: record.map { RecordID(rawValue: UInt64(bitPattern: $0)).description },
          arguments: row["arguments"], meetingNumber: row["meeting_number"], received: row["received"])
      }
    }
  }

  package struct Quarantined: Codable, Sendable {
    package var seq: Int64
    package var device: UInt32
    package var firstDeviceSeq: Int64
    package var count: Int64
    package var reason: String
    package var bytes: Int64
    package var received: Int64
  }

  /// Those about which nobody has decided yet.
  package func quarantine() throws -> [Quarantined] {
    try database.read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT seq, device, first_device_seq, count, reason, received, length(bytes) AS size "
          + "FROM quarantine WHERE decision_seq IS NULL ORDER BY seq"
      ).map { row in
        let reason: Int = row["reason"]
        return Quarantined(
          seq: row["seq"], device: row["device"], firstDeviceSeq: row["first_device_seq"],
          count: row["count"],
          reason: Reason(rawValue: reason)?.code ?? "", bytes: row["size"], received: row["received"])
      }
    }
  }

  package struct Conflict: Codable, Sendable {
    package var record: String
    package var entity: UInt32
    package var field: UInt32
    package var fieldName: String
    package var rule: String
    package var winner: String
    package var winnerDevice: UInt32
    package var winnerSeq: Int64
    package var loser: String
    package var loserDevice: UInt32
    package var loserSeq: Int64
  }

  /// Both values of every conflict, who wrote them, and which rule decided.
  package func conflicts() throws -> [Conflict] {
    try database.read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT conflict.*, record.entity FROM conflict LEFT JOIN record ON record.id = conflict.record "
          + "ORDER BY conflict.seq, conflict.record, field"
      ).map { row in
        let record: UInt64 = row["record"]
        let field: UInt32 = row["field"]
        let entity: UInt32 = row["entity"] ?? 0
        return Conflict(
          record: RecordID(rawValue: record).description, entity: entity, field: field,
          fieldName: EntitySchema.fieldName(Entity(rawValue: entity), field) ?? "field \(field)",
          rule: row["rule"], winner: Self.valueText([UInt8](row["winner"] as Data)),
          winnerDevice: row["winner_device"],
          winnerSeq: row["winner_seq"], loser: Self.valueText([UInt8](row["loser"] as Data)),
          loserDevice: row["loser_device"], loserSeq: row["loser_seq"])
      }
    }
  }

  /// Bytes are sealed or unknown: only their length is shown.
  private static func valueText(_ field: [UInt8]) -> String {
    (try? RecordFields.decode(field))?.first?.value.shown ?? ""
  }

  /// The rows of one table of the books, as column and text; sealed parts as their length.
  package func records(_ table: Table, of cbo: RecordID? = nil, limit: Int = 200) throws -> [[(
    column: String, value: String
  )]] {
    try database.read { database in
      let column = table == .cbo ? "id" : "cbo"
      let filter = cbo == nil || table == .village ? "" : "WHERE \(column) = ?"
      let arguments: StatementArguments =
        if let cbo, !filter.isEmpty { [Int64(bitPattern: cbo.rawValue), limit] } else { [limit] }
      return try Row.fetchAll(
        database, sql: "SELECT * FROM \(table.rawValue) \(filter) ORDER BY 1 LIMIT ?", arguments: arguments
      ).map { row in row.map { (column: $0, value: Self.text($0, $1)) } }
    }
  }

  package enum Table: String, CaseIterable, Sendable {
    case village, cbo, member, meeting, attendance, entry, loan, balance
    case loanEvent = "loan_event"
    case bankAccount = "bank_account"
    case bankStatement = "bank_statement"
    case officeBearer = "office_bearer"
    case membership
  }

  private static let recordColumns: Set<String> = [
    "id", "cbo", "parent", "village", "member", "meeting", "loan", "borrower_cbo", "sub_ledger",
    "bank_account", "reverses",
  ]

  private static func text(_ column: String, _ value: DatabaseValue) -> String {
    switch value.storage {
    case .null: ""
    case .int64(let integer):
      recordColumns.contains(column) && integer != 0
        ? RecordID(rawValue: UInt64(bitPattern: integer)).description
        : column.hasSuffix("day") ? Day(number: Int32(clamping: integer)).description : "\(integer)"
    case .double(let number): "\(number)"
    case .string(let text): text
    case .blob(let data): "\(data.count) sealed bytes"
    }
  }
}
