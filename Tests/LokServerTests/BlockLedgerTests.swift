import LokBooks
import LokServer
import LokShard
import LokWire
import Testing

/// Who may log which number next.
@Suite struct BlockLedgerTests {
  private static let device = DeviceNumber(4)
  private static let generous = Session.Commitment(last: DeviceSeq(1_000), chain: OutboxChain.start)

  private func item(_ first: UInt64, _ count: UInt32 = 1, byte: UInt8 = 1) throws -> SetItem {
    SetItem(
      firstDeviceSeq: DeviceSeq(first), count: count, bytes: [byte], hash: Hash.sha256([byte]),
      content: .readable(
        ChangeSet(
          kind: .records, cbo: .blockBook, device: Self.device, firstDeviceSeq: DeviceSeq(first),
          firstCounter: 1, baseSeq: .zero, firstHLC: .zero, changes: [])))
  }

  private func ledger(next: UInt64 = 5) -> BlockLedger {
    var ledger = BlockLedger()
    ledger.load(
      DeviceState(
        number: Self.device, role: .bookkeeperSHG, key: PublicKey(type: .ed25519, bytes: []), status: .active,
        grants: [], nextDeviceSeq: DeviceSeq(next), chain: OutboxChain.start))
    return ledger
  }

  private func word(_ decision: BlockLedger.Decision) -> String {
    switch decision {
    case .append: "append"
    case .lookUp: "look up"
    case .reusedAndKept: "kept"
    case .chainDiffers(let commands): "chain differs \(commands.count)"
    case .refused(let status): status.reason?.code ?? ""
    }
  }

  @Test(arguments: [
    (5, 1, "append"), (5, 3, "append"), (6, 1, "DEVICE_SEQ_AHEAD"), (4, 1, "look up"), (4, 3, "look up"),
    (5, 996, "append"), (5, 997, "BEYOND_COMMITMENT"),
  ])
  func `the next number is taken, others are not`(_ first: UInt64, _ count: UInt32, _ expected: String) throws
  {
    var ledger = ledger()
    let commitment = Session.Commitment(
      last: DeviceSeq(1_000),
      chain: OutboxChain.next(
        after: OutboxChain.start, firstDeviceSeq: DeviceSeq(5), setHash: Hash.sha256([1])))
    let decision = try ledger.decide(item(first, count), from: Self.device, commitment: commitment)
    #expect(word(decision) == expected)
  }

  @Test func `two connections of one phone cannot log six before five`() throws {
    var ledger = ledger()
    #expect(
      try word(ledger.decide(item(6), from: Self.device, commitment: Self.generous)) == "DEVICE_SEQ_AHEAD")
    #expect(try word(ledger.decide(item(5), from: Self.device, commitment: Self.generous)) == "append")
    #expect(try word(ledger.decide(item(6), from: Self.device, commitment: Self.generous)) == "append")
    #expect(try word(ledger.decide(item(5), from: Self.device, commitment: Self.generous)) == "look up")
  }

  @Test func `what could not be stored gives its numbers back`() throws {
    var ledger = ledger()
    _ = try ledger.decide(item(5, 2), from: Self.device, commitment: Self.generous)
    ledger.commit()
    _ = try ledger.decide(item(7, 2), from: Self.device, commitment: Self.generous)
    _ = try ledger.decide(item(9, 2), from: Self.device, commitment: Self.generous)
    ledger.rollBack()
    #expect(ledger.numbers(of: Self.device)?.next == DeviceSeq(7))
  }

  @Test func `a shard that is behind the log does not set numbers back`() throws {
    var ledger = ledger()
    _ = try ledger.decide(item(5), from: Self.device, commitment: Self.generous)
    ledger.commit()
    let stale = DeviceState(
      number: Self.device, role: .bookkeeperSHG, key: PublicKey(type: .ed25519, bytes: []), status: .active,
      grants: [], nextDeviceSeq: DeviceSeq(5), chain: OutboxChain.start)
    #expect(ledger.load(stale).next == DeviceSeq(6))
  }

  @Test func `a chain that ends otherwise than signed keeps the set aside and suspends`() throws {
    var ledger = ledger()
    let commitment = Session.Commitment(last: DeviceSeq(5), chain: [UInt8](repeating: 9, count: 32))
    #expect(try word(ledger.decide(item(5), from: Self.device, commitment: commitment)) == "chain differs 2")
    #expect(ledger.numbers(of: Self.device)?.next == DeviceSeq(6))
  }

  @Test func `bytes that are kept already are not kept again`() throws {
    var ledger = ledger()
    let reused = try item(2, byte: 8)
    #expect(word(ledger.decide(reused, from: Self.device, commitment: Self.generous)) == "look up")
    ledger.noteReuse(of: reused.hash, by: Self.device)
    #expect(word(ledger.decide(reused, from: Self.device, commitment: Self.generous)) == "kept")
  }

  @Test func `the largest numbers a phone can claim overflow nothing`() throws {
    var ledger = ledger(next: UInt64(Int64.max) - 5)
    let commitment = Session.Commitment(last: DeviceSeq(.max), chain: OutboxChain.start)
    let decision = try ledger.decide(
      item(UInt64(Int64.max) - 5, 4), from: Self.device, commitment: commitment)
    #expect(word(decision) == "append")
  }
}
