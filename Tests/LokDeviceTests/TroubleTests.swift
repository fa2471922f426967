import LokBooks
import LokDevice
import LokShard
import LokText
import LokWire
import Testing

/// Whatever ends a sync is one of three kinds of trouble, in words that come back from the disk as they were.
@Suite struct TroubleTests {
  private static let group = RecordID(device: DeviceNumber(12), counter: 1)
  private static let outcomes: [(SyncOutcome, Trouble.Kind?)] = [
    (.done, nil),
    (.answered([1]), nil),
    (.later(milliseconds: 4_000, .busy), .wait),
    (.later(milliseconds: 4_000, nil), .wait),
    (.brokenOff, .wait),
    (.reenrol(.reenroll), .wait),
    (.revoked, .person),
    (.putBack(server: "192.0.2.7:7711", block: BlockCode(900_001)), .person),
    (.refused(Status(.failedPrecondition, .bundleTooNew, next: .showPerson, arguments: [2, 1])), .person),
    (.refused(Status(.unimplemented, nil)), .person),
    (.unproven(.signatureDiffers), .person),
    (.diverged(Divergence(cbo: group, seq: Seq(7), server: [1], own: [2])), .person),
    (.violated(.challengedTwice), .person),
  ]

  @Test(arguments: outcomes.indices)
  func `an outcome is one kind of trouble, told in both languages with all that it names`(_ place: Int) throws
  {
    let (outcome, kind) = Self.outcomes[place]
    #expect(outcome.trouble?.kind == kind)
    guard let trouble = outcome.trouble else { return }
    for language in Language.allCases {
      let text = trouble.text(in: Messages(language))
      #expect(text != trouble.key && !text.contains("{"), "\(language): \(text)")
    }
  }

  @Test func `what a person has to see stays until a good end, what was mended stays`() throws {
    let phone = try TemporaryStore()
    func troubles() throws -> [Trouble] { try phone.store.status().notices.map(\.trouble) }
    let kept = Self.outcomes.compactMap(\.0.trouble).filter { $0.kind == .person }
    for _ in 1...2 {
      for (outcome, _) in Self.outcomes where outcome != .done {
        try phone.store.noteOutcome(outcome, at: noon)
      }
    }
    #expect(try troubles() == kept)
    try phone.reopen()
    #expect(try troubles() == kept)
    #expect(try phone.store.status().isRevoked)
    try phone.store.noteOutcome(.done, at: noon)
    #expect(try troubles() == [])
    #expect(try phone.store.status().isRevoked == false)
  }
}
