package import ArgumentParser
import Foundation
import LokSimulator

package struct BenchMergeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "What profile edits cost of which 0, 10 and 100 % meet others that they had not seen.",
    discussion: """
      Examples:
        loksync bench merge
        loksync bench merge --groups 200 --rounds 7

      One thread, no network, no log. Two phones edit three fields of each member; the second is timed. \
      Every conflict has to be recorded, and the shard is verified.
      """)

  @Option(help: "Groups of twelve members.")
  package var groups = 200
  @Option(help: "Rounds that are measured; one before them warms up.")
  package var rounds = 5

  package init() {}

  package func validate() throws {
    guard (100...10_000).contains(groups), (1...1_000).contains(rounds) else {
      throw ValidationError("--groups is 100 to 10000, --rounds 1 to 1000.")
    }
  }

  package func run() async throws {
    let folder = try WorkFolder.make(nil)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = MergeBench.Options(folder: folder)
    options.groups = groups
    options.rounds = rounds
    print(try MergeBench(options).run().benchJSON())
  }
}
