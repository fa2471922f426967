import Crypto

/// The byte layouts of proofs as the auditor has them, written from their description: integers are
/// big-endian and of fixed width.
enum AuditBytes {
  static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  static func integer(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// RFC 9162, 2.1.1: the Merkle tree hash; the empty tree's is the hash of nothing.
  static func root(of leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    switch leaves.count {
    case 0: return hash([])
    case 1: return leaves.first ?? []
    default:
      var split = 1
      while split * 2 < leaves.count { split *= 2 }
      let middle = leaves.startIndex + split
      return hash([1] + root(of: leaves[..<middle]) + root(of: leaves[middle...]))
    }
  }

  static func nextChain(after chain: [UInt8], leaf: [UInt8]) -> [UInt8] {
    hash(Array("LOKC".utf8) + chain + leaf)
  }

  static func receipt(block: UInt32, epoch: [UInt8], leaves: [(seq: UInt64, leaf: [UInt8])]) -> [UInt8] {
    leaves.reduce(Array("LOKA".utf8) + integer(block) + epoch + integer(UInt32(clamping: leaves.count))) {
      $0 + integer($1.seq) + $1.leaf
    }
  }

  static func head(block: UInt32, epoch: [UInt8], size: UInt64, root: [UInt8], time: Int64) -> [UInt8] {
    Array("LOKH".utf8) + integer(block) + epoch + integer(size) + root + integer(time)
  }

  static func isSigned(_ bytes: [UInt8], _ signature: [UInt8], by key: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
    return key.isValidSignature(signature, for: bytes)
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
  }
}
