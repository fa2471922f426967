import LokBooks
import LokWire

/// How much of a disk blobs may take.
package struct BlobLimits: Hashable, Sendable {
  /// Of one block: the largest has 110,000 members, whose photos take 5 GB, and pages of 10,000 groups.
  package var blockBytes: UInt64 = 16 * 1024 * 1024 * 1024
  /// Begun by one device and not whole, by their stated sizes: a phone sends one after the other. Beyond it
  /// those that were begun first are dropped.
  package var unfinishedBytesOfDevice = 4 * WireLimits.documentBytes
  /// One that nobody went on with is dropped.
  package var unfinishedDays: Int32 = 30
  package init() {}
}

/// Why a blob is not kept.
enum BlobFault: Error, Hashable {
  /// The bytes do not have the hash that was said; they are dropped.
  case damaged
  case formUnknown
  case spaceFull(limit: UInt64)
  /// Somebody else goes on with the same part: this one has to ask again where it stands.
  case outOfStep(have: Int)

  var status: Status {
    switch self {
    case .damaged: Status(.dataLoss, .blobDamaged, next: .repair)
    case .formUnknown: Status(.invalidArgument, .blobFormUnknown, next: .showPerson)
    case .spaceFull(let limit):
      Status(
        .resourceExhausted, .blobSpaceFull, retryAfterMilliseconds: 3_600_000, next: .wait,
        arguments: [Int64(clamping: limit)])
    case .outOfStep: Status(.aborted, retryAfterMilliseconds: 1_000, next: .wait)
    }
  }
}
