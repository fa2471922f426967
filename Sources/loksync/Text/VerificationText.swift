import LokBooks
import LokText

/// What verifying a shard has shown.
package struct VerifiedShard: Encodable, Hashable, Sendable {
  package struct Finding: Encodable, Hashable, Sendable {
    package var place: String
    package var problem: String
    /// Of a sum of the books: whose, and both values. Absent with other findings.
    package var cbo: String?
    package var account: UInt32?
    package var share: String?
    package var expectedPaise: Int64?
    package var foundPaise: Int64?

    package init(place: String, problem: String) {
      self.place = place
      self.problem = problem
    }
  }

  package var block: UInt32
  /// Of the journal, all recomputed.
  package var rows: Int
  package var findings: [Finding]

  package init(block: UInt32, rows: Int, findings: [Finding]) {
    self.block = block
    self.rows = rows
    self.findings = findings
  }

  package var isClean: Bool { findings.isEmpty }
}

package enum VerificationText {
  /// Every finding in a line, then the sum. Clean shards are counted, not listed.
  package static func text(_ shards: [VerifiedShard]) -> String {
    var lines: [String] = []
    for shard in shards {
      lines += shard.findings.map { finding in
        let account = finding.account.flatMap { Account(rawValue: $0).name }.map { " (\($0))" } ?? ""
        return "\(shard.block) \(finding.place)\(account): \(Printable.text(finding.problem))"
      }
    }
    let rows = shards.reduce(0) { $0 + $1.rows }
    let clean = shards.filter(\.isClean).count
    lines.append(
      "\(Count.text(Int64(shards.count))) shards, \(Count.text(Int64(rows))) journal rows recomputed: "
        + (clean == shards.count ? "nothing differs" : "\(shards.count - clean) shards differ"))
    return lines.joined(separator: "\n")
  }
}
