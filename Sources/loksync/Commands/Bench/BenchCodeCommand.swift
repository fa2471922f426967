package import ArgumentParser
import Foundation
import LokSimulator

package struct BenchCodeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "code",
    abstract: "What decoding, merging, hashing, signing and encoding cost for a change, each by itself.",
    discussion: """
      Examples:
        loksync bench code
        loksync bench code --sets 1000 --changes 50 --rounds 7

      One thread, no network, no log. The shard that is written lies in a folder that is removed after, \
      and is verified. Allocations are counted where a library that does so was loaded first \
      (LD_PRELOAD); tools/bench brings one.
      """)

  @Option(help: "Meetings a round.")
  package var sets = 400
  @Option(help: "Changes a meeting.")
  package var changes = 50
  @Option(help: "Rounds that are measured; one before them warms up.")
  package var rounds = 5
  @Option(help: ArgumentHelp("Write the sets of a round there, for a peer.", valueName: "FILE"))
  package var setsFile: String?

  package init() {}

  package func validate() throws {
    guard (1...100_000).contains(sets), (14...1_000).contains(changes), (1...1_000).contains(rounds) else {
      throw ValidationError("--sets is 1 to 100000, --changes 14 to 1000, --rounds 1 to 1000.")
    }
  }

  package func run() async throws {
    let folder = try WorkFolder.make(nil)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = CodeBench.Options(folder: folder)
    options.setsPerRound = sets
    options.changesPerSet = changes
    options.rounds = rounds
    options.setsFile = setsFile
    print(try CodeBench(options).run().benchJSON())
  }
}
