/// Rows written column by column: what stands below each other is alike, so that it presses well. Numbers
/// are base-128 varints of what differs from the row above, zigzag; the same rows give the same bytes.
package struct ColumnWriter: Sendable {
  private var writer = FieldWriter()
  package init() {}
  package var bytes: [UInt8] { writer.bytes }

  package mutating func number(_ value: UInt64) { writer.varint(value) }
  package mutating func raw(_ bytes: [UInt8]) { writer.raw(bytes) }

  package mutating func integers(_ values: [Int64]) {
    var above: Int64 = 0
    for value in values {
      let step = value &- above
      writer.varint(UInt64(bitPattern: step << 1 ^ step >> 63))
      above = value
    }
  }

  /// Amounts are whole rupees or tens of them: what all can be divided by stands once.
  package mutating func multiples(_ values: [Int64]) {
    let unit = max(1, values.reduce(UInt64(0)) { Self.commonDivisor($0, $1.magnitude) })
    writer.varint(unit)
    let divisor = Int64(bitPattern: unit)
    integers(values.map { $0 / divisor })
  }

  private static func commonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
  }

  /// Lengths first, then all contents.
  package mutating func blobs(_ values: [[UInt8]]) {
    for value in values { writer.varint(UInt64(value.count)) }
    for value in values { writer.raw(value) }
  }

  /// Which rows have a value: one byte where all or none of them do.
  package mutating func presence(_ isThere: [Bool]) {
    if isThere.allSatisfy({ $0 }) { return writer.varint(0) }
    if isThere.allSatisfy({ !$0 }) { return writer.varint(1) }
    writer.varint(2)
    writer.raw(isThere.map { $0 ? 1 : 0 })
  }
}

/// Reads such columns back. Total: any bytes give values or `.undecodable`, and no count is believed that
/// the bytes left cannot hold.
package struct ColumnReader: Sendable {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { position == bytes.count }

  package mutating func number() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.count else { throw .undecodable }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .undecodable
  }

  /// How many rows follow; each takes a byte at least.
  package mutating func count() throws(WireError) -> Int {
    let count = try number()
    guard count <= UInt64(bytes.count - position) else { throw .undecodable }
    return Int(count)
  }

  package mutating func raw(_ count: Int) throws(WireError) -> [UInt8] {
    guard count >= 0, count <= bytes.count - position else { throw .undecodable }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  package mutating func integers(_ count: Int) throws(WireError) -> [Int64] {
    var values: [Int64] = []
    values.reserveCapacity(min(count, bytes.count - position))
    var above: Int64 = 0
    for _ in 0..<count {
      let bits = try number()
      above = above &+ (Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1))
      values.append(above)
    }
    return values
  }

  package mutating func multiples(_ count: Int) throws(WireError) -> [Int64] {
    let unit = Int64(bitPattern: try number())
    let values = try integers(count)
    guard unit != 0 else { throw .undecodable }
    return try values.read { value throws(WireError) in
      let (product, overflow) = value.multipliedReportingOverflow(by: unit)
      guard !overflow else { throw .undecodable }
      return product
    }
  }

  package mutating func blobs(_ count: Int) throws(WireError) -> [[UInt8]] {
    var lengths: [Int] = []
    for _ in 0..<count { lengths.append(Int(clamping: try number())) }
    var values: [[UInt8]] = []
    for length in lengths { values.append(try raw(length)) }
    return values
  }

  package mutating func presence(_ count: Int) throws(WireError) -> [Bool] {
    switch try number() {
    case 0: Array(repeating: true, count: count)
    case 1: Array(repeating: false, count: count)
    case 2: try raw(count).map { $0 == 1 }
    default: throw .undecodable
    }
  }
}
