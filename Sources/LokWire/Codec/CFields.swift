internal import CLokProto
import LokBooks

// Between the fields of C structs and the types of the books, one function a kind of field. `has` is
// protobuf-c's flag of presence.

func fill<Value>(_ has: inout protobuf_c_boolean, _ field: inout Value, _ value: Value?) {
  guard let value else { return }
  has = 1
  field = value
}

/// Zero and absent are the same.
func fillUnlessZero<Value: FixedWidthInteger>(
  _ has: inout protobuf_c_boolean, _ field: inout Value, _ value: Value
) {
  fill(&has, &field, value == 0 ? nil : value)
}

/// The usual value and absent are the same.
func fill<Value: Equatable>(
  _ has: inout protobuf_c_boolean, _ field: inout Value, _ value: Value, unless usual: Value
) {
  fill(&has, &field, value == usual ? nil : value)
}

func fillIfTrue(_ has: inout protobuf_c_boolean, _ field: inout protobuf_c_boolean, _ value: Bool) {
  fill(&has, &field, value ? 1 : nil)
}

func fillEnum<Value: RawRepresentable<UInt32>>(
  _ has: inout protobuf_c_boolean, _ field: inout Value, _ value: Int?
) {
  fill(&has, &field, value.flatMap { Value(rawValue: UInt32(truncatingIfNeeded: $0)) })
}

extension Arena {
  func fill(_ has: inout protobuf_c_boolean, _ field: inout ProtobufCBinaryData, _ value: [UInt8]?) {
    guard let value else { return }
    has = 1
    field = bytes(value)
  }

  /// Empty and absent are the same.
  func fillUnlessEmpty(
    _ has: inout protobuf_c_boolean, _ field: inout ProtobufCBinaryData, _ value: [UInt8]
  ) {
    fill(&has, &field, value.isEmpty ? nil : value)
  }

  func fillUnlessEmpty(_ field: inout UnsafeMutablePointer<CChar>?, _ value: String) {
    if !value.isEmpty { field = text(value) }
  }

  func fill<Message: CMessage>(
    _ count: inout Int, _ field: inout UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?,
    _ values: [Message]
  ) {
    count = values.count
    field = messages(values)
  }

  func fill<Number: FixedWidthInteger>(
    _ count: inout Int, _ field: inout UnsafeMutablePointer<Number>?, _ values: [Number]
  ) {
    count = values.count
    field = place(values)
  }
}

func present<Value>(_ has: protobuf_c_boolean, _ field: Value) -> Value? { has == 0 ? nil : field }

/// Nil where it is absent or a newer peer's.
func known<Value: RawRepresentable<Int>>(
  _ has: protobuf_c_boolean, _ field: some RawRepresentable<UInt32>
) -> Value? {
  has == 0 ? nil : Value(rawValue: Int(field.rawValue))
}

/// For the closed lists, where a number that is not known cannot be passed over.
func required<Value: RawRepresentable<Int>>(
  _ has: protobuf_c_boolean, _ field: some RawRepresentable<UInt32>, _ name: String
) throws(WireError) -> Value {
  guard has != 0 else { throw .missingField(name) }
  guard let value = Value(rawValue: Int(field.rawValue)) else { throw .unknownValue(field: name) }
  return value
}

func required(
  _ has: protobuf_c_boolean, _ field: ProtobufCBinaryData, _ name: String
) throws(WireError) -> [UInt8] {
  guard has != 0 else { throw .missingField(name) }
  return load(field)
}

func required<Message: CMessage>(
  _ message: UnsafeMutablePointer<Message>?, _ name: String
) throws(WireError) -> Message {
  guard let message = load(message) else { throw .missingField(name) }
  return message
}

/// Bytes of one length only: hashes 32, signatures 64, nonces 16. Nil where they are absent.
func fixed(
  _ has: protobuf_c_boolean, _ field: ProtobufCBinaryData, _ length: Int, _ name: String
) throws(WireError) -> [UInt8]? {
  guard has != 0 else { return nil }
  guard field.len == length else {
    throw .wrongLength(field: name, actual: field.len, expected: length)
  }
  return load(field)
}

func requiredFixed(
  _ has: protobuf_c_boolean, _ field: ProtobufCBinaryData, _ length: Int, _ name: String
) throws(WireError) -> [UInt8] {
  guard let bytes = try fixed(has, field, length, name) else { throw .missingField(name) }
  return bytes
}

func epoch(
  _ has: protobuf_c_boolean, _ field: ProtobufCBinaryData, _ name: String = "epoch"
) throws(WireError) -> Epoch? {
  try fixed(has, field, 8, name).flatMap { Epoch($0) }
}

func requiredEpoch(
  _ has: protobuf_c_boolean, _ field: ProtobufCBinaryData, _ name: String = "epoch"
) throws(WireError) -> Epoch {
  guard let epoch = try epoch(has, field, name) else { throw .missingField(name) }
  return epoch
}

// Whatever is kept fits SQLite's signed 64 bits: checked once, here.

func recordID(_ field: UInt64, _ name: String) throws(WireError) -> RecordID {
  guard field <= UInt64(Int64.max) else { throw .outOfRange(field: name) }
  return RecordID(rawValue: field)
}

func device(_ field: UInt32, _ name: String = "device") throws(WireError) -> DeviceNumber {
  guard field <= DeviceNumber.max.rawValue else { throw .outOfRange(field: name) }
  return DeviceNumber(field)
}

func seq(_ field: UInt64, _ name: String) throws(WireError) -> Seq {
  guard field <= WireLimits.sequenceMaximum else { throw .outOfRange(field: name) }
  return Seq(field)
}

func deviceSeq(_ field: UInt64, _ name: String) throws(WireError) -> DeviceSeq {
  guard field <= WireLimits.sequenceMaximum else { throw .outOfRange(field: name) }
  return DeviceSeq(field)
}

func hybridTime(_ field: UInt64, _ name: String) throws(WireError) -> HybridTime {
  guard field <= UInt64(Int64.max) else { throw .outOfRange(field: name) }
  return HybridTime(rawValue: field)
}

extension Array {
  /// `map` that passes the codec's own error on.
  func read<Value>(_ read: (Element) throws(WireError) -> Value) throws(WireError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for element in self { values.append(try read(element)) }
    return values
  }
}
