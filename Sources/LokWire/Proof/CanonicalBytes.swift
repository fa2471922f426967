/// Builds what is hashed and signed: integers big-endian at their full width, bytes as they are. The
/// layouts stand in Proto/README.md; protobuf is not canonical and never hashed field by field.
package struct CanonicalBytes: Sendable {
  package private(set) var bytes: [UInt8]

  /// `tag`: four ASCII letters that keep one layout from being taken for another.
  package init(tag: StaticString) { bytes = Array(tag.description.utf8) }

  package init() { bytes = [] }

  package mutating func append(_ number: some FixedWidthInteger) {
    for shift in stride(from: type(of: number).bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  package mutating func append(_ more: [UInt8]) { bytes += more }
}

/// Reads such bytes back. Total: nil where too few are left.
struct CanonicalReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    let count = Number.bitWidth / 8
    guard count <= bytes.count - position else { return nil }
    // In their place: a record that a set names has some hundred numbers.
    var number = Number.zero
    for place in position..<position + count {
      number = number << 8 | Number(truncatingIfNeeded: bytes[place])
    }
    position += count
    return number
  }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= bytes.count - position else { return nil }
    position += count
    return Array(bytes[position - count..<position])
  }
}
