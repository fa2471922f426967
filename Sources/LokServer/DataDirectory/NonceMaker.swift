import Crypto
package import LokBooks

/// The numbers that a device signs to open a session: each good for one device on one day (IST) and the next,
/// known again without having been kept.
package struct NonceMaker: Sendable {
  package static let byteCount = 16
  private let key: SymmetricKey

  /// - Parameter secret: 32 random bytes.
  package init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

  static func newSecret() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) } }

  /// HMAC-SHA256(secret, "LOKN" ‖ block u32 ‖ device u32 ‖ day i32), big-endian; its first 16 bytes.
  package func nonce(block: BlockCode, device: DeviceNumber, at now: Timestamp) -> [UInt8] {
    nonce(block, device, Day(of: now))
  }

  /// Whether it is the device's of today or of yesterday. Takes the same time for every wrong one.
  package func isGood(_ nonce: [UInt8], block: BlockCode, device: DeviceNumber, at now: Timestamp) -> Bool {
    let today = Day(of: now)
    let isOfToday = isEqual(nonce, self.nonce(block, device, today))
    let isOfYesterday = isEqual(nonce, self.nonce(block, device, today.advanced(by: -1)))
    return isOfToday || isOfYesterday
  }

  private func nonce(_ block: BlockCode, _ device: DeviceNumber, _ day: Day) -> [UInt8] {
    let text =
      Array("LOKN".utf8) + bytes(block.rawValue) + bytes(device.rawValue)
      + bytes(UInt32(bitPattern: day.number))
    return [UInt8](HMAC<SHA256>.authenticationCode(for: text, using: key).prefix(Self.byteCount))
  }

  private func bytes(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) } }

  private func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
