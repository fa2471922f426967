import Foundation
import LokBooks
import LokDevice
import LokServer
import LokTransport
import LokWire
import NIOCore

/// A simulated stretch of days: phones over TCP against a server in another process, then the audit.
package struct LoadRun: Sendable {
  let options: RunOptions
  let progress: Progress
  /// Runs between the last sync and the audit: how the auditor itself is tested, by tampering.
  package var beforeAudit: @Sendable () throws -> Void = {}

  /// - Parameter silent: nothing on standard error.
  package init(_ options: RunOptions, silent: Bool = false) {
    self.options = options
    progress = Progress(isSilent: silent)
  }

  /// - Parameter announce: called with the workload's SHA-256 before anything is recorded.
  /// - Throws: `SimulationError` and what a phone throws; disagreement is in the report.
  package func run(announce: (String) -> Void = { _ in }) async throws -> RunReport {
    guard !options.holdsStores else { throw SimulationError.phonesThere(folder: options.folder) }
    let directory = try BlockChoice(path: options.directory, scale: options.scale)
    let workload = try Workload(options.workload, directory: directory, names: Names(path: options.names))
    try refuseBooks(of: workload)
    try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
    let hash = try ActFile.write(workload.acts, to: options.actFile)
    announce(hash)
    let group = EventLoops.start(threads: 2)
    do {
      let report = try await run(workload, hash: hash, group)
      try await group.shutdownGracefully()
      return report
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private func run(_ workload: Workload, hash: String, _ group: any EventLoopGroup) async throws -> RunReport
  {
    switch options.target {
    case .remote(let server, let codes, let fingerprint):
      let address = ServerAddress(text: server.description, fingerprint: fingerprint)
      let source = CodeSource.file(try CodeFile(path: codes))
      let field = Field(workload: workload, options: options, server: address, codes: source, group, progress)
      let (traffic, stampede) = try await field.work()
      try beforeAudit()
      let evidence = try await field.evidence()
      var report = report(workload, hash, traffic, try audit(evidence, shards: [:]), nil, [:], 0)
      report.stampede = stampede
      report.link = field.linkReport
      return report
    case .local(let data, let executable):
      return try await runLocally(workload, hash, data: data, executable: executable, group)
    }
  }

  private func runLocally(
    _ workload: Workload, _ hash: String, data: String, executable: String, _ group: any EventLoopGroup
  ) async throws -> RunReport {
    let directory = try dataDirectory(data)
    let server = try await ServerProcess.start(
      executable: executable, data: data, insecure: options.insecure, log: options.folder + "/serve.log",
      outlives: options.keepsServer)
    do {
      let address = ServerAddress(
        text: server.address.description, fingerprint: options.insecure ? nil : try fingerprint(directory))
      let source = CodeSource.control(path: directory.controlSocket, group)
      let field = Field(workload: workload, options: options, server: address, codes: source, group, progress)
      let (traffic, stampede) = try await field.work()
      try beforeAudit()
      let evidence = try await field.evidence()
      let code = options.keepsServer ? nil : await server.stop()
      let shards = Dictionary(
        uniqueKeysWithValues: workload.blocks.map { ($0.block, directory.shard(of: BlockCode($0.block))) })
      let audit = try audit(evidence, shards: shards)
      let counts = try ShardCounts(shards: shards.values.sorted())
      var report = report(workload, hash, traffic, audit, code, counts.verdicts, counts.conflicts)
      report.stampede = stampede
      report.link = field.linkReport
      if options.keepsServer {
        report.keptServer = .init(
          listen: server.address.description, admin: server.admin.description, processID: server.processID)
      }
      return report
    } catch {
      _ = await server.stop()
      throw error
    }
  }

  private func refuseBooks(of workload: Workload) throws {
    guard case .local(let data, _) = options.target else { return }
    let directory = DataDirectory(data)
    let used = workload.blocks.first {
      FileManager.default.fileExists(atPath: directory.shard(of: BlockCode($0.block)))
    }
    if let used { throw SimulationError.booksThere(data: data, block: used.block) }
  }

  private func dataDirectory(_ path: String) throws -> DataDirectory {
    let directory = DataDirectory(path)
    guard !FileManager.default.fileExists(atPath: directory.catalogue) else { return directory }
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    return try DataDirectory.create(path: path, directoryCSV: options.directory, now: now)
  }

  private func fingerprint(_ directory: DataDirectory) throws -> String {
    try ServerSecurity.fingerprint(certificateChainPath: directory.certificate)
  }

  /// From the files alone: acts and the numbers under which they were recorded are read again from disk.
  private func audit(_ evidence: Field.Evidence, shards: [UInt32: String]) throws -> AuditReport {
    try Recorded.write(evidence.recorded, to: options.recordedFile)
    let audit = try Audit(
      acts: options.actFile, recorded: options.recordedFile, shards: shards, phones: evidence.phones,
      heads: evidence.heads)
    progress.begin("audit", of: options.workload.blocks)
    return audit.report { _ in progress.advance() }
  }

  private func report(
    _ workload: Workload, _ hash: String, _ traffic: RunReport.Traffic, _ audit: AuditReport, _ code: Int32?,
    _ verdicts: [String: Int], _ conflicts: Int
  ) -> RunReport {
    RunReport(
      seed: options.workload.seed, workloadSHA256: hash, blocks: workload.blocks.count,
      phones: workload.phones.count, acts: workload.acts.count,
      meetings: workload.acts.count { $0.meeting != nil }, traffic: traffic, verdicts: verdicts,
      conflicts: conflicts, audit: audit, serverExitCode: code, folder: options.folder)
  }
}
