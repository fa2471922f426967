/// A record's id in its block, minted offline: `device << 32 | counter`.
///
/// Written `BLOCK:DEVICE-COUNTER` for people (6341:12-345). `RecordID.blockBook` (0) stands for the
/// block's own book wherever a CBO is named.
package struct RecordID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(device: DeviceNumber, counter: UInt32) {
    rawValue = UInt64(device.rawValue) << 32 | UInt64(counter)
  }
  package static let blockBook = RecordID(rawValue: 0)

  package var device: DeviceNumber { DeviceNumber(UInt32(rawValue >> 32)) }
  package var counter: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
  package var description: String { "\(device)-\(counter)" }
  package func text(in block: BlockCode) -> String { "\(block):\(self)" }

  /// Reads `DEVICE-COUNTER` or `BLOCK:DEVICE-COUNTER`; the block, where given, has to be `block`.
  package init?(text: String, in block: BlockCode? = nil) {
    var rest = Substring(text)
    if let colon = rest.firstIndex(of: ":") {
      guard let named = UInt32(rest[..<colon]), block == nil || block?.rawValue == named else { return nil }
      rest = rest[rest.index(after: colon)...]
    }
    let parts = rest.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let device = UInt32(parts[0]), let counter = UInt32(parts[1]),
      device <= DeviceNumber.max.rawValue
    else { return nil }
    self.init(device: DeviceNumber(device), counter: counter)
  }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
