package import ArgumentParser
package import LokBooks
import LokServer
import LokShard

package struct ShardProfileCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "A group's profile: where its approval stands, settings, federations, offices, members.",
    discussion: """
      Example:
        loksync shard profile 900001 1-2 --data /srv/loksync

      Names and other personal parts of members are sealed and not shown.
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @Argument(help: "The group.")
  package var cbo: RecordID
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    guard let profile = try ShardReader(path: path, block: block).groupProfile(of: cbo) else {
      throw Failure(
        .notFound, "block \(block) has no group \(cbo)",
        next: "loksync shard records \(block) --entity cbo lists them")
    }
    if output.json {
      try printJSON(ProfileJSON(profile))
    } else {
      print(ProfileText(profile).text)
    }
  }
}
