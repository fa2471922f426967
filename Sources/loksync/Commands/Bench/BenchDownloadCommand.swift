package import ArgumentParser
import LokSimulator

package struct BenchDownloadCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "download",
    abstract: "What a server gives: first syncs, and what is new to many phones.",
    discussion: """
      Examples:
        loksync bench download --directory tools/sample/blocks.csv --data /tmp/bench --groups 100 \
      --meetings 12 --devices 100
        loksync bench download --directory tools/sample/blocks.csv --data /tmp/bench

      Fills one block, then lets phones fetch: first syncs of 1, 10 and 100 groups and of the block, \
      each as all sets and as the books stand, and two new meetings for many phones. Every page has to \
      follow the one before it; in the round that warms up chains are recomputed.
      """)

  @OptionGroup package var server: BenchServerOptions
  @Option(help: "Groups in the block, a multiple of four.")
  package var groups = 1_000
  @Option(help: "Meetings of each.")
  package var meetings = 36
  @Option(help: "First syncs of so many groups; several (default: 1, 10, 100). The block comes last.")
  package var sizes: [Int] = []
  @Option(help: "Phones that catch up.")
  package var devices = 1_000
  @Option(help: "Rounds that are measured; one before them warms up.")
  package var rounds = 5

  package init() {}

  package func validate() throws {
    guard (4...10_000).contains(groups), groups % 4 == 0, (1...1_000).contains(meetings) else {
      throw ValidationError("--groups is 4 to 10000 and a multiple of four, --meetings 1 to 1000.")
    }
    guard sizes.allSatisfy((1...groups).contains) else {
      throw ValidationError("--sizes are 1 to the number of groups.")
    }
    guard (1...100_000).contains(devices), (1...1_000).contains(rounds) else {
      throw ValidationError("--devices is 1 to 100000, --rounds 1 to 1000.")
    }
  }

  package func run() async throws {
    var options = DownloadBench.Options(
      directory: server.directory, data: server.data, executable: server.executable)
    options.groups = groups
    options.meetings = meetings
    options.sizes = sizes.isEmpty ? options.sizes.filter { $0 <= groups } : sizes
    options.devices = devices
    options.rounds = rounds
    print(try await DownloadBench(options).run().benchJSON())
  }
}
