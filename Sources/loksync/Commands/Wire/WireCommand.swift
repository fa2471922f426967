package import ArgumentParser

package struct WireCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "wire",
    abstract: "Where the bytes of a conversation go.",
    discussion: """
      Examples:
        loksync device sync --store asha.sqlite --capture asha.capture
        loksync wire explain asha.capture
        loksync wire measure --directory tools/sample/blocks.csv
      """,
    subcommands: [WireExplainCommand.self, WireMeasureCommand.self])

  package init() {}
}
