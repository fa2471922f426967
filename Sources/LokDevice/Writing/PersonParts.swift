package import LokBooks

/// Who she is: sealed as one part.
package struct MemberIdentity: Hashable, Sendable {
  package var name: String?
  /// Father or husband, as the registers have it.
  package var guardian: String?
  package var birthDay: Day?
  package init(name: String? = nil, guardian: String? = nil, birthDay: Day? = nil) {
    self.name = name
    self.guardian = guardian
    self.birthDay = birthDay
  }

  var encoded: [UInt8] {
    PartCodec.text(name, 1) + PartCodec.text(guardian, 2)
      + PartCodec.signed(birthDay.map { Int64($0.number) }, 3)
  }

  /// Nil for bytes that are no such part.
  init?(decoding bytes: [UInt8]) {
    guard let fields = PartCodec.fields(of: bytes) else { return nil }
    name = fields.texts[1]
    guardian = fields.texts[2]
    birthDay = fields.integers[3].flatMap { Int32(exactly: PartCodec.unfold($0)) }.map { Day(number: $0) }
  }
}

package struct MemberContact: Hashable, Sendable {
  /// Ten digits, the first 6 to 9.
  package var phone: String?
  package var address: String?
  package init(phone: String? = nil, address: String? = nil) {
    self.phone = phone
    self.address = address
  }

  var encoded: [UInt8] { PartCodec.text(phone, 1) + PartCodec.text(address, 2) }

  init?(decoding bytes: [UInt8]) {
    guard let fields = PartCodec.fields(of: bytes) else { return nil }
    phone = fields.texts[1]
    address = fields.texts[2]
  }
}

package struct MemberBank: Hashable, Sendable {
  /// Nine to eighteen digits; leading zeros count.
  package var account: String?
  package var ifsc: String?
  package init(account: String? = nil, ifsc: String? = nil) {
    self.account = account
    self.ifsc = ifsc
  }

  var encoded: [UInt8] { PartCodec.text(account, 1) + PartCodec.text(ifsc, 2) }

  init?(decoding bytes: [UInt8]) {
    guard let fields = PartCodec.fields(of: bytes) else { return nil }
    account = fields.texts[1]
    ifsc = fields.texts[2]
  }
}

package struct MemberNominee: Hashable, Sendable {
  package var name: String?
  /// Husband, daughter, …
  package var relation: String?
  package var birthDay: Day?
  package init(name: String? = nil, relation: String? = nil, birthDay: Day? = nil) {
    self.name = name
    self.relation = relation
    self.birthDay = birthDay
  }

  var encoded: [UInt8] {
    PartCodec.text(name, 1) + PartCodec.text(relation, 2)
      + PartCodec.signed(birthDay.map { Int64($0.number) }, 3)
  }

  init?(decoding bytes: [UInt8]) {
    guard let fields = PartCodec.fields(of: bytes) else { return nil }
    name = fields.texts[1]
    relation = fields.texts[2]
    birthDay = fields.integers[3].flatMap { Int32(exactly: PartCodec.unfold($0)) }.map { Day(number: $0) }
  }
}

/// The small messages inside a sealed part (Proto/lokos/v1/records.proto). They are read on phones
/// only, so that no server code ever holds a name in clear.
private enum PartCodec {
  static func text(_ text: String?, _ number: UInt8) -> [UInt8] {
    guard let text else { return [] }
    let bytes = Array(text.utf8)
    return [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes
  }

  static func signed(_ value: Int64?, _ number: UInt8) -> [UInt8] {
    guard let value else { return [] }
    return [number << 3] + varint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// The zigzag of `sint32`, taken back.
  static func unfold(_ value: UInt64) -> Int64 { Int64(value >> 1) ^ -Int64(value & 1) }

  /// Fields of a newer app are passed over; nil for what is no message or no UTF-8.
  static func fields(of bytes: [UInt8]) -> (texts: [UInt64: String], integers: [UInt64: UInt64])? {
    var rest = bytes[...]
    var texts: [UInt64: String] = [:]
    var integers: [UInt64: UInt64] = [:]
    while !rest.isEmpty {
      guard let tag = readVarint(&rest) else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = readVarint(&rest) else { return nil }
        integers[tag >> 3] = value
      case 2:
        guard let length = readVarint(&rest), length <= UInt64(rest.count),
          let text = String(validating: rest.prefix(Int(length)), as: UTF8.self)
        else { return nil }
        texts[tag >> 3] = text
        rest = rest.dropFirst(Int(length))
      default: return nil
      }
    }
    return (texts, integers)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func readVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
