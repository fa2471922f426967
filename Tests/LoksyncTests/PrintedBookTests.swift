import LokBooks
import LokText
import Testing
import loksync

/// A book on paper: for people, for spreadsheets, in two languages.
@Suite struct PrintedBookTests {
  private static let group = RecordID(device: DeviceNumber(1), counter: 2)
  private static let member = RecordID(device: DeviceNumber(1), counter: 3)

  private static func entry(_ counter: UInt32, _ kind: EntryKind, _ paise: Int64, remark: String? = nil)
    -> BookEntry
  {
    let posting = Posting.of(kind)
    return BookEntry(
      id: RecordID(device: DeviceNumber(1), counter: counter), seq: Seq(9),
      meeting: RecordID(device: DeviceNumber(1), counter: 50), meetingNumber: 1, day: Day(number: 20_545),
      kind: kind.rawValue, amount: Paise(paise), debit: posting?.debit ?? .cashInHand,
      credit: posting?.credit ?? .cashInHand, member: member, remark: remark, isApproved: false)
  }

  private static func books(remark: String? = nil) throws -> GroupBooks {
    let entries = [
      entry(60, .savingCompulsory, 1_00_000_00), entry(61, .penalty, 20_50, remark: remark),
    ]
    let stamp = try #require(
      BookStamp(seq: Seq(9), chain: "9f2c01ab", unapproved: Paise(1_00_020_50), setAside: Paise(5)))
    return GroupBooks(
      cbo: group, name: "Pragati", entries: entries, meetings: [], attendance: [],
      members: [BookMember(id: member, joined: nil, left: nil)], loans: [], statements: [], stamp: stamp)
  }

  private static func printed(_ query: BookQuery, remark: String? = nil, in language: Language = .english)
    throws -> PrintedBook
  {
    let books = try books(remark: remark)
    return PrintedBook(
      query, group, title: books.name, try books.table(query), books.stamp, names: [member: "सीता देवी"],
      in: Messages(language))
  }

  @Test func `it ends with what it was made from`() throws {
    let text = try Self.printed(BookQuery(.trialBalance)).text
    #expect(text.hasSuffix("as of seq 9, chain 9f2c01ab, unapproved ₹1,00,020.50, set aside ₹0.05"))
    #expect(text.contains("₹1,00,000.00"))
  }

  @Test func `a portfolio of many books is stamped without a chain, and a block names itself`() throws {
    let books = try Self.books()
    let stamp = try BookStamp(ofAll: [books.stamp], seq: Seq(12))
    let book = PrintedBook(
      BookQuery(.portfolio), nil, title: "900001", Portfolio(asOf: Day(number: 20_545)).table, stamp,
      lastDay: Day(number: 20_545), in: Messages(.english))
    #expect(book.text.hasPrefix("Loan portfolio · Block 900001 · … 2026-04-02\n"))
    #expect(book.text.hasSuffix("as of seq 12, unapproved ₹1,00,020.50, set aside ₹0.05"))
  }

  @Test(arguments: BookName.allCases)
  func `every book is printed in both languages without a bare key`(_ name: BookName) throws {
    let month = try #require(BookMonth(text: "2026-04"))
    let period: BookPeriod = name == .monthlyReport ? .month(month) : .everything
    let query = BookQuery(name, period: period, member: name == .passbook ? Self.member : nil)
    for language in [Language.english, .hindi] {
      let text = try Self.printed(query, in: language).text
      for prefix in ["book.", "column.", "label.", "account.", "entry.", "stamp."] {
        #expect(!text.contains(" \(prefix)") && !text.hasPrefix(prefix), "\(name) \(language)")
      }
    }
  }

  @Test func `columns stand under their headings, in Devanagari too`() throws {
    let text = try Self.printed(BookQuery(.passbook, member: Self.member), in: .hindi).text
    let table = text.split(separator: "\n\n")[1].split(separator: "\n").map(String.init)
    let widths = table.map { DisplayWidth.of($0) }
    #expect(table.count > 2 && Set(widths.dropFirst()).count <= 2, "\(text)")
  }

  @Test func `a spreadsheet reckons with the figures and runs no formula`() throws {
    let csv = try Self.printed(BookQuery(.cashBook), remark: "=HYPERLINK(\"x\"),\u{7}a").csv
    #expect(csv.contains("\"'=HYPERLINK(\"\"x\"\"), a\""))
    #expect(csv.contains("100000.00") && !csv.contains("₹"))
    #expect(CSVField.text("@a") == "'@a" && CSVField.text("-1") == "'-1" && CSVField.text("ok") == "ok")
  }

  @Test func `what is not there is named`() throws {
    let books = try Self.books()
    #expect(throws: BookQueryError.memberMissing) { try books.table(BookQuery(.passbook)) }
    #expect(throws: BookQueryError.noSuchMember(Self.group)) {
      try books.table(BookQuery(.passbook, member: Self.group))
    }
    #expect(throws: BookQueryError.noSuchLoan(Self.group)) {
      try books.table(BookQuery(.loans, loan: Self.group))
    }
    #expect(throws: BookQueryError.monthMissing) { try books.table(BookQuery(.monthlyReport)) }
  }
}
