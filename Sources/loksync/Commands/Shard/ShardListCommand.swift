package import ArgumentParser
package import LokBooks
import LokServer
package import LokShard
import LokText

package struct ShardListCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Every block of a data directory in one line.",
    discussion: """
      Example:
        loksync shard list --data /srv/loksync

      One roll-up row a shard is read. A file that is no shard is named at the end, and the exit code is 1.
      """)

  @OptionGroup package var files: DataOptions
  @Flag(help: "Only blocks in which something was written.")
  package var active = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let directory = DataDirectory(files.data)
    let blocks = try directory.blocksWithShards()
    guard !blocks.isEmpty else {
      throw Failure(
        .notFound, "\(files.data) holds no shards yet",
        next: "A block's shard is made by its first command: loksync device enrol-code")
    }
    var summaries: [ShardInspector.Summary] = []
    var failures: [Failure] = []
    for block in blocks {
      do {
        let summary = try ShardInspector(path: directory.shard(of: block), block: block).summary()
        if !active || summary.sets > 0 { summaries.append(summary) }
      } catch {
        failures.append(Failure(describing: error))
      }
    }
    if output.json { try printJSON(summaries) } else { print(Self.table(summaries, now: Moment.now())) }
    for failure in failures { StandardError.write(failure.text) }
    if !failures.isEmpty { throw ExitCode(Failure.Exit.disagreement.rawValue) }
  }

  package static func table(_ summaries: [ShardInspector.Summary], now: Timestamp) -> String {
    var table = Table([
      .init("BLOCK", .right), .init("NAME"), .init("SETS", .right), .init("CHANGES", .right),
      .init("GROUPS", .right), .init("MEMBERS", .right), .init("SET ASIDE", .right),
      .init("QUARANTINE", .right), .init("LAST SEQ", .right), .init("LAST CONTACT", .right),
    ])
    for summary in summaries {
      let age = Moment.age(milliseconds: now.milliseconds - summary.lastContact)
      table.append([
        "\(summary.block)", summary.name, Count.text(summary.sets), Count.text(summary.changes),
        Count.text(summary.cbos), Count.text(summary.members), Count.text(summary.setAside),
        Count.text(summary.quarantined), Count.text(summary.lastSeq),
        summary.lastContact == 0 ? "never" : "\(age) ago",
      ])
    }
    let changes = summaries.reduce(0) { $0 + $1.changes }
    let blocks = "\(Count.text(Int64(summaries.count))) block\(summaries.count == 1 ? "" : "s")"
    return "\(table.text)\n\(blocks), \(Count.text(changes)) changes"
  }
}
