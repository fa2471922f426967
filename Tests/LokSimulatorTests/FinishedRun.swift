import Crypto
import Foundation
import GRDB
import LokBooks
import LokSimulator
import LokWire
import Testing

/// The files a small run leaves behind, written row by row: two shards, their phones, the generator's file.
/// Acts that are not sound stand flagged, all others posted; two sets lie in quarantine and one was refused.
struct FinishedRun: Sendable {
  private(set) var folder: TemporaryFolder
  let workload: Workload
  private(set) var recorded: [Recorded] = []
  private(set) var heads: [AuditedHead] = []
  private var digests: [Int: [AuditedPhone.Digest]] = [:]
  private var key = Curve25519.Signing.PrivateKey()
  private var epoch: [UInt8] = Array(1...8)

  /// A copy of its own, to tamper with.
  init() throws {
    self = try Self.template.get()
    let original = folder
    folder = try TemporaryFolder()
    try FileManager.default.removeItem(at: folder.url)
    try FileManager.default.copyItem(at: original.url, to: folder.url)
  }

  private static let template = Result { try FinishedRun(seed: 3) }

  private init(seed: UInt64) throws {
    folder = try TemporaryFolder()
    workload = try Sample.workload(blocks: 2, devices: 20, meetings: 3, seed: seed)
    _ = try ActFile.write(workload.acts, to: folder.path("acts.jsonl"))
    for block in workload.blocks { try write(block.block) }
    try Recorded.write(recorded, to: folder.path("recorded.jsonl"))
  }

  func shard(_ block: UInt32) -> String { folder.path("\(block).sqlite") }
  func phone(_ phone: Int) -> String { folder.path("phone-\(phone).sqlite") }

  func audit(
    _ tamper: (inout [AuditedPhone]) -> Void = { _ in },
    heads tamperHeads: (inout [AuditedHead]) -> Void = { _ in }
  ) throws -> AuditReport {
    var phones = workload.phones.map { plan in
      AuditedPhone(
        phone: plan.phone, block: plan.block, path: phone(plan.phone), lastSync: 1,
        own: digests[plan.phone] ?? [], server: digests[plan.phone] ?? [])
    }
    tamper(&phones)
    var heads = heads
    tamperHeads(&heads)
    let shards = Dictionary(uniqueKeysWithValues: workload.blocks.map { ($0.block, shard($0.block)) })
    return try Audit(
      acts: folder.path("acts.jsonl"), recorded: folder.path("recorded.jsonl"), shards: shards,
      phones: phones,
      heads: heads
    ).report()
  }

  func change(_ path: String, _ sql: String) throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
  }

  func value(_ path: String, _ sql: String) throws -> Int64 {
    try DatabaseQueue(path: path).read { try Int64.fetchOne($0, sql: sql) } ?? 0
  }

  /// A posted saving of the first block.
  func anEntry() throws -> (shard: String, entry: Int64) {
    let path = shard(workload.blocks[0].block)
    return (path, try value(path, "SELECT id FROM entry WHERE posted AND kind = 1 LIMIT 1"))
  }

  /// Another bit in the last byte of a blob.
  func flip(_ path: String, table: String, column: String, row: Int64) throws {
    try DatabaseQueue(path: path).write { database in
      let sql = "SELECT \(column) FROM \(table) WHERE rowid = \(row)"
      var bytes = try #require(try Data.fetchOne(database, sql: sql))
      bytes[bytes.count - 1] ^= 1
      try database.execute(
        sql: "UPDATE \(table) SET \(column) = ? WHERE rowid = \(row)", arguments: [bytes])
    }
  }

  /// The checks that have to have findings; what the auditor says, for more.
  @discardableResult
  func expect(_ checks: AuditReport.Check...) throws -> AuditReport {
    let report = try audit()
    for check in checks {
      #expect(report.findings.contains { $0.check == check }, "\(check) found nothing")
    }
    #expect(!report.agrees)
    return report
  }

  private mutating func write(_ block: UInt32) throws {
    var shard = FinishedShard(block: BlockCode(block), epoch: epoch)
    var groups: [Int: UInt64] = [:]
    var members: [[Int]: UInt64] = [:]
    var loans: [Int: UInt64] = [:]
    var quarantineLeft = 1
    var refusalLeft = block == workload.blocks.first?.block ? 1 : 0
    for act in workload.acts where act.block == block {
      var place = shard.place(act, cbo: 0)
      if act.village != nil { place.records = [shard.mint(act.phone)] }
      if let deed = act.group {
        let id = shard.mint(act.phone)
        (place.records, place.cbo, groups[deed.group]) = ([id], id, id)
      }
      if let deed = act.member {
        let id = shard.mint(act.phone)
        (place.records, place.cbo) = ([id], groups[deed.group] ?? 0)
        members[[deed.group, deed.member]] = id
      }
      if let deed = act.edit { place.cbo = groups[deed.group] ?? 0 }
      guard let deed = act.meeting else {
        shard.append(place, .set, Verdicts(), bytes: Array("act \(act.act)".utf8))
        recorded.append(place)
        continue
      }
      place.cbo = groups[deed.group] ?? 0
      place.records = deed.loans.map { _ in shard.mint(act.phone) }
      for (loan, id) in zip(deed.loans, place.records) { loans[loan.loan] = id }
      let meeting = shard.mint(act.phone)
      let lines = deed.lines.map { line in
        FinishedShard.Line(
          id: shard.mint(act.phone), deed: line, meeting: meeting, day: act.day,
          member: line.member.flatMap { members[[deed.group, $0]] }, loan: line.loan.flatMap { loans[$0] })
      }
      if act.sound {
        shard.append(place, .set, Verdicts(), bytes: Array("act \(act.act)".utf8), lines, posted: true)
      } else if quarantineLeft > 0 {
        quarantineLeft -= 1
        shard.quarantine(place, lines)
      } else if refusalLeft > 0 {
        refusalLeft -= 1
        shard.append(place, .refusal, Verdicts(whole: Verdict(.refused, .undecodable)), bytes: [])
      } else {
        let flagged = Verdicts(whole: Verdict(index: 0, .flagged, .closingCashDiffers))
        shard.append(place, .set, flagged, bytes: Array("act \(act.act)".utf8), lines, posted: false)
      }
      recorded.append(place)
    }
    try shard.write(to: self.shard(block))
    heads.append(try shard.head(signedBy: key))
    for plan in workload.phones where plan.block == block {
      let held = plan.groups.isEmpty ? Array(groups.values) : plan.groups.compactMap { groups[$0] }
      digests[plan.phone] = held.map { shard.digest(of: $0) }
      try shard.writePhone(plan.phone, to: phone(plan.phone), copying: self.shard(block), signedBy: key)
    }
  }
}
