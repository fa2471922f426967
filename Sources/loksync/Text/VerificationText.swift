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

  /// Photos and pages beside the books.
  package struct Blobs: Encodable, Hashable, Sendable {
    /// With the hash of their name.
    package var whole: Int
    package var bytes: UInt64
    package var underWay: Int
    /// A record names them; a photo comes after its record.
    package var notYetHere: Int

    package init(whole: Int, bytes: UInt64, underWay: Int, notYetHere: Int) {
      self.whole = whole
      self.bytes = bytes
      self.underWay = underWay
      self.notYetHere = notYetHere
    }
  }

  package var block: UInt32
  /// Of the journal, all recomputed.
  package var rows: Int
  package var findings: [Finding]
  /// Nil = the shard could not be read.
  package var blobs: Blobs?

  package init(block: UInt32, rows: Int, findings: [Finding], blobs: Blobs? = nil) {
    self.block = block
    self.rows = rows
    self.findings = findings
    self.blobs = blobs
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
    lines += blobs(shards.compactMap(\.blobs))
    let rows = shards.reduce(0) { $0 + $1.rows }
    let clean = shards.filter(\.isClean).count
    lines.append(
      "\(Count.text(Int64(shards.count))) shards, \(Count.text(Int64(rows))) journal rows recomputed: "
        + (clean == shards.count ? "nothing differs" : "\(shards.count - clean) shards differ"))
    return lines.joined(separator: "\n")
  }

  /// Nothing where no block has any.
  private static func blobs(_ blobs: [VerifiedShard.Blobs]) -> [String] {
    let sum = { (part: (VerifiedShard.Blobs) -> Int) in Count.text(Int64(blobs.reduce(0) { $0 + part($1) })) }
    guard blobs.contains(where: { $0.whole + $0.underWay + $0.notYetHere > 0 }) else { return [] }
    let bytes = Count.text(Int64(clamping: blobs.reduce(0) { $0 + $1.bytes }))
    return [
      "Photos and pages: \(sum(\.whole)) of \(bytes) bytes are what their names say, "
        + "\(sum(\.underWay)) under way, \(sum(\.notYetHere)) named and not yet here"
    ]
  }
}
