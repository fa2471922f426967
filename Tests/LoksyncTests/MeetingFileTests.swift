import LokBooks
import LokDevice
import Testing
import loksync

@Suite struct MeetingFileTests {
  @Test func `the whole meeting stands in its file`() throws {
    let draft = try MeetingDraft(
      json: """
        {"number": 4, "date": "2026-04-05", "type": "special", "opening": "1,240", "closing": "१६९०.५०",
         "present": ["12-3"], "absent": ["12-5"],
         "savings": [{"member": "12-3", "amount": "100"},
                     {"member": "12-3", "amount": "5", "type": "food"}],
         "repayments": [{"loan": "12-8", "member": "12-3", "principal": "500", "interest": "20",
                         "penalty": "5"}],
         "loans": [{"member": "12-3", "amount": "5,000", "rate": "18.5", "instalments": 12,
                    "purpose": "goats"},
                   {"loan": "12-9", "member": "12-3", "amount": "7"}],
         "others": [{"kind": "journal", "amount": "1", "debit": 5003, "credit": 1001, "remark": "tea"}]}
        """.utf8, named: "meeting.json")
    let sunita = RecordID(device: DeviceNumber(12), counter: 3)
    let old = EntryDraft.Loan.known(RecordID(device: DeviceNumber(12), counter: 8))
    let nine = EntryDraft.Loan.known(RecordID(device: DeviceNumber(12), counter: 9))
    #expect(draft.number == 4 && draft.kind == .special)
    #expect(draft.openingCash == Paise(124_000) && draft.closingCash == Paise(169_050))
    #expect(draft.attendance.map(\.isPresent) == [true, false])
    #expect(
      draft.loans == [
        LoanDraft(
          borrower: .member(sunita), principal: Paise(500_000), annualRateBasisPoints: 1850, instalments: 12,
          purpose: "goats", sanctionedDay: draft.day)
      ])
    #expect(
      draft.entries == [
        EntryDraft(.savingCompulsory, Paise(10_000), member: sunita),
        EntryDraft(.savingFood, Paise(500), member: sunita),
        EntryDraft(.loanPrincipal, Paise(50_000), member: sunita, loan: old),
        EntryDraft(.loanInterest, Paise(2_000), member: sunita, loan: old),
        EntryDraft(.penalty, Paise(500), member: sunita, loan: old),
        EntryDraft(.loanGiven, Paise(500_000), member: sunita, loan: .new(0)),
        EntryDraft(.loanGiven, Paise(700), member: sunita, loan: nine),
        EntryDraft(
          .journal, Paise(100), debit: Account(rawValue: 5003), credit: .cashInHand, remark: "tea"),
      ])
  }

  @Test(arguments: [
    ("", "no JSON"), ("[]", "another type"), ("{}", "date is missing"),
    (#"{"date": "2026-02-30"}"#, "date"), (#"{"date": "2026-02-03", "type": "secret"}"#, "type"),
    (#"{"date": "2026-02-03", "opening": "-5"}"#, "opening"),
    (#"{"date": "2026-02-03", "opening": 5}"#, "opening has another type"),
    (#"{"date": "2026-02-03", "present": ["Asha"]}"#, "present"),
    (
      #"{"date": "2026-02-03", "savings": [{"member": "1-2", "amount": "5", "type": "gold"}]}"#,
      "savings.type"
    ),
    (#"{"date": "2026-02-03", "savings": [{"amount": "5"}]}"#, "savings.[0].member is missing"),
    (#"{"date": "2026-02-03", "others": [{"kind": "tea", "amount": "5"}]}"#, "others.kind"),
    (#"{"date": "2026-02-03", "loans": [{"member": "1-2", "amount": "5", "rate": "101"}]}"#, "loans.rate"),
    (#"{"date": "2026-02-03", "loans": [{"member": "1-2", "amount": "5", "method": "x"}]}"#, "loans.method"),
    (#"{"date": "2026-02-03", "saving": []}"#, "saving is no key of a meeting"),
    (
      #"{"date": "2026-02-03", "savings": [{"member": "1-2", "amount": "5", "kind": "food"}]}"#,
      "savings.[0].kind is no key of a meeting; known here are member, amount, type"
    ),
  ])
  func `a wrong file is named with the place`(json: String, part: String) throws {
    let failure = #expect(throws: Failure.self) { try MeetingDraft(json: json.utf8, named: "m.json") }
    #expect(failure?.exit == .badData)
    #expect(failure?.text.contains("m.json") == true)
    #expect(failure?.text.contains(part) == true, "\(failure?.text ?? "")")
  }

  @Test func `a new loan takes its terms from the file and leaves the others to the group's settings`() throws
  {
    let draft = try MeetingDraft(
      json: """
        {"date": "2026-04-05",
         "loans": [{"member": "12-3", "amount": "100", "method": "emi", "every": 28, "moratorium": 2},
                   {"member": "12-3", "amount": "200"}]}
        """.utf8, named: "meeting.json")
    let sunita = LoanDraft.Borrower.member(RecordID(device: DeviceNumber(12), counter: 3))
    #expect(
      draft.loans == [
        LoanDraft(
          borrower: sunita, principal: Paise(100_00), interestMethod: InterestMethod.emi.rawValue,
          sanctionedDay: draft.day, repayEveryDays: 28, moratoriumPeriods: 2),
        LoanDraft(borrower: sunita, principal: Paise(200_00), sanctionedDay: draft.day),
      ])
  }

  @Test(arguments: EntryKind.allCases)
  func `every kind of entry has a word that is read back`(kind: EntryKind) {
    #expect(EntryKind(text: kind.text) == kind)
    #expect(kind.text.allSatisfy { $0.isLowercase || $0 == "-" })
  }
}
