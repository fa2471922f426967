import LokText
import Testing

@Suite struct WritingTests {
  @Test(
    arguments: [
      ("", 0), ("Asha", 4), ("₹5,000.00", 9), ("सुनीता", 5), ("क्षत्रिय", 6), ("हिंदी", 4), ("क\u{200D}", 1),
      ("e\u{301}", 1), ("é", 1), ("漢字", 4), ("ｶ", 1), ("Ａ", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2),
      ("😀", 2), ("\u{AD}", 1), ("\u{200B}\u{2060}", 0), ("\u{20DD}", 0), ("\n", 0),
    ] as [(String, Int)])
  func `a text takes the columns a terminal gives it`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func `padding fills up and never cuts`() {
    #expect(DisplayWidth.padded("हिंदी", to: 6) == "हिंदी  ")
    #expect(DisplayWidth.padded("5", to: 3, atBeginning: true) == "  5")
    #expect(DisplayWidth.padded("Sunita", to: 2) == "Sunita")
  }

  /// What the doc comment of `NameComparison` says of Swift.
  @Test(
    arguments: [
      ("\u{958}\u{92E}\u{932}", "\u{915}\u{93C}\u{92E}\u{932}"), ("\u{929}", "\u{928}\u{93C}"),
      ("\u{9CB}", "\u{9C7}\u{9BE}"), ("\u{BCA}", "\u{BC6}\u{BBE}"), ("Ren\u{E9}", "Rene\u{301}"),
    ])
  func `a name is the same in whatever form it was typed`(one: String, other: String) {
    #expect(NameComparison.areSame(one, other))
    #expect(one.hashValue == other.hashValue)
    #expect(!(one < other) && !(other < one))
    #expect(Array(one.utf8) != Array(other.utf8), "bytes stay as typed")
  }

  @Test func `names are ordered by NFC, equal ones stay as they stood`() {
    // The first form's first code point is above that of ख, its NFC is below.
    let names = ["ख", "\u{958}", "क\u{93C}", "आशा"]
    let sorted = NameComparison.sorted(names) { $0 }
    #expect(sorted.map { Array($0.utf8) } == ["आशा", "\u{958}", "क\u{93C}", "ख"].map { Array($0.utf8) })
    #expect(!NameComparison.areSame("सीता", "सिता"))
  }

  @Test func `digits of India's scripts become ASCII`() {
    let scripts = [
      "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "੦੧੨੩੪੫੬੭੮੯", "૦૧૨૩૪૫૬૭૮૯", "୦୧୨୩୪୫୬୭୮୯", "௦௧௨௩௪௫௬௭௮௯", "౦౧౨౩౪౫౬౭౮౯",
      "೦೧೨೩೪೫೬೭೮೯", "൦൧൨൩൪൫൬൭൮൯", "᱐᱑᱒᱓᱔᱕᱖᱗᱘᱙", "꯰꯱꯲꯳꯴꯵꯶꯷꯸꯹",
    ]
    for digits in scripts {
      #expect(Digits.ascii("\(digits)-x") == "0123456789-x")
      #expect(Digits.only(digits + "5") == "01234567895")
    }
    #expect(Digits.ascii("٥") == "٥")
    #expect(Digits.only("४৪") == nil, "two scripts in one number")
    #expect(Digits.only("4x") == nil)
  }
}
