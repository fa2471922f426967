package import ArgumentParser
package import LokBooks
import LokServer
import LokShard

package struct ShardHistoryCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Every change of one record: who, when, what, and what became of it.",
    discussion: """
      Example:
        loksync shard history 900001 1-2 --data /srv/loksync
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @Argument(help: "The record: a group, member, loan, meeting, entry …")
  package var record: RecordID
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    guard let lines = try ShardReader(path: path, block: block).history(of: record) else {
      throw Failure(.notFound, "block \(block) has no record \(record)", next: "See loksync shard records")
    }
    if output.json {
      try printJSON(lines.map { HistoryText.JSON($0, block) })
    } else {
      print(HistoryText.text(lines, block))
    }
  }
}

package struct ShardExplainCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why each field of a record holds what it holds: candidates, rule, winner, who and when.",
    discussion: """
      Example:
        loksync shard explain 900001 1-2 --data /srv/loksync
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @Argument(help: "The record: a group, member, loan, bank account …")
  package var record: RecordID
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    guard let fields = try ShardReader(path: path, block: block).explanation(of: record) else {
      throw Failure(
        .notFound, "block \(block) has no record \(record) that can change",
        next: "loksync shard history shows entries and meetings")
    }
    if output.json {
      try printJSON(fields.map { ExplanationText.JSON($0) })
    } else {
      print(ExplanationText.text(fields, block))
    }
  }
}
