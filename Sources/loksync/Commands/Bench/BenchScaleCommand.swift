package import ArgumentParser
import LokSimulator

package struct BenchScaleCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract: "What a change costs as one shard grows.",
    discussion: """
      Examples:
        loksync bench scale --directory tools/sample/blocks.csv --data /tmp/bench
        loksync bench scale --directory tools/sample/blocks.csv --data /tmp/bench --records 10000 \
      --records 100000

      Sends meetings into one block until it holds so many records, then a few rounds that are measured; \
      then on to the next size. The server is another process.
      """)

  @OptionGroup package var server: BenchServerOptions
  @Option(help: "Records before a measurement; several, ascending (default: 10000, 100000, 1000000).")
  package var records: [Int] = []
  @Option(help: "Rounds that are measured at each size; one before them warms up.")
  package var rounds = 5
  @Option(help: "Meetings of a measured round.")
  package var sets = 100

  package init() {}

  package func validate() throws {
    guard records.allSatisfy((1...100_000_000).contains), records == records.sorted() else {
      throw ValidationError("--records are 1 to 100000000, ascending.")
    }
    guard (16...100_000).contains(sets), (1...1_000).contains(rounds) else {
      throw ValidationError("--sets is 16 to 100000, --rounds 1 to 1000.")
    }
  }

  package func run() async throws {
    var options = ScaleBench.Options(
      directory: server.directory, data: server.data, executable: server.executable)
    if !records.isEmpty { options.records = records }
    options.rounds = rounds
    options.sets = sets
    print(try await ScaleBench(options).run().benchJSON())
  }
}
