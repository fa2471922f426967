import LokBooks
import LokMerge
import LokWire

/// A field's value on its way into columns or out of them: numbers and contents, by its form.
struct SnapshotCell {
  /// What names a record near its group's is written as the distance: members and loans of a group have small
  /// ones, and the same in every record. Of a personal part, at rest nonce 12 ‖
  /// device_seq u64 ‖ ciphertext, the number is known from its write, and the nonce's beginning from others
  /// of its set.
  enum Form: UInt32 {
    case integer = 0
    case nearby = 1
    case text = 2
    case bytes = 3
    case unknown = 4
    case sealed = 5
  }

  /// The id that distances are from.
  let base: Int64
  let entity: UInt32
  let number: UInt32
  let form: Form
  let deviceSeq: DeviceSeq
  /// An integer's value or distance; the wire type of what is unknown; the index in a nonce.
  var integer: Int64 = 0
  /// The nonce's beginning.
  var prefix: [UInt8] = []
  var content: [UInt8] = []

  private static let distance: UInt64 = 1 << 28
  private static let smallestID: Int64 = 1 << 32
  static let prefixBytes = 8
  private static let headBytes = 20

  init(base: Int64, entity: UInt32, number: UInt32, form: Form, deviceSeq: DeviceSeq) {
    (self.base, self.entity, self.number, self.form) = (base, entity, number, form)
    self.deviceSeq = deviceSeq
  }

  init(_ record: StoredRecord, _ field: FieldState) {
    let base = Int64(bitPattern: record.cbo.rawValue)
    self.init(
      base: base, entity: record.entity.rawValue, number: field.number, form: Self.form(of: field, base),
      deviceSeq: field.deviceSeq)
    switch field.value {
    case .integer(let value): integer = form == .nearby ? value &- base : value
    case .text(let text): content = [UInt8](text.utf8)
    case .bytes(let bytes) where form == .sealed:
      prefix = Array(bytes.prefix(Self.prefixBytes))
      integer = Int64(Self.number(bytes[Self.prefixBytes..<12]))
      content = Array(bytes.dropFirst(Self.headBytes))
    case .bytes(let bytes): content = bytes
    case .unknown(let wireType, let bytes):
      integer = Int64(wireType)
      content = bytes
    }
  }

  private static func form(of field: FieldState, _ base: Int64) -> Form {
    switch field.value {
    case .integer(let number):
      number >= smallestID && (number &- base).magnitude < distance ? .nearby : .integer
    case .text: .text
    case .bytes(let bytes):
      bytes.count >= headBytes && number(bytes[12..<headBytes]) == field.deviceSeq.rawValue ? .sealed : .bytes
    case .unknown: .unknown
    }
  }

  func value() throws(WireError) -> FieldValue {
    switch form {
    case .integer: return .integer(integer)
    case .nearby: return .integer(integer &+ base)
    case .text:
      guard let text = String(validating: content, as: UTF8.self) else { throw .notUTF8(field: "snapshot") }
      return .text(text)
    case .bytes: return .bytes(content)
    case .unknown: return .unknown(wireType: UInt8(truncatingIfNeeded: integer), bytes: content)
    case .sealed:
      var head = CanonicalBytes()
      head.append(prefix)
      head.append(UInt32(truncatingIfNeeded: integer))
      head.append(deviceSeq.rawValue)
      return .bytes(head.bytes + content)
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension [SnapshotCell] {
  /// Numbers stand with those of the same field of other records, contents as they come.
  private struct Column: Hashable, Comparable {
    var form: UInt32
    var entity: UInt32
    var number: UInt32

    init(_ cell: SnapshotCell) {
      (form, entity, number) = (cell.form.rawValue, cell.entity, cell.number)
    }

    static func < (a: Self, b: Self) -> Bool {
      (a.form, a.entity, a.number) < (b.form, b.entity, b.number)
    }
  }

  /// The cells of each column that has numbers.
  private var numbered: [[Int]] {
    let cells = indices.filter { ![.text, .bytes].contains(self[$0].form) }
    return Dictionary(grouping: cells) { Column(self[$0]) }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Where the unit is worth its byte.
  private static func mayShareUnit(_ cells: [Int]) -> Bool { cells.count >= 4 }

  func write(to writer: inout ColumnWriter) {
    for cells in numbered {
      let values = cells.map { self[$0].integer }
      if Self.mayShareUnit(cells) { writer.multiples(values) } else { writer.integers(values) }
    }
    let sealed = filter { $0.form == .sealed }
    let prefixes = Set(sealed.map(\.prefix)).sorted { $0.lexicographicallyPrecedes($1) }
    let places = Dictionary(uniqueKeysWithValues: prefixes.enumerated().map { ($1, Int64($0)) })
    writer.number(UInt64(prefixes.count))
    for prefix in prefixes { writer.raw(prefix) }
    writer.integers(sealed.map { places[$0.prefix] ?? 0 })
    writer.blobs(filter { $0.form.rawValue > SnapshotCell.Form.nearby.rawValue }.map(\.content))
  }

  mutating func read(from reader: inout ColumnReader) throws(WireError) {
    for cells in numbered {
      let values =
        Self.mayShareUnit(cells) ? try reader.multiples(cells.count) : try reader.integers(cells.count)
      for (cell, value) in zip(cells, values) { self[cell].integer = value }
    }
    var prefixes: [[UInt8]] = []
    for _ in 0..<(try reader.count()) { prefixes.append(try reader.raw(SnapshotCell.prefixBytes)) }
    let sealed = indices.filter { self[$0].form == .sealed }
    for (cell, place) in zip(sealed, try reader.small(sealed.count)) {
      guard prefixes.indices.contains(Int(place)) else { throw .outOfRange(field: "snapshot.nonce") }
      self[cell].prefix = prefixes[Int(place)]
    }
    let filled = indices.filter { self[$0].form.rawValue > SnapshotCell.Form.nearby.rawValue }
    for (cell, content) in zip(filled, try reader.blobs(filled.count)) { self[cell].content = content }
  }
}
