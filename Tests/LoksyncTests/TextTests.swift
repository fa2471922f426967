import LokBooks
import LokSimulator
import LokWire
import LokText
import Testing
import loksync

@Suite struct TextTests {
  @Test(arguments: Reason.allCases)
  func `every reason has its words and a next step`(reason: Reason) {
    let words = ReasonText(reason)
    #expect(words.sentence.count > 10)
    #expect(words.next.count > 5)
    #expect(words.sentence.first?.isUppercase == true)
    #expect(!words.sentence.hasSuffix(".") && !words.next.hasSuffix("."))
    #expect(!words.text.contains(reason.code), "a code is for machines")
  }

  @Test func `no two reasons have the same sentence`() {
    let sentences = Reason.allCases.map { ReasonText($0).sentence }
    #expect(Set(sentences).count == sentences.count)
  }

  @Test func `arguments stand in the sentence as money, days and records`() {
    #expect(
      ReasonText(.closingCashDiffers, arguments: [300_000, 302_950]).sentence
        == "Closing cash was declared as ₹3,000.00, the lines give ₹3,029.50")
    #expect(
      ReasonText(.dateInFuture, arguments: [20_454, 20_453]).sentence
        == "The date 2026-01-01 is after 2025-12-31")
    let loan = RecordID(device: DeviceNumber(12), counter: 9)
    #expect(
      ReasonText(.repaymentAboveOutstanding, arguments: [50_000, 60_000], record: loan).sentence
        == "The loan (12-9) has ₹500.00 outstanding, ₹600.00 was repaid")
  }

  @Test func `a table aligns its columns and leaves nothing at a line's end`() {
    var table = Table([.init("NAME"), .init("AMOUNT", .right), .init("NOTE")])
    table.append(["Sunita", "₹5,000.00", ""])
    table.append(["Asha", "₹50.00", "late"])
    #expect(
      table.text == """
        NAME       AMOUNT  NOTE
        Sunita  ₹5,000.00
        Asha       ₹50.00  late
        """)
  }

  @Test func `names in Devanagari keep the columns of a terminal`() {
    var table = Table([.init("NAME"), .init("AMOUNT", .right)])
    table.append(["हिंदी", "₹5.00"])
    table.append(["Asha", "₹50.00"])
    // Six code points, of which the dot takes no column.
    #expect(table.text == "NAME  AMOUNT\nहिंदी   ₹5.00\nAsha  ₹50.00")
    var facts = FactSheet()
    facts.append("रोकड़", "1")
    facts.append("Cash", "2")
    #expect(facts.text == "रोकड़  1\nCash  2")
  }

  @Test func `a run in Hindi speaks Hindi, its JSON keeps English`() {
    let verdict = Verdict(.flagged, .cashNegative, arguments: [-500])
    let english = "flagged: Cash would be -₹5.00 at closure. Look for a receipt that is missing."
    #expect(VerdictText.text(verdict) == english)
    Speech.$messages.withValue(Messages(.hindi)) {
      #expect(
        VerdictText.text(verdict)
          == "जाँच के लिए रोका गया: बैठक के अंत में रोकड़ -₹5.00 हो जाएगी। छूटी हुई आमदनी खोजें।")
      #expect(Moment.text(Timestamp(milliseconds: 1_767_205_800_000)) == "1 जनवरी 2026 00:00 IST")
    }
  }

  @Test func `an instant is shown in Indian time`() {
    #expect(Moment.text(Timestamp(milliseconds: 1_767_205_800_000)) == "2026-01-01 00:00 IST")
    #expect(Moment.text(Timestamp(milliseconds: 0)) == "never")
    #expect(Moment.age(milliseconds: 7_300_000) == "2 h")
    #expect(Moment.age(milliseconds: -5) == "0 s")
  }

  @Test func `words from a file neither break a line nor steer the terminal`() {
    #expect(Printable.text("tea\n\u{1B}[2J\u{202E}x") == "tea  [2J x")
    #expect(Printable.text("क्\u{200D}ष") == "क्\u{200D}ष")
  }

  @Test func `what is not there has another exit code than what cannot be reached`() {
    #expect(Failure(describing: Status(.notFound, .deviceUnknown, next: .showPerson)).exit == .notFound)
    #expect(Failure(describing: Status(.notFound, .blockUnknown, next: .showPerson)).exit == .notFound)
    #expect(Failure(describing: Status(.unavailable, .shuttingDown, next: .showPerson)).exit == .unavailable)
  }

  @Test func `a failure says what happened and what to do in two lines`() {
    let failure = Failure(.notFound, "there is no store\na.sqlite", next: "Make one")
    #expect(failure.text == "loksync: there is no store a.sqlite\n  Make one")
  }

  @Test func `an error nobody has words for still ends in two lines`() {
    struct Strange: Error {}
    let failure = Failure(describing: Strange())
    #expect(failure.exit == .internalFault)
    #expect(failure.text.split(separator: "\n").count == 2)
  }

  @Test func `a folder with phones is a mistake of the command line, and the next step names the option`() {
    let failure = Failure(describing: SimulationError.phonesThere(folder: "/tmp/day-phones"))
    #expect(failure.exit == .usage)
    #expect(failure.text.hasPrefix("loksync: /tmp/day-phones holds the phones of an earlier run\n"))
    #expect(failure.text.contains("--phones"))
  }

  @Test func `findings of a verification are named, and the sum says how many were looked at`() {
    let text = VerificationText.text([
      VerifiedShard(block: 1, rows: 7, findings: []),
      VerifiedShard(block: 2, rows: 5, findings: [.init(place: "journal 3", problem: "row is missing")]),
    ])
    #expect(
      text == "2 journal 3: row is missing\n2 shards, 12 journal rows recomputed: 1 shards differ")
  }

  @Test func `photos and pages are told where there are any`() throws {
    let blobs = VerifiedShard.Blobs(whole: 1_200, bytes: 54_000_000, underWay: 2, notYetHere: 5)
    let text = VerificationText.text([
      VerifiedShard(block: 1, rows: 7, findings: [], blobs: blobs),
      VerifiedShard(
        block: 2, rows: 5, findings: [], blobs: .init(whole: 0, bytes: 0, underWay: 0, notYetHere: 1)),
    ])
    #expect(
      text.hasPrefix(
        "Photos and pages: 1,200 of 5,40,00,000 bytes are what their names say, 2 under way, "
          + "6 named and not yet here\n2 shards, "))
    let none = VerifiedShard.Blobs(whole: 0, bytes: 0, underWay: 0, notYetHere: 0)
    let quiet = VerificationText.text([VerifiedShard(block: 1, rows: 7, findings: [], blobs: none)])
    #expect(quiet == "1 shards, 7 journal rows recomputed: nothing differs")
    let json = try jsonText([VerifiedShard(block: 1, rows: 7, findings: [], blobs: blobs)])
    #expect(json.contains("\"notYetHere\" : 5"))
  }

  @Test(arguments: [
    (Entity.cbo, "formation_day", "20454", "2026-01-01"), (.meeting, "day", "20454", "2026-01-01"),
    (.cbo, "status", "2", "inactive"), (.cbo, "tier", "2", "VO"), (.member, "left_reason", "1", "own-wish"),
    (.member, "designation", "2", "president"), (.entry, "kind", "2", "saving-food"),
    (.loan, "source", "3", "cif"), (.cbo, "status", "99", "99"), (.meeting, "number", "12", "12"),
    (.cbo, "compulsory_saving_paise", "12550", "₹125.50"), (.cbo, "parent", "4294967298", "1-2"),
    (.attendance, "present", "0", "no"), (.cbo, "annual_rate_basis_points", "2400", "24.0 %"),
    (.cbo, "name", "Jai Maa", "Jai Maa"), (.member, "identity", "48 sealed bytes", "48 sealed bytes"),
  ])
  func `values of fields are written as people write them`(
    entity: Entity, field: String, value: String, words: String
  ) {
    #expect(FieldWords.text(value, of: field, entity) == words)
  }

  @Test func `a finding about an account gives its name, and its sums to machines`() throws {
    var finding = VerifiedShard.Finding(
      place: "shares of 1-1 account 2001", problem: "-40 paise, the account has -50")
    (finding.cbo, finding.account, finding.expectedPaise, finding.foundPaise) = ("1-1", 2001, -50, -40)
    let text = VerificationText.text([VerifiedShard(block: 2, rows: 5, findings: [finding])])
    #expect(
      text.hasPrefix(
        "2 shares of 1-1 account 2001 (Member savings, compulsory): -40 paise, the account has -50\n"))
    let json = try jsonText([finding])
    #expect(json.contains("\"expectedPaise\"") && json.contains("-50") && !json.contains("\"share\""))
  }
}
