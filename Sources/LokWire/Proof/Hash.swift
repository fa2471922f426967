internal import Crypto

/// SHA-256, the only hash of the contract.
package enum Hash {
  /// Bytes of a hash.
  package static let length = 32
  /// What every chain begins with.
  package static let zero = [UInt8](repeating: 0, count: length)

  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hash = RunningHash()
    hash.update(bytes)
    return hash.finish()
  }
}

/// SHA-256 of bytes that come piece by piece.
struct RunningHash {
  private var hash = SHA256()

  mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
  }

  func finish() -> [UInt8] { Array(hash.finalize()) }
}
