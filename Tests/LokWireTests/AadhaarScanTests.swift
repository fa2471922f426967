import LokBooks
import LokWire
import Testing

@Suite struct AadhaarScanTests {
  @Test(arguments: [
    "234567890124", "521185133376", "999941057058", "999971658847", "2345 6789 0124", "2345-6789-0124",
    "2 3 4 5 6 7 8 9 0 1 2 4", "आधार २३४५६७८९०१२४", "२३४५ 6789 ०१२४", "x234567890124y", "no. 234567890124.",
    "আধার ২৩৪৫৬৭৮৯০১২৪", "௨௩௪௫ ௬௭௮௯ ௦௧௨௪", "２３４５６７８９０１２４", "2345\u{A0}6789\u{2009}0124",
    "2345\u{2013}6789\u{2010}0124", "23\u{200B}4567\u{FEFF}890124",
    "234567890124 ", "Sunita 234567890124 9876543210", "paid 5  2345 6789 0124",
  ])
  func `an Aadhaar number is found`(text: String) {
    #expect(AadhaarScan.finds(in: text))
  }

  @Test(arguments: [
    "", "234567890125", "134567890124", "034567890124", "2345678901245", "12345678901240", "23456789012",
    "2345  6789 0124", "2345 -6789 0124", "2345/6789/0124", "2345.67890124",
    "meeting of 12-03-2026, 500 paid",
    "2345 6789 0124 5", "2345a67890124",
  ])
  func `other digits are let be`(text: String) {
    #expect(!AadhaarScan.finds(in: text))
  }

  @Test func `one changed digit or two swapped neighbours are no number`() {
    let digits = Array("521185133376")
    for place in digits.indices {
      for digit in "0123456789" where digit != digits[place] {
        var other = digits
        other[place] = digit
        #expect(!AadhaarScan.finds(in: String(other)))
      }
      guard place > 0, digits[place] != digits[place - 1] else { continue }
      var swapped = digits
      swapped.swapAt(place, place - 1)
      #expect(!AadhaarScan.finds(in: String(swapped)))
    }
  }

  @Test func `the free texts of a set are scanned, its numbers are not`() {
    func set(_ fields: [Patch.Field]) -> ChangeSet {
      let quiet = Change(
        entity: .village, record: RecordID(rawValue: 1), isNew: false, hlc: .zero,
        patch: Patch([.init(number: 1, value: .integer(234_567_890_124))]))
      var loud = quiet
      loud.patch = Patch(fields)
      return ChangeSet(
        kind: .records, cbo: .blockBook, device: DeviceNumber(1), firstDeviceSeq: DeviceSeq(1),
        firstCounter: 1, baseSeq: .zero, firstHLC: .zero, changes: [quiet, loud])
    }
    #expect(AadhaarScan.firstText(in: set([.init(number: 2, value: .text("2345 6789 0124"))])) == 1)
    #expect(AadhaarScan.firstText(in: set([.init(number: 2, value: .text("Rampur"))])) == nil)
  }

  @Test func `no code is taken for an Aadhaar number`() {
    for block: UInt32 in [1, 41, 634, 6341, 63_412, 900_001] {
      for serial in UInt32(1)...2_000 {
        for kind in [PrintedCode.Kind.group, .member] {
          let code = PrintedCode(block: BlockCode(block), kind: kind, serial: serial)
          #expect(!AadhaarScan.finds(in: code.description), "\(code)")
        }
      }
    }
  }
}
