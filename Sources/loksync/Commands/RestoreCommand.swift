package import ArgumentParser
import LokBooks
import LokServer
import LokText

package struct RestoreCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Say that a data directory is an older copy, put in place of one that is lost.",
    discussion: """
      Example:
        loksync restore --data /srv/loksync

      To be run once, before the copy is served. Each block begins another epoch: phones see by it that what \
      the server confirmed since the copy was made is lost there, and send it again, under the same numbers. \
      Without it they stop with SERVER_PUT_BACK, and keep what they have.

      What operators did since the copy was made is lost: revoke again who was revoked, and give a new code \
      to each phone that was enrolled (device register with its store takes it). \
      A phone that sends by memory card only has to sync over a connection once.
      """)

  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let directory = DataDirectory(files.data)
    let restored = try await OwnThread.run { try OperatorCommands.restore(directory) }
    if output.json { try printJSON(JSON(restored)) } else { print(Self.text(restored, files.data)) }
    guard restored.unavailable.isEmpty else {
      throw Failure(
        .unavailable, "\(restored.unavailable.count) blocks could not be opened",
        next: "loksync shard verify says what is wrong; then run this again")
    }
  }

  private static func text(_ restored: OperatorCommands.Restored, _ data: String) -> String {
    var facts = FactSheet()
    facts.append("Blocks in a new epoch", Count.text(Int64(restored.blocks.count)))
    for (block, reason) in restored.unavailable.sorted(by: { $0.key < $1.key }) {
      facts.append("Not opened", "\(block): \(reason)")
    }
    facts.append("Next", "loksync serve --data \(data)")
    return facts.text
  }

  private struct JSON: Encodable {
    let blocks: [UInt32]
    let unavailable: [String: String]

    init(_ restored: OperatorCommands.Restored) {
      blocks = restored.blocks.map(\.rawValue)
      unavailable = Dictionary(
        uniqueKeysWithValues: restored.unavailable.map { ("\($0.key)", $0.value) })
    }
  }
}
