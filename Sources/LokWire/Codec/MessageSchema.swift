internal import CLokProto

/// What protobuf-c's descriptor tells about a message, as Swift values: built once per message, and passed
/// on by reference: every patch of every set asks for one.
final class MessageSchema: Sendable {
  enum Kind: Sendable {
    case int32, sint32, uint32, fixed32, sfixed32
    case int64, sint64, uint64, fixed64, sfixed64
    case bool, enumeration, text, bytes
    case message(MessageSchema)
    /// Of no use in this contract (floating point, or deeper than any message of it).
    case opaque
  }

  /// How a field is read. Holds nothing, so that reading a value copies no name.
  enum Form: Sendable {
    case unsigned32, signed32, zigzag32, whole64, zigzag64, bool, text, bytes
    /// As it was sent: lists, messages, what is not known.
    case kept
  }

  /// Of one field's values.
  struct Reading {
    var form: Form
    /// Nil where any is kept as it was sent.
    var type: FieldReader.WireType?
  }

  struct Field: Sendable {
    let number: UInt32
    let name: String
    let kind: Kind
    let isRepeated: Bool
    /// Of an enumeration, as the contract writes them.
    let valueNames: [Int64: String]
  }

  let name: String
  /// Ascending by number.
  let fields: [Field]
  /// There is a text in it or below it.
  let hasText: Bool
  private let placeByNumber: [Int?]
  /// By field number. Not a list: both event loops read it for every field of every change, and each would
  /// count itself in and out at the same word of memory.
  // Written once, before anybody has `self`, and freed with it.
  nonisolated(unsafe) let readings: UnsafeBufferPointer<Reading>

  init(name: String, fields: [Field]) {
    self.name = name
    self.fields = fields
    hasText = fields.contains { field in
      switch field.kind {
      case .text: true
      case .message(let schema): schema.hasText
      default: false
      }
    }
    let count = Int(fields.last?.number ?? 0) + 1
    var places: [Int?] = Array(repeating: nil, count: count)
    let readings = UnsafeMutableBufferPointer<Reading>.allocate(capacity: count)
    readings.initialize(repeating: Reading(form: .kept, type: nil))
    for (place, field) in fields.enumerated() {
      places[Int(field.number)] = place
      readings[Int(field.number)] = Reading(form: field.form, type: field.wireType)
    }
    placeByNumber = places
    self.readings = UnsafeBufferPointer(readings)
  }

  deinit { readings.deallocate() }

  subscript(number: UInt32) -> Field? {
    guard number < placeByNumber.count, let place = placeByNumber[Int(number)] else { return nil }
    return fields[place]
  }

  /// Refuses what protobuf-c lets pass: a text that is not UTF-8, or one that holds a NUL, where a C
  /// string would end. No message of the contract contains itself, so the schema bounds the depth.
  func checkTexts(in bytes: [UInt8]) throws(WireError) {
    guard hasText else { return }
    try checkTexts(in: bytes, bytes.indices)
  }

  private func checkTexts(in bytes: [UInt8], _ range: Range<Int>) throws(WireError) {
    var reader = FieldReader(bytes, in: range)
    while let sent = try reader.next() {
      guard sent.type == .lengthPrefixed, let field = self[sent.number] else { continue }
      switch field.kind {
      case .text: _ = try Self.text(bytes[sent.payload], field: field.name)
      case .message(let schema) where schema.hasText: try schema.checkTexts(in: bytes, sent.payload)
      default: continue
      }
    }
  }

  static func text(_ bytes: ArraySlice<UInt8>, field: @autoclosure () -> String) throws(WireError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(field: field()) }
    guard !bytes.contains(0) else { throw .holdsNUL(field: field()) }
    return text
  }
}

extension MessageSchema.Field {
  /// Nil where the field is to be kept as it was sent.
  var wireType: FieldReader.WireType? {
    switch kind {
    case .int32, .sint32, .uint32, .int64, .sint64, .uint64, .bool, .enumeration: .varint
    case .fixed32, .sfixed32: .fourBytes
    case .fixed64, .sfixed64: .eightBytes
    case .text, .bytes: .lengthPrefixed
    case .message, .opaque: nil
    }
  }

  fileprivate var form: MessageSchema.Form {
    if isRepeated { return .kept }
    return switch kind {
    case .uint32, .fixed32: .unsigned32
    case .int32, .sfixed32, .enumeration: .signed32
    case .sint32: .zigzag32
    case .int64, .uint64, .fixed64, .sfixed64: .whole64
    case .sint64: .zigzag64
    case .bool: .bool
    case .text: .text
    case .bytes: .bytes
    case .message, .opaque: .kept
    }
  }
}
