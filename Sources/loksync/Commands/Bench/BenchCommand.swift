package import ArgumentParser

package struct BenchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Single measurements, as JSON: tools/bench is made of them.",
    discussion: """
      Examples:
        loksync bench code --sets 400 --rounds 5
        loksync bench idle --directory tools/sample/blocks.csv --data /tmp/idle --connections 1000
      """,
    subcommands: [
      BenchCodeCommand.self, BenchIdleCommand.self, BenchOpenCommand.self, BenchReplayCommand.self,
      BenchDownloadCommand.self, BenchMergeCommand.self, BenchScaleCommand.self,
    ])

  package init() {}
}
