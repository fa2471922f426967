import LokBooks
import LokMerge
import LokTestSupport
import Testing

/// Sums before they are written, beside a dictionary that adds the same lines up.
struct LedgerDraftTests {
  private static let cbo = RecordID(device: DeviceNumber(1), counter: 1)

  private static func line(_ kind: EntryKind, _ paise: Int64, _ member: RecordID) throws -> LedgerLine {
    try #require(
      LedgerLine(
        Patch([
          .init(number: EntryField.kind, value: .integer(kind.rawValue)),
          .init(number: EntryField.amountPaise, value: .integer(paise)),
          .init(number: EntryField.member, value: .integer(Int64(member.rawValue))),
        ])))
  }

  @Test func `a meeting of any length sums as a dictionary does`() throws {
    var random = SeededGenerator(seed: 7)
    let kinds: [EntryKind] = [.savingCompulsory, .savingFood, .savingWithdrawn, .penalty]
    // Ids one after the other, as one phone gives them, and far apart.
    let members = (0..<1_500).map { place in
      place % 2 == 0
        ? RecordID(device: DeviceNumber(1), counter: UInt32(place))
        : RecordID(
          device: DeviceNumber(UInt32.random(in: 1...9_999, using: &random)), counter: UInt32(place) << 12)
    }
    var draft = LedgerDraft()
    var sums: [BalanceKey: Int64] = [:]
    let stored: (BalanceKey) -> Paise = { Paise(Int64($0.account.rawValue)) }
    for _ in 0..<4_000 {
      let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
      let paise = Int64.random(in: 1...9_999, using: &random)
      let member = members[Int.random(in: 0..<members.count, using: &random)]
      let line = try Self.line(kind, paise, member)
      #expect(draft.post(line, in: Self.cbo, over: stored) == nil)
      sums[.init(cbo: Self.cbo, account: line.debit), default: 0] += paise
      sums[.init(cbo: Self.cbo, account: line.credit), default: 0] -= paise
      for share in [line.firstShare, line.secondShare].compactMap(\.self) {
        let key = BalanceKey(cbo: Self.cbo, account: share.account, subLedger: share.record)
        sums[key, default: 0] += share.account == line.debit ? paise : -paise
      }
    }
    let moved = Dictionary(uniqueKeysWithValues: draft.moved.map { ($0.key, $0.sum.rawValue) })
    #expect(moved == sums.reduce(into: [:]) { $0[$1.key] = $1.value + Int64($1.key.account.rawValue) })
    for (key, sum) in moved { #expect(draft.balance(key) { .zero }.rawValue == sum) }
    let other = BalanceKey(cbo: Self.cbo, account: .bank)
    #expect(draft.balance(other) { Paise(5) } == Paise(5))
  }

  @Test func `a line that leaves the range moves nothing`() throws {
    let member = RecordID(device: DeviceNumber(1), counter: 2)
    var draft = LedgerDraft()
    let nearlyFull: (BalanceKey) -> Paise = { key in
      // Cash has room; her savings, which are credited, have none.
      key.account == .savingsCompulsory && key.subLedger != nil ? Paise(.min + 10) : .zero
    }
    let line = try Self.line(.savingCompulsory, 100, member)
    #expect(draft.post(line, in: Self.cbo, over: nearlyFull) == .savingsCompulsory)
    #expect(draft.moved.allSatisfy { $0.sum == .zero })
  }
}
