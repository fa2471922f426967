package import ArgumentParser
import LokSimulator

package struct BenchOpenCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "What opening shards costs: one alone, and all of them with a few kept open.",
    discussion: """
      Examples:
        loksync bench open --data /tmp/bench
        loksync bench open --data /tmp/bench --kept 512 --rounds 7

      Reads a data directory that no server has open, such as loksync load leaves. Each shard opened is \
      asked for the phone number 1 and the head. Pages on disk: the system was told to forget them \
      before.
      """)

  @Option(help: ArgumentHelp("The data directory.", valueName: "DIR"))
  package var data: String
  @Option(help: "Shards that are opened alone.")
  package var alone = 200
  @Option(help: "Shards that are kept open in the storm over all.")
  package var kept = 512
  @Option(help: "Rounds that are measured; one before them warms up.")
  package var rounds = 5

  package init() {}

  package func validate() throws {
    guard (1...100_000).contains(alone), (1...100_000).contains(kept), (1...1_000).contains(rounds) else {
      throw ValidationError("--alone and --kept are 1 to 100000, --rounds 1 to 1000.")
    }
  }

  package func run() async throws {
    var options = OpenBench.Options(data: data)
    options.alone = alone
    options.kept = kept
    options.rounds = rounds
    print(try OpenBench(options).run().benchJSON())
  }
}
