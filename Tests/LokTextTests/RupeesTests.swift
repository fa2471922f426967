import LokBooks
import LokText
import Testing

@Suite struct RupeesTests {
  @Test(
    arguments: [
      (0, "₹0.00"), (5, "₹0.05"), (99_999, "₹999.99"), (100_000, "₹1,000.00"), (10_000_000, "₹1,00,000.00"),
      (123_456_780, "₹12,34,567.80"), (-50_000, "-₹500.00"), (-1, "-₹0.01"), (-10_000_000, "-₹1,00,000.00"),
      (1_000_000_000, "₹1,00,00,000.00"), (Int64.max, "₹92,23,37,20,36,85,47,758.07"),
      (10_000_000_000_000, "₹1,00,00,00,00,000.00"), (Int64.min, "-₹92,23,37,20,36,85,47,758.08"),
    ] as [(Int64, String)])
  func `money is shown with Indian grouping`(paise: Int64, text: String) {
    #expect(Rupees.text(Paise(paise)) == text)
  }

  @Test(
    arguments: [
      ("1250", 125_000), ("1,250.50", 125_050), ("₹ 1250.5", 125_050), ("१२५०", 125_000), ("०.०५", 5),
      ("1,00,000", 10_000_000), ("0", 0), ("₹१,००,०००.५०", 10_000_050), ("१,२5०.5", 125_050),
      ("১২৫০", 125_000), ("૧૨૫૦.૫૦", 125_050), ("੧੨੫੦", 125_000), ("୧୨୫୦", 125_000), ("௧௨௫௦", 125_000),
      ("౧౨౫౦", 125_000), ("೧೨೫೦", 125_000), ("൧൨൫൦", 125_000), ("92233720368547758.07", Int64.max),
    ] as [(String, Int64)])
  func `rupees are read as people type them`(text: String, paise: Int64) {
    #expect(Rupees.amount(from: text) == Paise(paise))
  }

  @Test(arguments: [
    "", " ", ".", "5.", ".5", "1.234", "-5", "+5", "5e3", "1.2.3", "five", "₹", "₹₹5", "1.5,0",
    "92233720368547758.08", "٥", "-५", "१.", "१.२३४", "१২", "१.৫", "5 paise",
  ])
  func `anything else is no amount`(text: String) {
    #expect(Rupees.amount(from: text) == nil)
  }

  @Test func `what is shown is read back`() {
    var amount: Int64 = 1
    while amount < 1_000_000_000_000_000 {
      #expect(Rupees.amount(from: Rupees.text(Paise(amount))) == Paise(amount))
      amount = amount * 3 + 1
    }
  }
}
