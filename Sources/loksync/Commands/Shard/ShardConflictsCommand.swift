package import ArgumentParser
package import LokBooks
import LokServer
import LokShard

package struct ShardConflictsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "conflicts",
    abstract: "Fields that two people wrote without having seen each other: both values, rule and winner.",
    discussion: """
      Example:
        loksync shard conflicts 900001 --data /srv/loksync
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    let conflicts = try ShardInspector(path: path, block: block).conflicts()
    if output.json { try printJSON(conflicts) } else { print(ShardText.conflicts(conflicts)) }
  }
}
