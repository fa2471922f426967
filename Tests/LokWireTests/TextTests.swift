import LokBooks
import LokWire
import Testing

/// protobuf-c passes any bytes as a string and ends it at a NUL; the codec does neither.
@Suite struct TextTests {
  @Test func `a text that is not UTF-8 is refused by name`() {
    #expect(throws: WireError.notUTF8(field: "app_build")) {
      try HelloRequest(decoding: field(4, [0x66, 0xFF]))
    }
  }

  @Test func `an overlong or a surrogate is not UTF-8`() {
    for bytes: [UInt8] in [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE0, 0xA4]] {
      #expect(throws: WireError.notUTF8(field: "name")) {
        try Patch(decoding: field(2, bytes), as: .cbo)
      }
    }
  }

  @Test func `a text with a NUL is refused by name`() {
    #expect(throws: WireError.holdsNUL(field: "code")) {
      try RegisterRequest(decoding: field(2, Array("900001-AB\0CD".utf8)))
    }
  }

  @Test func `a bad text counts even where a later one overrides it`() {
    #expect(throws: WireError.holdsNUL(field: "app_build")) {
      try HelloRequest(decoding: field(4, [0]) + field(4, Array("1.0".utf8)))
    }
  }

  @Test func `a bad text in a message within a message is found`() {
    let openBlock = field(4, field(2, [0x41, 0]))
    #expect(throws: WireError.holdsNUL(field: "name")) { try Command(decoding: openBlock) }
  }

  @Test(arguments: [([0xFF], WireError.notUTF8(field: "remark")), ([0x41, 0], .holdsNUL(field: "remark"))])
  func `a bad text in a set's patch refuses the set`(text: [UInt8], error: WireError) {
    let change: [UInt8] = [0x08, 6] + field(4, field(7, text))
    let set: [UInt8] = [0x08, 1] + field(11, change)
    #expect(throws: error) { try ChangeSet(decoding: set) }
    #expect(error.reason == .badText)
  }

  @Test func `bytes may hold anything`() throws {
    let patch = try Patch(decoding: field(1, [0xFF, 0]), as: .member)
    #expect(patch.bytes(1) == [0xFF, 0])
  }

  /// A short length-prefixed field below number 16.
  private func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(payload.count)] + payload
  }
}
