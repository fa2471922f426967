package import ArgumentParser
import LokServer
import LokTransport
import LokText

package struct InitCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a data directory: keys, certificate, catalogue of blocks, empty intake log.",
    discussion: """
      Examples:
        loksync init --data /srv/loksync --directory tools/sample/blocks.csv
        loksync init --data /srv/loksync --directory lgd_blocks.csv --host sync.example.org --host 192.0.2.7

      The directory is a CSV with the columns state_code, state_name, district_code, district_name, \
      block_code, block_name, in any order; every row is checked before anything is made. The fingerprint \
      that is printed is how phones know the server.
      """)

  @OptionGroup package var files: DataOptions
  @Option(help: ArgumentHelp("The block directory.", valueName: "CSV"))
  package var directory: String
  @Option(
    help: ArgumentHelp(
      "A name or address that phones dial, for the certificate; repeatable. localhost is always in it.",
      valueName: "HOST"))
  package var host: [String] = []
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let made = try DataDirectory.create(
      path: files.data, directoryCSV: directory, hosts: host, now: Moment.now())
    let result = Made(
      data: made.path, blocks: try Catalogue(path: made.catalogue).count,
      fingerprint: try ServerSecurity.fingerprint(certificateChainPath: made.certificate))
    if output.json { return try printJSON(result) }
    var facts = FactSheet()
    facts.append("Data directory", result.data)
    facts.append("Blocks", Count.text(Int64(result.blocks)))
    facts.append("Fingerprint", result.fingerprint)
    facts.append("Next", "loksync serve --data \(result.data)")
    print(facts.text)
  }
}

private struct Made: Encodable {
  let data: String
  let blocks: Int
  let fingerprint: String
}
