package import ArgumentParser
package import LokBooks
import LokServer
package import LokShard

package struct ShardRecordsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "records",
    abstract: "Rows of a block's books.",
    discussion: """
      Examples:
        loksync shard records 900001 --data /srv/loksync --entity cbo
        loksync shard records 900001 --data /srv/loksync --entity entry --cbo 1-2 --limit 1000
        loksync shard records 900001 --data /srv/loksync --entity balance --json

      An entry with posted "no" belongs to a set that is set aside: it counts in no balance. Members' \
      personal parts are sealed and stay so here.
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @OptionGroup package var files: DataOptions
  @Option(help: "Which table of the books.")
  package var entity: ShardInspector.Table = .cbo
  @Option(help: ArgumentHelp("Only one group's.", valueName: "id"))
  package var cbo: RecordID?
  @Option(help: "At most so many rows, up to 1,000,000.")
  package var limit = 200
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000.") }
    if entity == .village, cbo != nil {
      throw ValidationError("Villages belong to no group: leave --cbo out.")
    }
  }

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    // One row more than asked for tells whether there are more.
    let found = try ShardInspector(path: path, block: block).records(entity, of: cbo, limit: limit + 1)
    let rows = Array(found.prefix(limit))
    if output.json {
      try printJSON(rows.map(RecordText.json))
    } else {
      print(RecordText.table(rows, of: entity))
    }
    if found.count > limit { StandardError.write("loksync: there are more rows than \(limit); see --limit") }
  }
}

extension ShardInspector.Table: ExpressibleByArgument {}
