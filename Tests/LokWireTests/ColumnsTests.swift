import LokWire
import Testing

@Suite struct ColumnsTests {
  private func written(_ values: [Int64]) -> [UInt8] {
    var writer = ColumnWriter()
    writer.multiples(values)
    return writer.bytes
  }

  @Test(
    arguments: [
      [], [0], [0, 0], [5_000, -10_000, 0, 25_000], [1, 7], [.min], [.min, 0, .min], [.max, .min],
      [.max, -.max],
    ] as [[Int64]])
  func `amounts come back as they were`(_ values: [Int64]) throws {
    var reader = ColumnReader(written(values))
    #expect(try reader.multiples(values.count) == values)
    #expect(reader.isAtEnd)
  }

  @Test func `what all amounts can be divided by stands once`() {
    // Unit 5,000; 1, 2 and 5 as steps, zigzag.
    #expect(written([5_000, 10_000, 25_000]) == [0x88, 0x27, 2, 2, 6])
  }

  @Test(arguments: [[0, 2], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 4]] as [[UInt8]])
  func `a unit of nothing and a product beyond 64 bits are refused`(_ bytes: [UInt8]) {
    var reader = ColumnReader(bytes)
    #expect(throws: WireError.undecodable) { try reader.multiples(1) }
  }
}
