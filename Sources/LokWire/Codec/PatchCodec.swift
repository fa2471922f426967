package import LokBooks

extension Patch {
  /// Fields that the entity does not know, and those it knows as lists or messages, are kept as
  /// `.unknown`, list elements one behind the other. An entity that is not known has only such fields.
  package init(decoding bytes: [UInt8], as entity: Entity) throws(WireError) {
    try self.init(decoding: bytes, schema: EntitySchema.schema(of: entity))
  }

  /// Throws where a value does not fit its field.
  package func encoded(as entity: Entity) throws(WireError) -> [UInt8] {
    try encoded(schema: EntitySchema.schema(of: entity))
  }

  init(decoding bytes: [UInt8], schema: MessageSchema?) throws(WireError) {
    let readings = schema?.readings
    var reader = FieldReader(bytes)
    var fields: [Field] = []
    // A field takes two bytes at least, and most records have a handful.
    fields.reserveCapacity(min(bytes.count / 2, 8))
    var kept: [UInt32: (type: FieldReader.WireType, bytes: [UInt8])] = [:]
    while let sent = try reader.next() {
      let reading = readings.flatMap { sent.number < $0.count ? $0[Int(sent.number)] : nil }
      if let reading, let value = try sent.value(reading, in: bytes, of: schema) {
        fields.append(Field(number: sent.number, value: value))
        continue
      }
      if kept[sent.number]?.type != sent.type { kept[sent.number] = (sent.type, []) }
      kept[sent.number]?.bytes += bytes[sent.sent]
      guard kept.count <= WireLimits.unknownFieldsPerPatch else {
        throw .tooMany(field: "patch", actual: kept.count, limit: WireLimits.unknownFieldsPerPatch)
      }
    }
    for (number, value) in kept {
      fields.append(
        Field(number: number, value: .unknown(wireType: value.type.rawValue, bytes: value.bytes)))
    }
    self.init(fields)
  }

  func encoded(schema: MessageSchema?) throws(WireError) -> [UInt8] {
    var writer = FieldWriter()
    for field in fields {
      if case .unknown(let type, let bytes) = field.value {
        try writer.unknown(field.number, type: type, bytes, name: schema?[field.number]?.name)
      } else {
        guard let known = schema?[field.number] else {
          throw .unknownValue(field: String(field.number))
        }
        try writer.known(known, field.value)
      }
    }
    return writer.bytes
  }
}

extension FieldReader.Field {
  /// Nil where the field is to be kept as it was sent.
  @inline(__always)
  fileprivate func value(
    _ reading: MessageSchema.Reading, in bytes: [UInt8], of schema: MessageSchema?
  ) throws(WireError) -> FieldValue? {
    if reading.form == .kept { return nil }
    guard type == reading.type else { throw .undecodable }
    let low = UInt32(truncatingIfNeeded: bits)
    return switch reading.form {
    case .unsigned32: .integer(Int64(low))
    case .signed32: .integer(Int64(Int32(bitPattern: low)))
    case .zigzag32: .integer(Int64(Int32(bitPattern: low >> 1) ^ -Int32(bitPattern: low & 1)))
    case .whole64: .integer(Int64(bitPattern: bits))
    case .zigzag64: .integer(Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1))
    case .bool: .integer(bits == 0 ? 0 : 1)
    case .text: .text(try MessageSchema.text(bytes[payload], field: schema?[number]?.name ?? ""))
    case .bytes: .bytes(Array(bytes[payload]))
    case .kept: nil
    }
  }
}

extension FieldWriter {
  fileprivate mutating func known(
    _ field: MessageSchema.Field, _ value: FieldValue
  ) throws(WireError) {
    guard !field.isRepeated, let type = field.wireType else { throw .unknownValue(field: field.name) }
    switch value {
    case .integer(let number):
      let bits = try field.bits(of: number)
      tag(field.number, type)
      switch type {
      case .varint: varint(bits)
      case .fourBytes: fixed(bits, size: 4)
      case .eightBytes: fixed(bits, size: 8)
      case .lengthPrefixed: throw .unknownValue(field: field.name)
      }
    case .text(let text):
      guard case .text = field.kind else { throw .unknownValue(field: field.name) }
      guard !text.utf8.contains(0) else { throw .holdsNUL(field: field.name) }
      tag(field.number, type)
      lengthPrefixed(text.utf8)
    case .bytes(let bytes):
      guard case .bytes = field.kind else { throw .unknownValue(field: field.name) }
      tag(field.number, type)
      lengthPrefixed(bytes)
    case .unknown(let type, let bytes):
      try unknown(field.number, type: type, bytes, name: field.name)
    }
  }

  /// Each of the values that stand in `bytes` under a tag of its own.
  fileprivate mutating func unknown(
    _ number: UInt32, type: UInt8, _ bytes: [UInt8], name: String?
  ) throws(WireError) {
    guard let type = FieldReader.WireType(rawValue: type), (1...FieldReader.numberMaximum).contains(number)
    else { throw .unknownValue(field: name ?? String(number)) }
    var reader = FieldReader(bytes)
    repeat {
      let value = try reader.value(of: number, type)
      tag(number, type)
      raw(bytes[value.sent])
    } while !reader.isAtEnd
  }
}

extension MessageSchema.Field {
  /// The bits that stand on the wire for `number`.
  fileprivate func bits(of number: Int64) throws(WireError) -> UInt64 {
    let bits: UInt64? =
      switch kind {
      case .uint32, .fixed32: UInt32(exactly: number).map { UInt64($0) }
      // protobuf sign-extends a negative one to 64 bits.
      case .int32, .enumeration: Int32(exactly: number).map { UInt64(bitPattern: Int64($0)) }
      case .sfixed32: Int32(exactly: number).map { UInt64(UInt32(bitPattern: $0)) }
      case .sint32: Int32(exactly: number).map { UInt64(UInt32(bitPattern: $0 << 1 ^ $0 >> 31)) }
      case .int64, .uint64, .fixed64, .sfixed64: UInt64(bitPattern: number)
      case .sint64: UInt64(bitPattern: number << 1 ^ number >> 63)
      case .bool: number == 0 || number == 1 ? UInt64(number) : nil
      case .text, .bytes, .message, .opaque: throw .unknownValue(field: name)
      }
    guard let bits else { throw .outOfRange(field: name) }
    return bits
  }
}
