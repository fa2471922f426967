import Foundation
import LokBooks
import Testing

struct PrintedCodeTests {
  @Test func `codes as they stand on cards`() {
    // Damm's own example: 572 has the check digit 4.
    #expect(PrintedCode(block: BlockCode(57), kind: .member, serial: 1).description.hasPrefix("57-M00001-"))
    #expect(PrintedCode(block: BlockCode(6341), kind: .group, serial: 12).description == "6341-G00012-4")
    #expect(
      PrintedCode(block: BlockCode(900_001), kind: .member, serial: 123_456).description == "900001-M123456-9"
    )
  }

  @Test func `a code is read back, in small letters too`() {
    let code = PrintedCode(block: BlockCode(6341), kind: .group, serial: 12)
    #expect(PrintedCode(text: code.description) == code)
    #expect(PrintedCode(text: code.description.lowercased()) == code)
  }

  @Test func `every wrong digit and every two neighbours swapped are found`() {
    for serial in UInt32(1)...300 {
      let text = Array(PrintedCode(block: BlockCode(6341), kind: .member, serial: serial).description)
      let places = text.indices.filter { text[$0].isNumber }
      for place in places {
        for digit in "0123456789" where digit != text[place] {
          var wrong = text
          wrong[place] = digit
          #expect(PrintedCode(text: String(wrong)) == nil, "\(String(wrong))")
        }
      }
      for (one, next) in zip(places, places.dropFirst()) where text[one] != text[next] {
        var wrong = text
        wrong.swapAt(one, next)
        #expect(PrintedCode(text: String(wrong)) == nil, "\(String(wrong))")
      }
      #expect(PrintedCode(text: String(text).replacingOccurrences(of: "M", with: "G")) == nil)
    }
  }

  @Test(arguments: [
    "", "6341", "6341-G00012", "6341-X00012-4", "6341-G00000-0", "-G00012-4", "6341-G-4", "६३४१-G00012-4",
  ])
  func `what is no code is none`(text: String) { #expect(PrintedCode(text: text) == nil) }
}
