/// Walks over the fields of one encoded message. Total: any bytes give fields or `.undecodable`.
struct FieldReader {
  /// Groups (3, 4) are not of this contract.
  enum WireType: UInt8 {
    case varint = 0
    case eightBytes = 1
    case lengthPrefixed = 2
    case fourBytes = 5
  }

  struct Field {
    let number: UInt32
    let type: WireType
    /// The value of a number; the length where it is length-prefixed.
    let bits: UInt64
    /// What follows the tag, as it was sent.
    let sent: Range<Int>
    /// The same without a length prefix.
    let payload: Range<Int>
  }

  /// Field numbers have 29 bits.
  static let numberMaximum: UInt32 = 1 << 29 - 1

  let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.indices) }

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Nil at the end. Inlined, as what it calls: it runs for every field of every change.
  @inline(__always)
  mutating func next() throws(WireError) -> Field? {
    guard position < end else { return nil }
    let tag = try varint()
    guard let type = WireType(rawValue: UInt8(tag & 7)), let number = UInt32(exactly: tag >> 3),
      (1...Self.numberMaximum).contains(number)
    else { throw .undecodable }
    return try value(of: number, type)
  }

  /// The value that stands here without a tag of its own.
  @inline(__always)
  mutating func value(of number: UInt32, _ type: WireType) throws(WireError) -> Field {
    let start = position
    var payloadStart = start
    let bits: UInt64
    switch type {
    case .varint: bits = try varint()
    case .eightBytes: bits = try fixed(8)
    case .fourBytes: bits = try fixed(4)
    case .lengthPrefixed:
      bits = try varint()
      guard bits <= UInt64(end - position) else { throw .undecodable }
      payloadStart = position
      position += Int(bits)
    }
    return Field(
      number: number, type: type, bits: bits, sent: start..<position, payload: payloadStart..<position)
  }

  var isAtEnd: Bool { position == end }

  /// Little-endian groups of seven bits, at most ten of them; what is beyond 64 bits falls away.
  @inline(__always)
  private mutating func varint() throws(WireError) -> UInt64 {
    guard position < end else { throw .undecodable }
    let first = bytes[position]
    position += 1
    // Most tags and lengths.
    return first < 0x80 ? UInt64(first) : try longVarint(UInt64(first & 0x7F))
  }

  private mutating func longVarint(_ first: UInt64) throws(WireError) -> UInt64 {
    var value = first
    var shift: UInt64 = 7
    while shift < 70 {
      guard position < end else { throw .undecodable }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .undecodable
  }

  private mutating func fixed(_ size: Int) throws(WireError) -> UInt64 {
    guard end - position >= size else { throw .undecodable }
    var value: UInt64 = 0
    for offset in 0..<size { value |= UInt64(bytes[position + offset]) << UInt64(8 * offset) }
    position += size
    return value
  }
}

/// Writes the fields of one message, in the order in which they are given.
struct FieldWriter {
  private(set) var bytes: [UInt8] = []

  mutating func tag(_ number: UInt32, _ type: FieldReader.WireType) {
    varint(UInt64(number) << 3 | UInt64(type.rawValue))
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func fixed(_ value: UInt64, size: Int) {
    for offset in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))) }
  }

  mutating func lengthPrefixed(_ payload: some Collection<UInt8>) {
    varint(UInt64(payload.count))
    bytes += payload
  }

  mutating func raw(_ sent: some Collection<UInt8>) { bytes += sent }
}
