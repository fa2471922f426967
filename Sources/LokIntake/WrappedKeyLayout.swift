import LokBooks
package import LokWire

/// How the wrapped keys of a command lie in its row: member u64 ‖ length u16 ‖ bytes, one after the other,
/// integers big-endian. No keys are no bytes.
package enum WrappedKeyLayout {
  /// - Throws: `IntakeError.keyTooLong` above 65,535 bytes.
  package static func encode(_ keys: [WrappedKey]) throws(IntakeError) -> [UInt8] {
    var bytes: [UInt8] = []
    for key in keys {
      guard let length = UInt16(exactly: key.wrapped.count) else {
        throw .keyTooLong(member: key.member, bytes: key.wrapped.count)
      }
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: key.member.rawValue >> UInt64(shift)))
      }
      bytes += [UInt8(length >> 8), UInt8(length & 0xFF)]
      bytes += key.wrapped
    }
    return bytes
  }

  /// Nil where the bytes are no such layout.
  package static func decode(_ bytes: [UInt8]) -> [WrappedKey]? {
    var keys: [WrappedKey] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= 10 else { return nil }
      let member = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let length = rest.dropFirst(8).prefix(2).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(10)
      guard rest.count >= length else { return nil }
      keys.append(WrappedKey(member: RecordID(rawValue: member), wrapped: Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return keys
  }
}
