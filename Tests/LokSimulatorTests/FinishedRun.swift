import Crypto
import Foundation
import GRDB
import LokBooks
import LokSimulator
import LokWire
import Testing

/// The files a small run leaves behind, written row by row: two shards, their phones, the generator's file.
/// What became of each act is what the plan says; but of what is set aside there two sets lie in quarantine
/// and one was refused.
struct FinishedRun: Sendable {
  private(set) var folder: TemporaryFolder
  let workload: Workload
  /// Those of the workload, with the outcomes that no plan has.
  private(set) var acts: [Act] = []
  private(set) var recorded: [Recorded] = []
  private(set) var heads: [AuditedHead] = []
  private var digests: [Int: [AuditedPhone.Digest]] = [:]
  private var codes: [Int: [UInt64: String]] = [:]
  private var standings: [Int: [AuditedPhone.Loan]] = [:]
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
    acts = workload.acts
    for block in workload.blocks {
      let aside = acts.indices.filter {
        acts[$0].block == block.block && acts[$0].meeting != nil && acts[$0].outcome == .setAside
      }
      let isFirst = block == workload.blocks.first
      for (place, outcome) in zip(aside, [Act.Outcome.quarantined] + (isFirst ? [.refused] : [])) {
        acts[place].outcome = outcome
      }
    }
    _ = try ActFile.write(acts, to: folder.path("acts.jsonl"))
    for block in workload.blocks { try write(block.block) }
    try Recorded.write(recorded, to: folder.path("recorded.jsonl"))
  }

  func shard(_ block: UInt32) -> String { folder.path("\(block).sqlite") }
  func phone(_ phone: Int) -> String { folder.path("phone-\(phone).sqlite") }

  func audit(
    _ tamper: (inout [AuditedPhone]) -> Void = { _ in },
    heads tamperHeads: (inout [AuditedHead]) -> Void = { _ in },
    recorded tamperRecorded: (inout [Recorded]) -> Void = { _ in }
  ) throws -> AuditReport {
    var phones = workload.phones.map { plan in
      AuditedPhone(
        phone: plan.phone, block: plan.block, path: phone(plan.phone), lastSync: 1,
        own: digests[plan.phone] ?? [], server: digests[plan.phone] ?? [],
        codes: codes[plan.phone] ?? [:], loans: standings[plan.phone] ?? [])
    }
    tamper(&phones)
    var heads = heads
    tamperHeads(&heads)
    var recorded = try Recorded.read(folder.path("recorded.jsonl"))
    tamperRecorded(&recorded)
    try Recorded.write(recorded, to: folder.path("recorded.jsonl"))
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
    var profiles = FinishedProfiles()
    var lent = FinishedLoans()
    var groups: [Int: UInt64] = [:]
    var members: [[Int]: UInt64] = [:]
    var loans: [Int: UInt64] = [:]
    var accounts: [Int: UInt64] = [:]
    var lineIDs: [Int: [UInt64]] = [:]
    for act in acts where act.block == block {
      var place = shard.place(act, cbo: act.book.flatMap { groups[$0] } ?? 0)
      defer { recorded.append(place) }
      if act.village != nil || act.event != nil || act.statement != nil {
        place.records = [shard.mint(act.phone)]
      }
      if let deed = act.group {
        let id = shard.mint(act.phone)
        (place.records, place.cbo, groups[deed.group]) = ([id], id, id)
        profiles.begin(id, of: id, "cbo", .group, value: "1")
      }
      if let deed = act.member {
        place.records = [shard.mint(act.phone)]
        members[[deed.group, deed.member]] = place.records[0]
        profiles.begin(place.records[0], of: place.cbo, "member", .member, value: "\(deed.designation)")
      }
      if let deed = act.account {
        place.records = [shard.mint(act.phone)]
        accounts[deed.group] = place.records[0]
        profiles.begin(place.records[0], of: place.cbo, "bank_account", value: deed.number)
      }
      if let deed = act.lending {
        place.records = [shard.mint(act.phone)]
        loans[deed.loan.loan] = place.records[0]
      }
      if let event = act.event { lent.add(event, on: act.day) }
      if let edit = act.edit {
        let member = edit.member.flatMap { members[[edit.group, $0]] }
        profiles.reopen(edit.isOfAccount ? accounts[edit.group] : member ?? groups[edit.group])
        if edit.isReviewed {
          shard.review(place, isDecided: acts.contains { $0.decision?.target == act.act })
          continue
        }
      }
      if let decision = act.decision, let edit = acts[decision.target - 1].edit {
        let member = edit.member.flatMap { members[[edit.group, $0]] }
        guard let id = member ?? (edit.isOfAccount ? accounts[edit.group] : groups[edit.group]) else {
          continue
        }
        place.seen = profiles.value(of: id)
        if decision.word == .release { profiles.set(edit.newcomer ?? "", of: id) }
      }
      if let deed = act.profiles {
        let account = deed.isOfAccount ? accounts[deed.group] : nil
        let group = deed.isOfGroup ? groups[deed.group] : nil
        profiles.decide(
          deed.word, ([group, account] + deed.members.map { members[[deed.group, $0]] }).compactMap { $0 })
      }
      guard let deed = act.meeting else {
        shard.append(place, .set, Verdicts(), bytes: Array("act \(act.act)".utf8))
        if let decision = act.decision { shard.resolve(acts[decision.target - 1], decision.word) }
        continue
      }
      let newLoans = deed.loans.map { _ in shard.mint(act.phone) }
      for (loan, id) in zip(deed.loans, newLoans) { loans[loan.loan] = id }
      let lines = deed.lines.map { line in
        FinishedShard.Line(
          id: shard.mint(act.phone), deed: line, day: act.day,
          member: line.member.flatMap { members[[deed.group, $0]] }, loan: line.loan.flatMap { loans[$0] },
          bankAccount: line.isOfBank == true ? accounts[deed.group] : nil,
          reverses: line.reverses.flatMap { lineIDs[$0.act]?[$0.line] })
      }
      if act.outcome.counts || act.outcome == .takenBack {
        for (loan, id) in zip(deed.loans, newLoans) { lent.begin(loan, id, of: place.cbo) }
      }
      if act.outcome.counts { for line in deed.lines { lent.add(line, on: deed.day) } }
      place.records = newLoans + lines.map(\.id)
      lineIDs[act.act] = lines.map(\.id)
      shard.append(act, place, lines)
      if let replaced = deed.replaces { shard.replace(acts[replaced - 1]) }
    }
    try shard.write(to: self.shard(block))
    try profiles.write(to: self.shard(block))
    try lent.write(to: self.shard(block))
    heads.append(try shard.head(signedBy: key))
    for plan in workload.phones where plan.block == block {
      let held = plan.groups.isEmpty ? Array(groups.values) : plan.groups.compactMap { groups[$0] }
      digests[plan.phone] = held.map { shard.digest(of: $0) }
      codes[plan.phone] = profiles.codes(in: block, of: Set(held))
      standings[plan.phone] = try lent.standings(of: Set(held))
      try shard.writePhone(plan.phone, to: phone(plan.phone), copying: self.shard(block), signedBy: key)
    }
  }
}
