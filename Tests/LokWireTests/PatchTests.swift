import LokBooks
import LokTestSupport
import LokWire
import Testing

@Suite struct PatchTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let entity: Entity
    let bytes: [UInt8]
    let patch: Patch
    init(_ name: String, _ entity: Entity, _ bytes: [UInt8], _ number: UInt32, _ value: FieldValue) {
      testDescription = name
      self.entity = entity
      self.bytes = bytes
      patch = Patch([.init(number: number, value: value)])
    }
  }

  /// Bytes by the encoding rules of protobuf, by hand.
  static let rows: [Row] = [
    Row("uint32", .village, [0x08, 0xAC, 0x02], 1, .integer(300)),
    Row("zero is a value", .village, [0x08, 0], 1, .integer(0)),
    Row("text", .village, [0x12, 3, 0xE0, 0xA4, 0x97], 2, .text("ग")),
    Row("empty text", .village, [0x12, 0], 2, .text("")),
    Row("enum", .cbo, [0x08, 2], 1, .integer(2)),
    Row("sint32, below zero", .cbo, [0x28, 0x03], 5, .integer(-2)),
    Row("sint64", .entry, [0x10, 0xC8, 0x01], 2, .integer(100)),
    Row("bool", .attendance, [0x10, 1], 2, .integer(1)),
    Row("fixed64", .member, [0x21, 1, 0, 0, 0, 0, 0, 0, 0x80], 4, .integer(Int64.min + 1)),
    Row("bytes", .member, [0x0A, 2, 0, 0xFF], 1, .bytes([0, 0xFF])),
    Row("a newer number", .village, [0x78, 5], 15, .unknown(wireType: 0, bytes: [5])),
    Row("a newer text", .village, [0x7A, 2, 0x41, 0], 15, .unknown(wireType: 2, bytes: [2, 0x41, 0])),
    Row("a newer list", .village, [0x78, 5, 0x78, 6], 15, .unknown(wireType: 0, bytes: [5, 6])),
    Row("a known list", .resolution, [0x30, 5, 0x30, 6], 6, .unknown(wireType: 0, bytes: [5, 6])),
  ]

  @Test(arguments: rows)
  func `a field is read and written by its descriptor`(row: Row) throws {
    #expect(try Patch(decoding: row.bytes, as: row.entity) == row.patch)
    #expect(try row.patch.encoded(as: row.entity) == row.bytes)
  }

  @Test func `of several values for one field the last counts`() throws {
    #expect(try Patch(decoding: [0x08, 1, 0x08, 2], as: .village).integer(1) == 2)
  }

  @Test func `a known field of another wire type is undecodable`() {
    let eightBytes: [UInt8] = [0x09, 1, 0, 0, 0, 0, 0, 0, 0]
    #expect(throws: WireError.undecodable) { try Patch(decoding: eightBytes, as: .village) }
  }

  @Test(
    arguments: [
      [0x08], [0x80], [0x00, 1], [0x0B], [0x0C], [0x0E, 1], [0x12, 5, 1], [0x09, 1],
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ] as [[UInt8]])
  func `what is not protobuf is undecodable`(bytes: [UInt8]) {
    #expect(throws: WireError.undecodable) { try Patch(decoding: bytes, as: .village) }
    #expect(throws: WireError.undecodable) { try Patch(decoding: bytes, as: Entity(rawValue: 77)) }
  }

  @Test func `more new fields than any schema adds are refused`() {
    let many = (0..<65).flatMap { [0x80 | UInt8($0 & 15) << 3, 0x10 | UInt8($0 >> 4), 1] as [UInt8] }
    #expect(throws: WireError.tooMany(field: "patch", actual: 65, limit: 64)) {
      try Patch(decoding: many, as: .village)
    }
  }

  @Test(
    arguments: [
      (1, .integer(-1), .outOfRange(field: "lgd_code")),
      (1, .integer(1 << 32), .outOfRange(field: "lgd_code")),
      (1, .text("1"), .unknownValue(field: "lgd_code")),
      (2, .bytes([1]), .unknownValue(field: "name")),
      (2, .text("a\0"), .holdsNUL(field: "name")),
      (9, .integer(1), .unknownValue(field: "9")),
      (9, .unknown(wireType: 3, bytes: []), .unknownValue(field: "9")),
      (9, .unknown(wireType: 2, bytes: [9]), .undecodable),
      (9, .unknown(wireType: 0, bytes: []), .undecodable),
    ] as [(UInt32, FieldValue, WireError)])
  func `a value that does not fit its field is not written`(
    number: UInt32, value: FieldValue, error: WireError
  ) {
    let patch = Patch([.init(number: number, value: value)])
    #expect(throws: error) { try patch.encoded(as: .village) }
  }

  @Test func `random patches of every entity come back, newer fields included`() throws {
    for seed in UInt64(1)...300 {
      var random = SeededGenerator(seed: seed)
      for entity in SeededGenerator.entities {
        let patch = random.patch(entity)
        #expect(try Patch(decoding: patch.encoded(as: entity), as: entity) == patch, "seed \(seed)")
      }
    }
  }
}
