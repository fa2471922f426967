import LokBooks
import LokText
import Testing

@Suite struct MessagesTests {
  private static func file(_ language: Language) throws -> MessageFile {
    try MessageFile(Messages.bytes(language), name: "messages.\(language.rawValue)")
  }

  @Test(arguments: Language.allCases)
  func `a file holds the keys the code has, no more and no fewer`(language: Language) throws {
    let keys = Set(try Self.file(language).templates.keys)
    let names = Set(MessageCatalogue.names)
    #expect(names.subtracting(keys).sorted() == [], "these lack a text")
    #expect(keys.subtracting(names).sorted() == [], "these no code asks for")
  }

  @Test func `no key has two owners`() {
    #expect(Set(MessageCatalogue.names).count == MessageCatalogue.names.count)
  }

  @Test func `both languages show the same arguments`() throws {
    let english = try Self.file(.english).templates
    let hindi = try Self.file(.hindi).templates
    for (key, template) in english {
      #expect(hindi[key]?.placeholders == template.placeholders, "\(key)")
    }
  }

  @Test(arguments: Reason.allCases)
  func `a reason has two Hindi sentences in Devanagari without a stop`(reason: Reason) {
    for key in [ReasonKey.what(reason), .next(reason)] {
      let text = Messages(.hindi).text(key)
      #expect(text.unicodeScalars.contains { (0x900...0x97F).contains($0.value) })
      #expect(!text.hasSuffix(".") && !text.hasSuffix("।"))
    }
  }

  @Test func `arguments are shown as the language writes them`() {
    let day = MessageArgument.day(Day(number: 20_782))
    #expect(
      Messages(.hindi).text(ReasonKey.what(.dateInFuture), [day, day])
        == "तारीख 25 नवंबर 2026 तो 25 नवंबर 2026 के बाद की है")
    #expect(
      Messages.english.text(ReasonKey.what(.cashNegative), [.money(Paise(-10_000_000))])
        == "Cash would be -₹1,00,000.00 at closure")
    let member = RecordID(device: DeviceNumber(12), counter: 3)
    #expect(
      Messages(.hindi).text(ReasonKey.what(.memberOfOtherGroup), record: member)
        == "सदस्य (12-3) दूसरे समूह का है")
    #expect(Messages(.hindi).text(ReasonKey.what(.memberOfOtherGroup)) == "सदस्य दूसरे समूह का है")
  }

  @Test func `a missing argument is a question mark, and braces in one mean nothing`() {
    #expect(Messages.english.text(ReasonKey.what(.cashNegative)) == "Cash would be ₹? at closure")
    #expect(Messages.english.text(VerdictKey.because, [.text("{1:text}"), .text("b")]) == "{1:text}: b")
    #expect(Messages.english.text(ReasonKey.what(.dateInFuture), [.integer(.max)]) == "The date ? is after ?")
  }

  @Test func `a key falls back to English, then to itself`() throws {
    let english = try MessageFile("a.b = {0:day}".utf8, name: "en")
    let messages = Messages(.hindi, own: .empty, english: english)
    #expect(messages.text(named: "a.b", [.day(Day(number: 0))]) == "1970-01-01")
    #expect(messages.text(named: "a.c") == "a.c")
  }

  @Test(
    arguments: [
      ([:], .english), (["LANG": "hi_IN.UTF-8"], .hindi), (["LANG": "hi"], .hindi),
      (["LANG": "hil_PH"], .english), (["LANG": "hi_IN", "LC_ALL": "C"], .english),
      (["LANG": "en_IN", "LC_MESSAGES": "hi_IN"], .hindi), (["LC_ALL": "", "LANG": "hi_IN"], .hindi),
      (["LOKSYNC_LANG": "en", "LC_ALL": "hi_IN"], .english), (["LOKSYNC_LANG": "HI"], .hindi),
    ] as [([String: String], Language)])
  func `the environment names the language`(environment: [String: String], language: Language) {
    #expect(Language(environment: environment) == language)
  }
}
