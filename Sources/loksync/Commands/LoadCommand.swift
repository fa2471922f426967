package import ArgumentParser
import Foundation
import LokSimulator

package struct LoadCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Measure what a server takes: prepared meetings, every receipt verified.",
    discussion: """
      Examples:
        loksync load --directory tools/sample/blocks.csv --data /tmp/load --blocks 64 --connections 16
        loksync load --directory tools/sample/blocks.csv --data /tmp/one --blocks 1 --connections 1 \
      --sets 500 --one-by-one

      Makes the data directory, starts a server of its own on it (another process) and stops it. Phones are \
      registered, found groups, and send meetings that were encoded before the round begins, with the same \
      sessions, windows and proofs as real ones. Only what the server has merged, and whose signed receipt \
      was verified, is counted. Prints JSON: a line of tools/bench is made of it.
      """)

  @Option(help: ArgumentHelp("The block directory.", valueName: "CSV"))
  package var directory: String
  @Option(help: ArgumentHelp("The data directory to make.", valueName: "DIR"))
  package var data: String
  @Option(help: "Into how many blocks, evenly.")
  package var blocks = 64
  @Option(help: "How many phones send at the same time; one more a block takes its turn.")
  package var connections = 16
  @Option(help: "Meetings a round.")
  package var sets = 20_000
  @Option(help: "Changes a meeting.")
  package var changes = 50
  @Option(help: "Rounds that are measured.")
  package var rounds = 5
  @Option(help: "Rounds before them.")
  package var warmUp = 1
  @Flag(help: "Each phone sends a meeting when the one before has its receipt.")
  package var oneByOne = false
  @Flag(help: "With TLS.")
  package var tls = false

  package init() {}

  package func validate() throws {
    for (name, value, limit) in [
      ("--blocks", blocks, 10_000), ("--connections", connections, 4_096), ("--sets", sets, 10_000_000),
      ("--rounds", rounds, 1_000),
    ] where !(1...limit).contains(value) {
      throw ValidationError("\(name) is 1 to \(limit).")
    }
    // All twelve attend; below that a meeting would not be one.
    guard (14...1_000).contains(changes) else { throw ValidationError("--changes is 14 to 1000.") }
    guard (0...1_000).contains(warmUp) else { throw ValidationError("--warm-up is 0 to 1000.") }
  }

  package func run() async throws {
    var options = PeakRun.Options(
      directory: directory, data: data,
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
    options.blocks = blocks
    options.connections = connections
    options.setsPerRound = sets
    options.changesPerSet = changes
    options.rounds = rounds
    options.warmUp = warmUp
    options.isOneByOne = oneByOne
    options.insecure = !tls
    print(String(decoding: try await PeakRun(options).run().json(), as: UTF8.self))
  }
}
