package import ArgumentParser
import Foundation
import LokSimulator

package struct WireMeasureCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "What the usual conversations cost in bytes, on realistic meetings.",
    discussion: """
      Examples:
        loksync wire measure --directory tools/sample/blocks.csv
        loksync wire measure --directory tools/sample/blocks.csv --groups 10 --meetings 36 --seed 2 --json

      Simulated bookkeepers hold meetings and sync after each, over TCP on loopback with a server of their \
      own; a second phone of each group fetches them. Application bytes: frame lengths included, TLS and \
      TCP not. --json holds the records themselves too, for measuring other systems with the same ones.
      """)

  @Option(help: ArgumentHelp("The block directory.", valueName: "CSV"))
  package var directory: String
  @Option(help: ArgumentHelp("Names to compose people and groups from.", valueName: "CSV"))
  package var names = "tools/sample/synthetic_names.csv"
  @Option(help: "How many groups.")
  package var groups = 4
  @Option(help: "Meetings a group, a month apart.")
  package var meetings = 8
  @Option(help: "Of the workload.")
  package var seed: UInt64 = 1
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...1_000).contains(groups), (1...120).contains(meetings) else {
      throw ValidationError("--groups is 1 to 1000, --meetings 1 to 120.")
    }
  }

  package func run() async throws {
    let folder = try WorkFolder.make(nil)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let report = try await ByteRun(
      .init(
        directory: directory, names: names, seed: seed, groups: groups, meetings: meetings,
        executable: Bundle.main.executablePath ?? CommandLine.arguments[0], folder: folder)
    ).run()
    if output.json { return try printJSON(report) }
    var table = Table([
      .init("Conversation"), .init("Bytes", .right), .init("Least", .right), .init("Most", .right),
      .init("Budget", .right), .init("Round trips", .right), .init("Measured", .right),
    ])
    for row in report.rows {
      table.append([
        row.what, String(row.bytes.median), String(row.bytes.minimum), String(row.bytes.maximum),
        row.budget.map { String($0) } ?? "", row.roundTrips.map { String($0) } ?? "",
        String(row.bytes.count),
      ])
    }
    print(table.text)
    if let time = report.firstSyncOver2G {
      func seconds(_ milliseconds: Int) -> String { "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100)" }
      print(
        "The first sync takes \(seconds(time.median)) s over 40 kbit/s, 800 ms and 3 % loss "
          + "(\(seconds(time.minimum)) to \(seconds(time.maximum)) s in \(time.count) drawn links).")
    }
    print("Medians; a meeting has \(report.changesPerMeeting.median) changes.")
  }
}
