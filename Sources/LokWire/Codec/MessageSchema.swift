internal import CLokProto

/// What protobuf-c's descriptor tells about a message, as Swift values: built once per message.
struct MessageSchema: Sendable {
  indirect enum Kind: Sendable {
    case int32, sint32, uint32, fixed32, sfixed32
    case int64, sint64, uint64, fixed64, sfixed64
    case bool, enumeration, text, bytes
    case message(MessageSchema)
    /// Of no use in this contract (floating point, or deeper than any message of it).
    case opaque
  }

  struct Field: Sendable {
    let number: UInt32
    let name: String
    let kind: Kind
    let isRepeated: Bool
  }

  let name: String
  /// Ascending by number.
  let fields: [Field]
  /// There is a text in it or below it.
  let hasText: Bool
  private let placeByNumber: [Int?]

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
    var places: [Int?] = Array(repeating: nil, count: Int(fields.last?.number ?? 0) + 1)
    for (place, field) in fields.enumerated() { places[Int(field.number)] = place }
    placeByNumber = places
  }

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

  static func text(_ bytes: ArraySlice<UInt8>, field: String) throws(WireError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(field: field) }
    guard !bytes.contains(0) else { throw .holdsNUL(field: field) }
    return text
  }
}
