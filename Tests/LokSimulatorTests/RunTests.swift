import Foundation
import GRDB
import LokSimulator
import Testing

/// Whole runs: the server in a process of its own, phones over TCP, files on disk. They need the built
/// `loksync` beside the tests.
@Suite(.serialized, .enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct RunTests {
  @Test func `phones and shards agree after days with every trouble`() async throws {
    let report = try await Run().report(devices: 20, meetings: 4)
    #expect(report.audit.findings.isEmpty, "\(report.audit.findings.prefix(3))")
    #expect(report.isGood)
    #expect(report.traffic.acknowledgementsLost > 0)
    #expect(report.traffic.setsSent > report.traffic.sets)
    #expect(report.audit.paise[.setAside, default: 0] > 0)
    #expect(report.conflicts > 0)
    #expect(report.text().hasSuffix("All agree."))
  }

  @Test func `phones and shards agree over TLS`() async throws {
    let report = try await Run().report(insecure: false)
    #expect(report.isGood, "\(report.audit.findings.prefix(3))")
  }

  @Test func `all phones come back at once, and everything is committed`() async throws {
    let report = try await Run().report(
      devices: 60, stampede: StampedeOptions(seconds: 1, newcomers: 4))
    let stampede = try #require(report.stampede)
    #expect(report.isGood, "\(report.audit.findings.prefix(3))")
    #expect(stampede.phones > 40 && stampede.uploads.count == stampede.phones)
    #expect(stampede.setsWritten >= stampede.phones && stampede.setsCommitted == stampede.setsWritten)
    #expect(stampede.firstSyncs.count == 4 && stampede.newcomersAgreeing == 4)
    #expect(stampede.longestWait * 1_000 >= stampede.uploads.maximum)
  }

  @Test func `phones and shards agree over links that go down in the middle of a session`() async throws {
    let report = try await Run().report(devices: 12, insecure: false, link: .hill)
    let link = try #require(report.link)
    #expect(report.isGood, "\(report.audit.findings.prefix(3))")
    #expect(link.sessionsCut > 0 && link.sessionsStalled == 0)
    #expect(link.sessions > report.traffic.syncs && link.syncs.count > 0)
    // Connecting alone takes two round trips, and a sync another one.
    #expect(link.syncs.p50 > 4_500)
    // Without the wait for it: the links of all phones together were in use for many minutes.
    #expect(report.traffic.seconds * 1_000 < Double(link.syncs.count) * link.syncs.p50)
    #expect(link.bytesUpPerPhone > 0 && link.bytesDownPerPhone > link.bytesUpPerPhone)
  }

  @Test func `phones and shards agree where large packets vanish`() async throws {
    let report = try await Run().report(link: .mtuHole)
    #expect(report.isGood, "\(report.audit.findings.prefix(3))")
    let link = try #require(report.link)
    #expect(link.sessionsCut == 0 && link.sessionsStalled > 0)
  }

  @Test func `two runs of one seed do the same`() async throws {
    let first = try await Run().report()
    let second = try await Run().report()
    #expect(first.workloadSHA256 == second.workloadSHA256)
    #expect(first.audit.paise == second.audit.paise)
  }

  @Test func `an entry changed in a live shard is named`() async throws {
    let report = try await Run().report { run in
      let shard = try run.aShard()
      try shard.write {
        try $0.execute(
          sql:
            "UPDATE entry SET amount_paise = amount_paise + 1 "
            + "WHERE id = (SELECT MIN(id) FROM entry WHERE posted)"
        )
      }
    }
    let checks = Set(report.audit.findings.map(\.check))
    #expect(checks.isSuperset(of: [.line, .member, .account, .group, .block, .copy]))
    #expect(!report.isGood)
  }

  @Test func `a record edited on a phone is named by its state digest`() async throws {
    let report = try await Run().report { run in
      try run.aPhone().write {
        let sql = "SELECT fields FROM record WHERE entity = 3 LIMIT 1"
        var fields = try #require(try Data.fetchOne($0, sql: sql))
        fields[fields.count - 1] ^= 1
        try $0.execute(
          sql: "UPDATE record SET fields = ? WHERE id = (SELECT id FROM record WHERE entity = 3 LIMIT 1)",
          arguments: [fields])
      }
    }
    // The last byte is of her printed code.
    #expect(Set(report.audit.findings.map(\.check)) == [.digest, .code])
  }

  @Test func `a set dropped from a phone, with all that came after it, is named by its chain`() async throws {
    let report = try await Run().report { run in
      try run.aPhone().write {
        let last = try #require(try Int64.fetchOne($0, sql: "SELECT MAX(seq) FROM entry"))
        for table in ["journal", "journal_by_cbo", "entry", "meeting", "attendance"] {
          try $0.execute(sql: "DELETE FROM \(table) WHERE seq >= \(last)")
        }
      }
    }
    let checks = Set(report.audit.findings.map(\.check))
    #expect(checks.isSuperset(of: [.chain, .copy]))
  }

  @Test func `a verdict changed in a live shard is named`() async throws {
    let report = try await Run().report { run in
      try run.aShard().write {
        try $0.execute(
          sql:
            "UPDATE journal SET verdicts = x'0a041004187a' "
            + "WHERE seq = (SELECT MIN(seq) FROM record WHERE entity = 3)"
        )
      }
    }
    let checks = Set(report.audit.findings.map(\.check))
    #expect(checks.isSuperset(of: [.leaf, .verdict, .receipt, .head, .chain]))
  }
}

/// A run in a folder of its own.
final class Run: Sendable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// In the folder where the tests were built.
  static let executable: String? = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("loksync").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }()

  func report(
    devices: Int = 4, meetings: Int = 2, insecure: Bool = true, stampede: StampedeOptions? = nil,
    link: LinkProfile? = nil,
    tamper: @escaping @Sendable (Run) throws -> Void = { _ in }
  ) async throws -> RunReport {
    var options = RunOptions(
      workload: WorkloadOptions(blocks: 2, devices: devices, meetings: meetings, days: 20, seed: 5),
      directory: try Sample.directoryFile(in: folder), names: Sample.names,
      target: .local(data: folder.path("data"), executable: try #require(Self.executable)), concurrency: 8,
      insecure: insecure, folder: folder.path("phones"))
    options.stampede = stampede
    options.link = link
    var run = LoadRun(options, silent: true)
    run.beforeAudit = { try tamper(self) }
    return try await run.run()
  }

  /// The shard of a block that has entries.
  func aShard() throws -> DatabaseQueue {
    let blocks = try ActFile.read(folder.path("phones/acts.jsonl")).filter { $0.meeting != nil }.map(\.block)
    let block = try #require(blocks.min())
    return try DatabaseQueue(path: folder.path("data/shards/\(block % 100)/\(block).sqlite"))
  }

  /// The first bookkeeper's phone; staff phones come before her.
  func aPhone() throws -> DatabaseQueue { try DatabaseQueue(path: folder.path("phones/phone-2.sqlite")) }
}
