package import ArgumentParser
import LokSimulator

package struct BenchReplayCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "How long a server takes to merge what its log holds when it starts.",
    discussion: """
      Examples:
        loksync bench replay --directory tools/sample/blocks.csv --data /tmp/bench --blocks 64 \
      --entries 100000

      Founds a group in each block, stops the server, appends sets of one change to its log, and starts \
      it again: until it listens, and until all blocks are served to the end of the log.
      """)

  @OptionGroup package var server: BenchServerOptions
  @Option(help: "In how many blocks.")
  package var blocks = 64
  @Option(help: "Sets that the log holds and no shard.")
  package var entries = 1_000_000

  package init() {}

  package func validate() throws {
    guard (1...10_000).contains(blocks), (1...100_000_000).contains(entries) else {
      throw ValidationError("--blocks is 1 to 10000, --entries 1 to 100000000.")
    }
  }

  package func run() async throws {
    var options = ReplayBench.Options(
      directory: server.directory, data: server.data, executable: server.executable)
    options.blocks = blocks
    options.entries = entries
    print(try await ReplayBench(options).run().benchJSON())
  }
}
