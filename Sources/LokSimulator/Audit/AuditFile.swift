import Foundation
import GRDB

/// A SQLite file that the auditor reads with plain SQL and never writes.
struct AuditFile {
  private let queue: DatabaseQueue

  init(path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
    try queue.read { try Row.fetchAll($0, sql: sql, arguments: arguments) }
  }
}

extension Row {
  func integer(_ column: String) -> Int64 { self[column] as Int64? ?? 0 }
  func unsigned(_ column: String) -> UInt64 { UInt64(bitPattern: integer(column)) }
  func bytes(_ column: String) -> [UInt8] { (self[column] as Data?).map { Array($0) } ?? [] }
}
