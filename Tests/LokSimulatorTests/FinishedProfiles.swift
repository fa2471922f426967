import GRDB
import LokBooks
import LokSimulator

/// The groups, members and bank accounts of a finished run, and what a checker has said of them.
struct FinishedProfiles {
  struct Profile {
    var id: UInt64
    var cbo: UInt64
    var table: String
    var kind: PrintedCode.Kind?
    var standing = 0
    var serial: UInt32?
    /// A member's office, an account's number, a group's status: a checker's word changes it.
    var value: String?
  }
  private(set) var all: [Profile] = []

  mutating func begin(
    _ id: UInt64, of cbo: UInt64, _ table: String, _ kind: PrintedCode.Kind? = nil, value: String? = nil
  ) {
    all.append(Profile(id: id, cbo: cbo, table: table, kind: kind, value: value))
  }

  func value(of id: UInt64) -> String? { all.first { $0.id == id }?.value }

  mutating func set(_ value: String, of id: UInt64) {
    for place in all.indices where all[place].id == id { all[place].value = value }
  }

  mutating func decide(_ word: ProfileDeed.Word, _ ids: [UInt64]) {
    for place in all.indices where ids.contains(all[place].id) {
      all[place].standing = word == .approve ? 1 : 2
      guard word == .approve, all[place].serial == nil, let kind = all[place].kind else { continue }
      all[place].serial = 1 + UInt32(all.count { $0.kind == kind && $0.serial != nil })
    }
  }

  mutating func reopen(_ id: UInt64?) {
    for place in all.indices where all[place].id == id && all[place].standing == 2 { all[place].standing = 0 }
  }

  func codes(in block: UInt32, of held: Set<UInt64>) -> [UInt64: String] {
    var codes: [UInt64: String] = [:]
    for profile in all where held.contains(profile.cbo) {
      guard let kind = profile.kind, let serial = profile.serial else { continue }
      codes[profile.id] = "\(PrintedCode(block: BlockCode(block), kind: kind, serial: serial))"
    }
    return codes
  }

  func write(to path: String) throws {
    try DatabaseQueue(path: path).write { database in
      for profile in all {
        try database.run(
          sql: "INSERT INTO \(profile.table) (id, profile, code_serial) VALUES (?, ?, ?)",
          arguments: [Int64(profile.id), profile.standing, profile.serial.map { Int64($0) }])
        guard let value = profile.value else { continue }
        let columns = ["cbo": "status", "member": "designation", "bank_account": "account_number"]
        try database.run(
          sql: "UPDATE \(profile.table) SET \(columns[profile.table] ?? "") = ? WHERE id = ?",
          arguments: [value, Int64(profile.id)])
        guard profile.table != "cbo" else { continue }
        try database.run(
          sql: "UPDATE \(profile.table) SET cbo = ? WHERE id = ?",
          arguments: [Int64(profile.cbo), Int64(profile.id)])
      }
    }
  }
}
