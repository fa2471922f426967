import LokBooks
import Testing

struct LedgerTests {
  @Test func `sums that leave the range are nil`() {
    #expect(Paise(.max).adding(Paise(1)) == nil)
    #expect(Paise(.min).subtracting(Paise(1)) == nil)
    #expect(Paise(2).adding(Paise(-5)) == Paise(-3))
  }

  @Test(arguments: EntryKind.allCases)
  func `every kind of entry posts to two different accounts of the chart, but those that name them`(
    _ kind: EntryKind
  ) {
    guard let posting = Posting.of(kind) else {
      #expect(kind == .journal || kind.isOpening)
      return
    }
    #expect(posting.debit != posting.credit)
    #expect(posting.debit.name != nil)
    #expect(posting.credit.name != nil)
  }

  @Test(arguments: EntryKind.allCases)
  func `where a member has a share of an account, the entry has to name her`(_ kind: EntryKind) {
    guard let posting = Posting.of(kind) else { return }
    let parties = [posting.debit.party, posting.credit.party]
    #expect(!parties.contains(.member) || posting.needsMember)
  }

  @Test func `the chart has each code once, ascending, each of a class`() {
    let codes = Account.chart.map(\.account)
    #expect(codes == codes.sorted())
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0.accountClass != nil })
  }

  @Test func `a patch keeps the last of several values and its fields in order`() {
    var patch = Patch([
      .init(number: 9, value: .integer(1)), .init(number: 2, value: .text("a")),
      .init(number: 9, value: .integer(2)),
    ])
    #expect(patch.fields.map(\.number) == [2, 9])
    #expect(patch.integer(9) == 2)
    patch[5] = .integer(7)
    patch[2] = nil
    #expect(patch.fields.map(\.number) == [5, 9])
  }

  @Test func `codes of reasons read as operators know them`() {
    #expect(Reason.meetingNumberTaken.code == "MEETING_NUMBER_TAKEN")
    #expect(Reason.idReused.code == "ID_REUSED")
    #expect(Reason.cboNeverInScope.code == "CBO_NEVER_IN_SCOPE")
    #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
  }
}
