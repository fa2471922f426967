import LokBooks
import LokShard
import LokWire
import Testing

/// One changed value in a shard's file is found and located.
struct VerifierTests {
  struct Tampering: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var sql: String
    /// What the first finding about it has to name.
    var place: String
  }

  static let tamperings: [Tampering] = [
    .init(
      testDescription: "a byte of a set in the journal",
      sql: "UPDATE journal SET changes = substr(changes, 1, length(changes) - 1) || x'01' WHERE seq = 5",
      place: "journal 5"),
    .init(
      testDescription: "a verdict", sql: "UPDATE journal SET verdicts = x'0a021004' WHERE seq = 5",
      place: "journal 5"),
    .init(
      testDescription: "a time of receipt", sql: "UPDATE journal SET received = received + 1 WHERE seq = 4",
      place: "journal 4"),
    .init(
      testDescription: "a journal row gone", sql: "DELETE FROM journal WHERE seq = 5", place: "journal 5"),
    .init(
      testDescription: "an entry changed by one paisa",
      sql: "UPDATE entry SET amount_paise = amount_paise + 1 WHERE id = (SELECT min(id) FROM entry)",
      place: "entry id"),
    .init(
      testDescription: "an entry deleted", sql: "DELETE FROM entry WHERE id = (SELECT min(id) FROM entry)",
      place: "entry id"),
    .init(
      testDescription: "a balance",
      sql: "UPDATE balance SET paise = paise + 100 WHERE account = 2001 AND sub_ledger = 0",
      place: "balance cbo"),
    .init(
      testDescription: "a chain value",
      sql: "UPDATE journal_by_cbo SET chain = x'00' WHERE seq = 5", place: "chain of"),
    .init(testDescription: "a member's field", sql: "UPDATE member SET designation = 9", place: "member id"),
    .init(testDescription: "the sums", sql: "UPDATE rollup SET sets = sets + 1", place: "rollup sets"),
    .init(
      testDescription: "a device's numbers", sql: "DELETE FROM device_set WHERE first_device_seq = 1",
      place: "device 1"),
  ]

  @Test(arguments: tamperings)
  func `is found and located`(_ tampering: Tampering) throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    _ = try block.submit(try device.set(.meeting, group.cbo, group.savings(500)))
    #expect(try block.verify() == [])
    try Sabotage(block.path).run(tampering.sql)
    let findings = try block.verify()
    #expect(findings.contains { $0.place.hasPrefix(tampering.place) }, "\(findings)")
  }
}
