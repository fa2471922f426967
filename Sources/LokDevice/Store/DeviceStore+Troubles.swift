import Foundation
import LokBooks
import LokSQLite
import LokText

/// Troubles that stay visible in the status until they no longer hold.
extension DeviceStore {
  /// The same trouble is kept once, with its first time.
  func note(_ trouble: Trouble, at now: Timestamp) throws {
    let (key, arguments) = try trouble.stored
    try connection.statement(
      "INSERT OR IGNORE INTO device_notice (kind, key, arguments, at) VALUES (?, ?, ?, ?)"
    ).bind(trouble.kind.rawValue, key, arguments, now.milliseconds).run()
  }

  func clearTroubles(_ kind: Trouble.Kind) throws {
    try connection.statement("DELETE FROM device_notice WHERE kind = ?").bind(kind.rawValue).run()
  }

  func notices() throws -> [DeviceStatus.Notice] {
    try connection.statement("SELECT kind, key, arguments, at FROM device_notice ORDER BY id").all { row in
      Trouble(stored: row.text(0), key: row.text(1), arguments: row.text(2)).map {
        DeviceStatus.Notice(trouble: $0, at: Timestamp(milliseconds: row.integer(3)))
      }
    }.compactMap { $0 }
  }
}

extension Trouble {
  fileprivate var stored: (key: String, arguments: String) {
    get throws {
      let key =
        switch words {
        case .key(let key, _): key.rawValue
        case .reason(let reason, _): reason.code
        }
      return (key, String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self))
    }
  }

  /// Nil for what another build wrote and this one does not know.
  fileprivate init?(stored kind: String, key: String, arguments: String) {
    guard let kind = Kind(rawValue: kind),
      let arguments = try? JSONDecoder().decode([MessageArgument].self, from: Data(arguments.utf8))
    else { return nil }
    if let reason = Reason.allCases.first(where: { $0.code == key }) {
      let numbers = arguments.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
      self.init(kind, .reason(reason, numbers))
    } else if let key = TroubleKey(rawValue: key) {
      self.init(kind, .key(key, arguments))
    } else {
      return nil
    }
  }
}
