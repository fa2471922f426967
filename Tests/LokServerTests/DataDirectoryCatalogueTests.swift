import Foundation
import LokBooks
import LokServer
import Testing

@Suite struct DataDirectoryCatalogueTests {
  private static let header = TemporaryDirectory.header

  private static func quoted(_ line: String) -> String {
    "\"" + line.dropLast().replacingOccurrences(of: ",", with: "\",\"") + "\"\n"
  }

  @Test func `blocks are found by code and listed in order`() throws {
    let temporary = try TemporaryDirectory()
    let csv = Self.header + "10,BIHAR,201,GAYA,900002,BETA\n9,UP,2,AGRA,7,\"ALPHA, \"\"NEW\"\"\"\n"
    let catalogue = try Catalogue(path: temporary.create(csv).catalogue)
    #expect(catalogue.blocks.map(\.code.rawValue) == [7, 900_002])
    #expect(
      catalogue.block(BlockCode(7))
        == CatalogueBlock(
          code: BlockCode(7), name: "ALPHA, \"NEW\"", stateCode: 9, stateName: "UP", districtCode: 2,
          districtName: "AGRA"))
    #expect(catalogue.block(BlockCode(8)) == nil)
  }

  @Test func `a catalogue that is missing or none is named`() throws {
    let temporary = try TemporaryDirectory()
    let path = try temporary.write("no database, though long enough", as: "catalogue.sqlite")
    #expect(throws: DataDirectoryError.badCatalogue(path: path)) { try Catalogue(path: path) }
    #expect(throws: DataDirectoryError.unreadable(path: "/nowhere")) { try Catalogue(path: "/nowhere") }
  }

  @Test(arguments: [
    ("a byte order mark", "\u{FEFF}" + header + "1,A,2,B,3,C\n"),
    ("CRLF and no end of line", header.replacingOccurrences(of: "\n", with: "\r\n") + "1,A,2,B,3,C"),
    ("blank lines", "\n" + header + "\n1,A,2,B,3,C\n\r\n"),
    ("quotes around all", quoted(header) + quoted("1,A,2,B,3,C\n")),
    (
      "other order, other columns, spaces, capitals",
      "Block_Name, block_code,x,district_name,district_code,state_name,state_code\n C ,3,,B,02,A,1\n"
    ),
  ])
  func `a block directory is read in all its usual forms`(_ name: String, _ csv: String) throws {
    let block = CatalogueBlock(
      code: BlockCode(3), name: "C", stateCode: 1, stateName: "A", districtCode: 2, districtName: "B")
    #expect(try BlockDirectory.read(Array(csv.utf8)) == [block], "\(name)")
  }

  @Test(
    arguments: [
      ("1,A,2,B,0,C", 2, .notACode(column: "block_code")),
      ("1,A,2,B,+3,C", 2, .notACode(column: "block_code")),
      ("1,A,2,B,4294967296,C", 2, .notACode(column: "block_code")),
      ("x,A,2,B,3,C", 2, .notACode(column: "state_code")),
      ("1,A,2,B,३,C", 2, .notACode(column: "block_code")),
      ("1,A,2,B,3,", 2, .empty(column: "block_name")),
      ("1,A,2, ,3,C", 2, .empty(column: "district_name")),
      ("1,A,2,B,3,C\u{0}D", 2, .notText(column: "block_name")),
      ("1,A,2,B,3,C,D", 2, .fieldCount(expected: 6, actual: 7)),
      ("1,A,2,B,3", 2, .fieldCount(expected: 6, actual: 5)),
      ("1,A,2,B,3,C\n1,A,2,B,4,D\n1,A,2,B,3,E", 4, .duplicate(BlockCode(3), firstLine: 2)),
      ("1,A,2,\"B\nB\",3,\"C", 2, .brokenQuotes),
      ("1,A,2,B,4,D\n1,A,2,B,3,\"C\"C", 3, .brokenQuotes),
      ("1,A,2,B,3,C\"C", 2, .brokenQuotes),
      ("", 1, .noBlocks),
    ] as [(String, Int, BlockDirectoryFault.Kind)])
  func `a row that is wrong is named by its line`(
    _ rows: String, _ line: Int, _ kind: BlockDirectoryFault.Kind
  ) {
    let error = #expect(throws: BlockDirectory.Faults.self) {
      try BlockDirectory.read(Array((Self.header + rows).utf8))
    }
    #expect(error?.faults == [BlockDirectoryFault(line: line, kind: kind)])
  }

  @Test func `every row is checked, not the first wrong one only`() throws {
    let rows = "1,A,2,\"B\nB2\",3,C\n1,A,2,B,4,D\nx,,2,B,4,D\n1,A,2,B,4,D\n1\n"
    let error = #expect(throws: BlockDirectory.Faults.self) {
      try BlockDirectory.read(Array((Self.header + rows).utf8))
    }
    #expect(
      error?.faults.map(\.description) == [
        "line 2: district_name is not readable text",
        "line 5: state_code is no number from 1 to 4294967295",
        "line 5: state_name is empty",
        "line 5: block 4 stands in line 4 already",
        "line 6: block 4 stands in line 4 already",
        "line 7: 1 fields instead of 6",
      ])
  }

  @Test func `bytes that are no UTF-8 are a fault of their row`() {
    let bytes = Array(Self.header.utf8) + Array("1,A,2,B,3,C".utf8) + [0xFF]
    let error = #expect(throws: BlockDirectory.Faults.self) { try BlockDirectory.read(bytes) }
    #expect(error?.faults == [BlockDirectoryFault(line: 2, kind: .notText(column: "block_name"))])
  }

  @Test func `missing columns are named, and once`() {
    let error = #expect(throws: BlockDirectory.Faults.self) {
      try BlockDirectory.read(Array("block_code,state_code,state_name,district_code\n1,2,3,4\n5\n".utf8))
    }
    #expect(
      error?.faults == [
        BlockDirectoryFault(line: 1, kind: .missingColumn("district_name")),
        BlockDirectoryFault(line: 1, kind: .missingColumn("block_name")),
      ])
  }

  /// Any cut and any changed byte: an answer or faults, never a trap.
  @Test func `reading is total`() {
    let bytes = Array((TemporaryDirectory.twoBlocks + "1,\"A\"\"\r\n\",2,B,3,C\r\n").utf8)
    for place in bytes.indices {
      _ = try? BlockDirectory.read(Array(bytes.prefix(place)))
      for byte in Array("\",\r\n".utf8) + [0, 0xFF] {
        var changed = bytes
        changed[place] = byte
        _ = try? BlockDirectory.read(changed)
      }
    }
  }
}
