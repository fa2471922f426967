/// A field's value as the merge sees it: it compares and keeps values, it never interprets them.
package enum FieldValue: Hashable, Sendable {
  /// Every integer, enum and bool of the contract; unsigned 64-bit ones by their bit pattern.
  case integer(Int64)
  case text(String)
  case bytes([UInt8])
  /// A field of a newer app: its protobuf wire type and its bytes as they were sent.
  case unknown(wireType: UInt8, bytes: [UInt8])
}

/// A partial record: the fields that are present are the ones changed. Ascending by field number,
/// each at most once.
package struct Patch: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package let number: UInt32
    package let value: FieldValue
    @inlinable package init(number: UInt32, value: FieldValue) {
      self.number = number
      self.value = value
    }
  }

  package private(set) var fields: [Field]

  /// Of several values for one number the last one counts, as protobuf has it.
  package init(_ fields: [Field] = []) {
    // As almost every patch comes, on the wire and from a record.
    if Self.isAscending(fields) {
      self.fields = fields
      return
    }
    var last: [UInt32: FieldValue] = [:]
    for field in fields { last[field.number] = field.value }
    self.fields = last.map { Field(number: $0.key, value: $0.value) }.sorted { $0.number < $1.number }
  }

  /// Looks at the numbers in their place: an array hands out copies, with the values in them.
  private static func isAscending(_ fields: [Field]) -> Bool {
    fields.withUnsafeBufferPointer { fields in
      fields.indices.dropFirst().allSatisfy { fields[$0 - 1].number < fields[$0].number }
    }
  }

  /// Most lines of a meeting have none.
  package var hasText: Bool {
    fields.withUnsafeBufferPointer { fields in
      fields.indices.contains { if case .text = fields[$0].value { true } else { false } }
    }
  }

  package subscript(number: UInt32) -> FieldValue? {
    get { fields.first { $0.number == number }?.value }
    set {
      fields.removeAll { $0.number == number }
      guard let newValue else { return }
      let place = fields.firstIndex { $0.number > number } ?? fields.endIndex
      fields.insert(Field(number: number, value: newValue), at: place)
    }
  }

  package func integer(_ number: UInt32) -> Int64? {
    // Asked for every line of every meeting: the field is looked at in its place, not copied.
    guard let place = fields.firstIndex(where: { $0.number == number }),
      case .integer(let value) = fields[place].value
    else { return nil }
    return value
  }
  package func text(_ number: UInt32) -> String? {
    if case .text(let value)? = self[number] { value } else { nil }
  }
  package func bytes(_ number: UInt32) -> [UInt8]? {
    if case .bytes(let value)? = self[number] { value } else { nil }
  }
  /// A record id; zero and absent are the same.
  package func record(_ number: UInt32) -> RecordID? {
    guard let value = integer(number), value != 0 else { return nil }
    return RecordID(rawValue: UInt64(bitPattern: value))
  }
  package func paise(_ number: UInt32) -> Paise? { integer(number).map { Paise($0) } }
  package func day(_ number: UInt32) -> Day? {
    integer(number).flatMap { Int32(exactly: $0) }.map { Day(number: $0) }
  }
}
