internal import CZstd
import Synchronization

/// A trained dictionary, with what zstd prepares from it. Made once and never freed.
///
/// `@unchecked Sendable`: the prepared dictionaries are immutable, and zstd reads one from any number of
/// contexts at a time (zstd.h, "Bulk processing dictionary API").
final class PayloadDictionary: @unchecked Sendable {
  let number: UInt32
  let forReading: OpaquePointer
  private let bytes: UnsafeRawBufferPointer
  private let prepared = Mutex<[PayloadEffort: UInt]>([:])

  private init?(number: UInt32) {
    let found = loksync_dictionary(number)
    guard let start = found.bytes, let forReading = ZSTD_createDDict(start, found.count) else {
      return nil
    }
    self.number = number
    self.forReading = forReading
    bytes = UnsafeRawBufferPointer(start: start, count: found.count)
  }

  /// Nil where memory has run out.
  func forWriting(_ effort: PayloadEffort) -> OpaquePointer? {
    prepared.withLock { prepared in
      if let found = prepared[effort] { return OpaquePointer(bitPattern: found) }
      guard let made = ZSTD_createCDict(bytes.baseAddress, bytes.count, effort.level) else { return nil }
      prepared[effort] = UInt(bitPattern: made)
      return made
    }
  }

  var content: [UInt8] { Array(bytes) }

  /// The one that every peer of protocol 1 has.
  static let first = PayloadDictionary(number: 1)

  /// Nil for one that this build does not have.
  static func numbered(_ number: UInt32) -> PayloadDictionary? { number == 1 ? first : nil }
}

/// How hard a payload is pressed.
package enum PayloadEffort: Hashable, Sendable {
  /// For a server with thousands of phones: about 70 ns a change.
  case fast
  /// For a phone that pays by the byte: about 4 µs a change.
  case small

  /// What a server takes: a page with a meeting or two goes to somebody who waits for it on a poor link and
  /// costs it 0.2 ms; of a page of a hundred meetings it would be 10 ms of everybody's time.
  package static func ofServer(bytes: Int) -> PayloadEffort { bytes <= smallBytesMaximum ? .small : .fast }
  private static let smallBytesMaximum = 4 * 1024

  var level: Int32 {
    switch self {
    case .fast: 3
    case .small: 19
    }
  }
}
