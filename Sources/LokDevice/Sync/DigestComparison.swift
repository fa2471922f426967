import LokBooks
import LokShard
package import LokWire

/// A CBO's digests on both sides.
package struct DigestComparison: Hashable, Sendable {
  package var own: CboDigest
  /// Nil = the server does not show it to this device.
  package var server: CboDigest?

  /// Nil = they cannot be compared: judged by other rules, or one side is further on.
  package var isEqual: Bool? {
    guard let server, server.rules == own.rules, server.seq == own.seq else { return nil }
    return server.chain == own.chain && server.state == own.state
  }
}

/// What a comparison of books has shown, and mended without the server.
struct BooksComparison: Hashable, Sendable {
  /// Ascending: they are to be fetched anew.
  var differing: [RecordID] = []
  /// Their sets are whole, and the books were made anew from them.
  var madeAnew: [RecordID] = []
  /// How many could be compared.
  var count = 0
}

extension DeviceStore {
  /// Holds the books of `cbos` to their own sets, makes anew what is not what they make, and holds what then
  /// stands here to the server's digests. The outbox is no part of it.
  func compareBooks(_ cbos: [RecordID], to server: [CboDigest]) throws -> BooksComparison {
    try shard.transaction {
      let check = try HeldCheck(shard)
      var result = BooksComparison()
      for cbo in cbos {
        let theirs = server.first { $0.cbo == cbo }
        let finding = try check.finding(of: cbo)
        if finding != nil, theirs.map({ $0.seq == .zero }) ?? true, try !shard.holdsRecords(of: cbo) {
          // A damaged row names a CBO that never was here.
          try drop(cbo)
          continue
        }
        let isMadeAnew = try finding.map { try !$0.isInSources && check.makeAnew(cbo) } ?? false
        let isEqual = DigestComparison(own: try shard.stateDigest(of: cbo), server: theirs).isEqual
        if isEqual != nil || finding != nil { result.count += 1 }
        if isEqual == false || finding != nil && !isMadeAnew {
          result.differing.append(cbo)
        } else if isMadeAnew {
          result.madeAnew.append(cbo)
        }
      }
      return result
    }
  }

  /// Own digests beside the server's.
  func compared(_ server: [CboDigest], of cbos: [RecordID]) throws -> [DigestComparison] {
    try cbos.map { cbo in
      DigestComparison(own: try shard.stateDigest(of: cbo), server: server.first { $0.cbo == cbo })
    }
  }
}
