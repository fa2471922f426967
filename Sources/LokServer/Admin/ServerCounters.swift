import Foundation
package import LokBooks
package import LokWire
import Synchronization

/// What `/status` shows, and what the simulator's report reads. Counted where the work is done, once a
/// batch, from any thread.
package final class ServerCounters: Sendable {
  /// Sums since the server started, except where a line says `now`.
  package struct Values: Hashable, Sendable {
    /// Now.
    package var connectionsOpen = 0
    package var connectionsTotal = 0
    /// Closed for a fault of the peer: no frame of ours, too large, too slow.
    package var connectionsFaulty = 0
    /// On the sockets, TLS included.
    package var bytesIn = 0
    package var bytesOut = 0
    package var framesIn = 0
    package var framesOut = 0
    package var callsByMethod: [LokWire.Method: Int] = [:]
    /// Frames with their lengths, by call and direction.
    package var frameBytesByMethod = CallTraffic()

    package var setsStored = 0
    package var setsCommitted = 0
    package var setsDuplicate = 0
    package var setsRefused = 0
    package var setsQuarantined = 0
    package var setsFlagged = 0
    package var setsWaiting = 0
    package var changesStored = 0
    package var changesCommitted = 0
    package var registrations = 0

    /// Group commits, and the rows in them.
    package var intakeGroups = 0
    package var intakeRows = 0
    package var fsyncs = 0
    /// Shard transactions, and the sets in them.
    package var mergeGroups = 0
    package var mergeSets = 0

    /// Now: rows in the intake that their shards do not have yet.
    package var rowLag = 0
    /// Now.
    package var shardsOpen = 0
    /// Now: blocks that refuse until an operator acts.
    package var blocksUnavailable = 0
    /// Calls and sets that ended otherwise than hoped, by reason.
    package var errorsByReason: [Reason: Int] = [:]

    package init() {}
  }

  private let values = Mutex(Values())

  package init() {}

  /// Counts; `count` must do nothing else, other threads wait for it.
  package func update(_ count: (inout Values) -> Void) { values.withLock { count(&$0) } }

  package func read() -> Values { values.withLock { $0 } }

  /// One JSON object with sorted keys; names of methods and reasons as operators know them.
  package func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return Array(try encoder.encode(read()))
  }
}

extension ServerCounters.Values {
  package mutating func count(_ method: LokWire.Method) { callsByMethod[method, default: 0] += 1 }
  package mutating func count(_ reason: Reason) { errorsByReason[reason, default: 0] += 1 }

  mutating func count(_ tally: Session.Tally) {
    for method in tally.methods { count(method) }
    for reason in tally.reasons { count(reason) }
    frameBytesByMethod.add(tally.traffic)
  }
}

extension ServerCounters.Values: Encodable {
  private enum CodingKeys: CodingKey {
    case connectionsOpen, connectionsTotal, connectionsFaulty, bytesIn, bytesOut, framesIn, framesOut
    case callsByMethod, frameBytesByMethod, setsStored, setsCommitted, setsDuplicate, setsRefused,
      setsQuarantined, setsFlagged
    case setsWaiting, changesStored, changesCommitted, registrations, intakeGroups, intakeRows, fsyncs
    case mergeGroups, mergeSets, rowLag, shardsOpen, blocksUnavailable, errorsByReason
  }

  private struct Bytes: Encodable {
    var bytesIn: Int
    var bytesOut: Int
  }

  private static var sums: [(CodingKeys, KeyPath<Self, Int>)] {
    [
      (.connectionsOpen, \.connectionsOpen), (.connectionsTotal, \.connectionsTotal),
      (.connectionsFaulty, \.connectionsFaulty), (.bytesIn, \.bytesIn), (.bytesOut, \.bytesOut),
      (.framesIn, \.framesIn), (.framesOut, \.framesOut), (.setsStored, \.setsStored),
      (.setsCommitted, \.setsCommitted), (.setsDuplicate, \.setsDuplicate), (.setsRefused, \.setsRefused),
      (.setsQuarantined, \.setsQuarantined), (.setsFlagged, \.setsFlagged), (.setsWaiting, \.setsWaiting),
      (.changesStored, \.changesStored), (.changesCommitted, \.changesCommitted),
      (.registrations, \.registrations), (.intakeGroups, \.intakeGroups), (.intakeRows, \.intakeRows),
      (.fsyncs, \.fsyncs), (.mergeGroups, \.mergeGroups), (.mergeSets, \.mergeSets), (.rowLag, \.rowLag),
      (.shardsOpen, \.shardsOpen), (.blocksUnavailable, \.blocksUnavailable),
    ]
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, path) in Self.sums { try container.encode(self[keyPath: path], forKey: key) }
    let calls = LokWire.Method.allCases.map { (String(describing: $0), callsByMethod[$0] ?? 0) }
    try container.encode(Dictionary(uniqueKeysWithValues: calls), forKey: .callsByMethod)
    let traffic = frameBytesByMethod.rows.map {
      (
        $0.method.map(String.init(describing:)) ?? "other",
        Bytes(bytesIn: $0.sums.bytesUp, bytesOut: $0.sums.bytesDown)
      )
    }
    try container.encode(Dictionary(uniqueKeysWithValues: traffic), forKey: .frameBytesByMethod)
    let errors = errorsByReason.map { ($0.key.code, $0.value) }
    try container.encode(Dictionary(errors, uniquingKeysWith: +), forKey: .errorsByReason)
  }
}
