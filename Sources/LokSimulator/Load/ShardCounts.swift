import LokBooks
import LokWire

/// What the shards say of a run's sets, for the report.
struct ShardCounts {
  private(set) var verdicts: [String: Int] = [:]
  private(set) var conflicts = 0

  init(shards: [String]) throws {
    for path in shards {
      let file = try AuditFile(path: path)
      for row in try file.rows("SELECT kind, verdicts FROM journal WHERE kind IN (1, 3, 4)") {
        verdicts[try Self.words(row.bytes("verdicts")), default: 0] += 1
      }
      conflicts += Int(try file.rows("SELECT COUNT(*) AS n FROM conflict").first?.integer("n") ?? 0)
    }
  }

  private static func words(_ bytes: [UInt8]) throws -> String {
    let verdicts = try Verdicts(decoding: bytes)
    guard let first = verdicts.whole ?? verdicts.changes.first else { return "accepted" }
    return first.reason.map { "\(first.word), \($0.code)" } ?? "\(first.word)"
  }
}
