import Foundation
import LokBooks
import LokServer
import LokSimulator
import LokTransport
import LokWire
import Testing

/// A server that somebody else runs: all that the simulator has of it is an address and a sheet of codes.
@Suite(.enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct RemoteRunTests {
  @Test(arguments: [nil, LinkProfile.hill, .mtuHole])
  func `a run against a server with prepared codes agrees on all phones, over poor links too`(
    link: LinkProfile?
  ) async throws {
    let folder = try TemporaryFolder()
    let workload = WorkloadOptions(blocks: 2, devices: 4, meetings: 2, days: 20, seed: 5)
    let csv = try Sample.directoryFile(in: folder)
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let data = try DataDirectory.create(path: folder.path("data"), directoryCSV: csv, now: now)
    let plan = try Workload(workload, directory: BlockChoice(path: csv), names: Names(path: Sample.names))
    try writeCodes(for: plan, data, to: folder.path("codes.csv"))

    let server = Process()
    server.executableURL = URL(fileURLWithPath: try #require(Run.executable))
    server.arguments = [
      "serve", "--data", data.path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--insecure",
    ]
    let output = Pipe()
    server.standardOutput = output
    try server.run()
    defer { server.terminate() }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let address = try #require(
      line.split(whereSeparator: { " ,\n".contains($0) }).lazy.compactMap { HostPort(String($0)) }.first)

    var options = RunOptions(
      workload: workload, directory: csv, names: Sample.names,
      target: .remote(address, codes: folder.path("codes.csv"), fingerprint: nil), concurrency: 4,
      insecure: true, folder: folder.path("phones"))
    options.link = link
    let report = try await LoadRun(options, silent: true).run()
    #expect(report.isGood, "\(report.audit.findings.prefix(3))")
    #expect(report.link?.profile == link?.name)
    #expect((report.link.map { $0.sessionsCut + $0.sessionsStalled > 0 } ?? false) == (link != nil))
    #expect(report.audit.compared[.digest, default: 0] >= 8)
  }

  @Test func `a sheet without enough codes names the block and the role`() async throws {
    let folder = try TemporaryFolder()
    let csv = try Sample.directoryFile(in: folder)
    try "block,role,scope,code\n".write(toFile: folder.path("codes.csv"), atomically: true, encoding: .utf8)
    let options = RunOptions(
      workload: WorkloadOptions(blocks: 1, devices: 1, meetings: 1, days: 1, seed: 5), directory: csv,
      names: Sample.names,
      target: .remote(
        HostPort(host: "127.0.0.1", port: 1), codes: folder.path("codes.csv"), fingerprint: nil),
      insecure: true, folder: folder.path("phones"))
    let error = await #expect(throws: SimulationError.self) { try await LoadRun(options, silent: true).run() }
    guard case .codesMissing(_, role: "BLOCK_ADMIN") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a folder that holds phones of an earlier run is left as it is, and named`() async throws {
    let folder = try TemporaryFolder()
    let phones = folder.path("phones")
    try FileManager.default.createDirectory(atPath: phones, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: phones + "/phone-7.sqlite"))
    let options = RunOptions(
      workload: WorkloadOptions(blocks: 1, devices: 1, meetings: 1, days: 1, seed: 5),
      directory: try Sample.directoryFile(in: folder), names: Sample.names,
      target: .local(data: folder.path("data"), executable: ""), folder: phones)
    await #expect(throws: SimulationError.phonesThere(folder: phones)) {
      try await LoadRun(options, silent: true).run()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: phones) == ["phone-7.sqlite"])
    #expect(!FileManager.default.fileExists(atPath: folder.path("data")))
  }

  @Test func `a data directory with books of a block of the run is left as it is, and named`() async throws {
    let folder = try TemporaryFolder()
    let options = RunOptions(
      workload: WorkloadOptions(blocks: 1, devices: 1, meetings: 1, days: 1, seed: 5),
      directory: try Sample.directoryFile(in: folder), names: Sample.names,
      target: .local(data: folder.path("data"), executable: ""), folder: folder.path("phones"))
    let choice = try BlockChoice(path: options.directory, scale: nil)
    let plan = try Workload(options.workload, directory: choice, names: Names(path: options.names))
    let block = try #require(plan.blocks.first?.block)
    let shard = DataDirectory(folder.path("data")).shard(of: BlockCode(block))
    let parent = URL(fileURLWithPath: shard).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: shard))
    await #expect(throws: SimulationError.booksThere(data: folder.path("data"), block: block)) {
      try await LoadRun(options, silent: true).run()
    }
    #expect(!FileManager.default.fileExists(atPath: options.folder))
  }

  private func writeCodes(for plan: Workload, _ data: DataDirectory, to path: String) throws {
    var lines = ["block,role,scope,code"]
    for phone in plan.phones {
      let role: Role =
        switch phone.role {
        case .staff: .blockAdmin
        case .bookkeeper, .second: .bookkeeperSHG
        case .checker: .approver
        }
      let reply = try OperatorCommands.run(
        .enrolCode(BlockCode(phone.block), role: role, grants: [.block], count: 1, validDays: 1), in: data)
      lines.append("\(phone.block),\(role.text),block,\(try #require(reply.codes.first))")
    }
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }
}
