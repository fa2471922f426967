package import ArgumentParser
package import LokBooks
import LokServer
import LokShard

package struct ShardShowCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One block: counts, trial balance, devices, and what is not in its books and why.",
    discussion: """
      Example:
        loksync shard show 900001 --data /srv/loksync
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    let overview = try ShardOverview(ShardInspector(path: path, block: block))
    if output.json {
      try printJSON(overview)
    } else {
      print(ShardText(now: Moment.now()).text(overview))
    }
  }
}
