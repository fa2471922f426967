package import ArgumentParser
import Foundation
package import LokSimulator
package import LokTransport

package struct SimulateCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Bookkeepers record offline and sync, checkers decide, an auditor compares everything.",
    discussion: """
      Examples:
        loksync simulate --directory tools/sample/blocks.csv --data /tmp/day --blocks 20 --devices 40
        loksync simulate --directory blocks.csv --server 192.0.2.7:7711 --certificate tls.pem \
      --codes codes.csv

        loksync simulate --directory tools/sample/blocks.csv --data /tmp/rush --stampede 5000 --meetings 1
        loksync simulate --directory tools/sample/blocks.csv --data /tmp/hill --link hill

        loksync simulate --directory blocks.csv --data /tmp/country --national-day

      --data starts and stops a server of its own (another process) on that directory. --server uses one \
      that runs: --codes then names a CSV of block,role,scope,code with a one-time code for every device \
      and, for each block, one for its staff and its checker (BLOCK_ADMIN, TXN_APPROVER), and the auditor \
      leaves out what it would read from the server's files. The same --seed gives the same workload; its \
      file's SHA-256 is printed. Exit code 1: the auditor found a disagreement and names it.

      Groups keep books as real ones do: old groups begin with a cut-off, loans run by all three methods and \
      are missed, rescheduled and written off, lines are corrected, members leave, banks send statements. \
      After the last day a checker in each block approves most meetings and rejects a few, which their \
      makers write anew.

      --link puts a model of a poor link in front of each phone: edge (200 kbit/s, 400 ms, 1 % loss), 2g \
      (40 kbit/s, 800 ms, 3 %), hill (20 kbit/s, 1500 ms, 15 %, down for 5-20 s after 20-60 s) or mtu-hole \
      (2g, but packets above 600 bytes vanish). A link that goes down ends its session, and the phone dials \
      again. Time on a link is reckoned and not waited for, so a run takes no longer for it; the same --seed \
      cuts a phone's sessions at the same moments. The server is a real one, over TCP.

      --national-day is another load: a working day of the whole country at its real rates, its hours \
      shortened, against a new data directory, with a target (exit code 1: not kept). Phones hold what they \
      need in memory and keep no books; every receipt is verified, and the shards afterwards, block by \
      block. A connection that ends too soon, or takes longer than 60 seconds, is dialled anew and counted.
      """)

  @Option(help: ArgumentHelp("The block directory.", valueName: "CSV"))
  package var directory: String
  @Option(help: "How many of its blocks (default: 20; of a national day all, up to the country's 7241).")
  package var blocks: Int?
  @Option(help: "How many phones, spread over the blocks.")
  package var devices = 40
  @Option(help: "Meetings a device.")
  package var meetings = 3
  @Option(help: "Over how many simulated days.")
  package var days = 30
  @Option(help: "How many phones sync at once.")
  package var concurrency = 32
  @Option(help: "Of the workload.")
  package var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Write the report here as JSON too.", valueName: "FILE"))
  package var json: String?
  @Option(help: ArgumentHelp("Start and stop a server on this data directory.", valueName: "DIR"))
  package var data: String?
  @Option(help: ArgumentHelp("Use a running server.", valueName: "HOST:PORT"))
  package var server: HostPort?
  @Option(
    help: ArgumentHelp("With --server: enrolment codes as CSV, block,role,scope,code.", valueName: "FILE"))
  package var codes: String?
  @Option(help: ArgumentHelp("With --server: the certificate to trust.", valueName: "FILE"))
  package var certificate: String?
  @Option(help: ArgumentHelp("Instead of it: its SHA-256, as loksync init prints it.", valueName: "hex"))
  package var fingerprint: String?
  @Flag(help: "Without TLS, on loopback only.")
  package var insecure = false
  @Option(
    help: ArgumentHelp(
      "So many phones, cut off from their first meeting on, come back together; others register meanwhile.",
      valueName: "N"))
  package var stampede: Int?
  @Option(help: ArgumentHelp("With --stampede: within so many seconds.", valueName: "SECONDS"))
  package var within = 30
  @Flag(
    help: """
      With --stampede: a few hundred phones at most, within 3 seconds. With --national-day: few blocks, a \
      few seconds; says that it works.
      """)
  package var quick = false
  @Option(help: ArgumentHelp("A poor link in front of each phone.", valueName: "PROFILE"))
  package var link: LinkProfile?
  @OptionGroup(title: "National day")
  package var day: NationalDayOptions
  @Option(help: ArgumentHelp("Names to compose people and groups from.", valueName: "CSV"))
  package var names = "tools/sample/synthetic_names.csv"
  @Option(
    help: ArgumentHelp(
      "Groups by state (state_shg_scale.csv); without it all states weigh the same.",
      valueName: "CSV"))
  package var scale: String?
  @Option(
    help: ArgumentHelp(
      "Keep the phones' stores and the workload here (none of an earlier run); else DATA-phones, or in /tmp.",
      valueName: "DIR"))
  package var phones: String?

  package init() {}

  package func validate() throws {
    guard (data == nil) != (server == nil) else { throw ValidationError("Give one of --data and --server.") }
    if stampede != nil, server != nil { throw ValidationError("--stampede belongs to --data.") }
    if stampede != nil, link != nil {
      throw ValidationError(
        "--stampede and --link exclude each other: one takes the time, the other reckons it.")
    }
    if stampede == nil, !day.nationalDay, quick {
      throw ValidationError("--quick belongs to --stampede and to --national-day.")
    }
    if day.nationalDay, stampede != nil || server != nil || link != nil {
      throw ValidationError("--national-day goes with --data, and without --stampede and --link.")
    }
    if server != nil, codes == nil { throw ValidationError("--server needs --codes.") }
    if server == nil, codes != nil || certificate != nil || fingerprint != nil {
      throw ValidationError("--codes, --certificate and --fingerprint belong to --server.")
    }
    if server != nil, [insecure, certificate != nil, fingerprint != nil].filter(\.self).count != 1 {
      throw ValidationError("With --server give one of --certificate, --fingerprint and --insecure.")
    }
    if insecure, let server, !server.isLoopback {
      throw ValidationError("--insecure needs a loopback address; --server is \(server).")
    }
    for (name, value, limit) in [
      ("--blocks", blocks ?? 1, 10_000), ("--devices", devices, 100_000), ("--meetings", meetings, 1_000),
      ("--days", days, 3_650), ("--concurrency", concurrency, 4_096), ("--within", within, 3_600),
      ("--stampede", stampede ?? 1, StampedeOptions.phonesMaximum),
    ] where !(1...limit).contains(value) {
      throw ValidationError("\(name) is 1 to \(limit).")
    }
  }

  package func run() async throws {
    if day.nationalDay, let data {
      try await day.run(
        directory: directory, data: data, blocks: blocks, seed: seed, isInsecure: insecure, isQuick: quick,
        json: json)
      return
    }
    let blocks = blocks ?? 20
    let returning = stampede.map { quick ? min($0, StampedeOptions.quick.phones) : $0 }
    var workload = WorkloadOptions(
      blocks: min(blocks, returning ?? blocks), devices: returning ?? devices, meetings: meetings, days: days,
      seed: seed)
    // A village's bookkeeper after an outage: few groups, and what she sends is small.
    if returning != nil { workload.groupsPerDevice = 1 }
    var options = RunOptions(
      workload: workload, directory: directory, names: names, scale: scale, target: try target(),
      concurrency: concurrency, insecure: insecure,
      folder: try WorkFolder.make(phones ?? data.map { "\($0)-phones" }))
    options.stampede = returning.map { count in
      StampedeOptions(
        seconds: quick ? min(within, StampedeOptions.quick.seconds) : within, newcomers: max(1, count / 50))
    }
    options.link = link
    let report = try await LoadRun(options).run { print("Workload SHA-256 \($0)") }
    print(report.text())
    if let json { try OutputFile.write([UInt8](try report.json()), to: json) }
    if !report.isGood { throw ExitCode(Failure.Exit.disagreement.rawValue) }
  }

  private func target() throws -> RunOptions.Target {
    if let server, let codes {
      let pin =
        try fingerprint ?? certificate.map { try ServerSecurity.fingerprint(certificateChainPath: $0) }
      return .remote(server, codes: codes, fingerprint: pin)
    }
    guard let data else { throw ValidationError("Give one of --data and --server.") }
    return .local(data: data, executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }
}
