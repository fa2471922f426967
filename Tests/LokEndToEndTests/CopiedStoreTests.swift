import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokWire
import Testing

/// One store on two phones, as after a backup was put on a second one.
@Suite struct CopiedStoreTests {
  /// How many meetings are typed on each, and who comes to the server first.
  struct Typing: CustomTestStringConvertible, Sendable {
    var original: Int
    var copy: Int
    var isCopyFirst = false
    var testDescription: String {
      "\(original) on the original, \(copy) on the copy, \(isCopyFirst ? "copy" : "original") first"
    }
  }

  static let typings = [
    Typing(original: 2, copy: 2), Typing(original: 2, copy: 2, isCopyFirst: true),
    Typing(original: 3, copy: 1), Typing(original: 1, copy: 3), Typing(original: 0, copy: 2),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: typings)
  func `a copied store, typed on both: nothing is lost`(_ typing: Typing) async throws {
    let bench = try await Bench()
    let original = try await bench.enrolled("original.sqlite")
    let (group, member) = try await original.makeGroup("Jai Maa")
    try await original.meet(group, saving: member, 1)
    try await original.expectDone()
    try bench.folder.copyStore("original.sqlite", to: "copy.sqlite")
    let copy = try await bench.agent("copy.sqlite")
    // Powers of two: every sum tells which lines are in it.
    var amounts: [Int64] = [1]
    for (phone, count) in [(original, typing.original), (copy, typing.copy)] {
      for _ in 0..<count {
        amounts.append(amounts[amounts.count - 1] * 2)
        try await phone.meet(group, saving: member, amounts[amounts.count - 1])
      }
    }
    for phone in typing.isCopyFirst ? [copy, original] : [original, copy] { try await phone.expectDone() }
    // Whoever was first hears of the other's coming now; then both hold everything.
    for _ in 0..<2 { for phone in [original, copy] { try await phone.expectDone() } }
    let expected = amounts.map { "\($0) once" }
    let found = try Connection(path: bench.shardPath(), mode: .readOnly).statement(
      "SELECT amount_paise, count(*) FROM entry GROUP BY 1 ORDER BY 1"
    ).all { $0.integer(1) == 1 ? "\($0.integer(0)) once" : "\($0.integer(0)) \($0.integer(1)) times" }
    #expect(found == expected)
    try await expectTold([original, copy], group, typed: amounts, bench)
    await bench.end()
  }

  /// Each line is posted, or stands set aside with a reason that a phone shows; both phones agree.
  private func expectTold(
    _ phones: [DeviceAgent], _ group: RecordID, typed: [Int64], _ bench: Bench
  ) async throws {
    let asideMeetings = try bench.inspector().setAside()
    #expect(asideMeetings.allSatisfy { !$0.reason.isEmpty })
    let posted = typed.count - asideMeetings.count
    var numbers: Set<DeviceNumber> = []
    for phone in phones {
      let books = try await phone.books(of: group)
      #expect(books.trialBalanceSum == .zero && books.lastMeeting == UInt32(posted))
      #expect(books.setAside.count == asideMeetings.count && books.provisionalSets == 0)
      let digests = try await phone.digests()
      #expect(digests.allSatisfy { $0.isEqual == true })
      let status = try await phone.status()
      #expect(status.unsent == 0 && status.stored == 0)
      numbers.insert(try #require(status.device))
    }
    #expect(numbers.count == 2, "two stores, two numbers")
    var told: Set<Seq> = []
    for phone in phones {
      let status = try await phone.status()
      told.formUnion(status.setAside.compactMap(\.seq))
      #expect(status.setAside.allSatisfy { $0.verdict.reason != nil })
    }
    #expect(told == Set(asideMeetings.map { Seq(UInt64($0.seq)) }))
    let findings = try bench.findings()
    #expect(findings == [])
  }
}
