// These, and amounts and accounts, are not RawRepresentable: its == is generic, is not specialized between
// modules, and would be called for every line of every meeting.

/// An administrative block by its LGD code; 900001 and up are synthetic.
package struct BlockCode: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  package var description: String { String(rawValue) }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A registered store on a phone, unique in its block for ever. 0 is the block itself.
package struct DeviceNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  package static let block = DeviceNumber(0)
  /// Numbers stay below 2^31, so that every record id fits SQLite's signed 64 bits.
  package static let max = DeviceNumber(UInt32(Int32.max))
  package var description: String { String(rawValue) }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A device's own number for one change, contiguous from 1.
package struct DeviceSeq: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }
  package var description: String { String(rawValue) }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The number after `count` more changes. Saturates at the largest, which no device reaches.
  package func advanced(by count: UInt32) -> DeviceSeq {
    let (sum, overflow) = rawValue.addingReportingOverflow(UInt64(count))
    return DeviceSeq(overflow ? .max : sum)
  }
}

/// A command's gap-free position in its shard, from 1.
package struct Seq: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }
  package static let zero = Seq(0)
  package var next: Seq { Seq(rawValue + 1) }
  package var description: String { String(rawValue) }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A row's position in the intake log, never repeated. 0 = before the first.
package struct LSN: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }
  package static let zero = LSN(0)
  package var description: String { String(rawValue) }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A shard's history: 8 random bytes, changed by a restore only.
package struct Epoch: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]
  /// Nil unless there are exactly 8 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 8 else { return nil }
    self.bytes = bytes
  }
  /// - Parameter random: what its bytes are made of.
  package init(random: UInt64) { bytes = withUnsafeBytes(of: random.bigEndian) { Array($0) } }
  package var description: String { bytes.hexadecimal }
}

/// An intake log's identity: 16 random bytes. A shard follows one log and no other.
package struct IntakeID: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]
  /// Nil unless there are exactly 16 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    self.bytes = bytes
  }
  package var description: String { bytes.hexadecimal }
}

/// Which version of the rules judged a set; stamped when it is appended to the intake.
package struct RulesVersion: Hashable, Comparable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let current = RulesVersion(rawValue: 1)
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Sequence<UInt8> {
  /// Lower-case, two digits a byte.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Nil for an odd number of digits, or for what is no digit.
  package init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.map { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
      default: nil
      }
    }
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    let known = digits.compactMap(\.self)
    self = stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
  }
}
