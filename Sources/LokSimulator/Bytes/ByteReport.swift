import Foundation

/// What conversations cost, in application bytes: frame lengths and preface included, TLS and TCP not.
package struct ByteReport: Encodable, Sendable {
  package struct Figures: Encodable, Sendable {
    package let median: Int
    package let minimum: Int
    package let maximum: Int
    package let count: Int

    /// Nil of no values.
    init?(_ values: [Int]) {
      let sorted = values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      (median, minimum, maximum, count) = (sorted[sorted.count / 2], first, last, sorted.count)
    }
  }

  package struct Row: Encodable, Sendable {
    /// Stable, for machines.
    package let name: String
    package let what: String
    package let bytes: Figures
    package let roundTrips: Int?
    /// The project's budget; nil = none.
    package let budget: Int?
  }

  package let seed: UInt64
  package let changesPerMeeting: Figures
  package let rows: [Row]
  /// Milliseconds from dialling to the end, over the model of a poor link (`2g`).
  package let firstSyncOver2G: Figures?
  /// The same records for a peer that speaks JSON.
  package let peer: Peer

  package struct Peer: Encodable, Sendable {
    /// A meeting each.
    let meetings: [[RecordJSON]]
    /// What the phone of a new bookkeeper fetches.
    let first: [[RecordJSON]]
  }
}
