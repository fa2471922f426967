package import ArgumentParser
import Foundation
package import LokSimulator

/// What a national day is told, beside what every simulation is.
package struct NationalDayOptions: ParsableArguments {
  @Flag(
    help: """
      Play a working day of the country instead: a bookkeeper in each block, those who look, who come after \
      days, who begin with an empty phone.
      """)
  package var nationalDay: Bool = false
  @Option(
    help: ArgumentHelp(
      """
      Changes a second in the burst, the fullest minute of the evening; the peak hour has a third of it, the \
      other hours their part. 10400 is a day of weekly meetings, 6600 one of the usual mixture, 8400 that \
      at a month's end.
      """, valueName: "CHANGES"))
  package var rate: Int = DayCurve.burst
  @Option(
    help: ArgumentHelp(
      "As how many seconds an hour is played. Rates stay what they are: fewer of the hour's calls come.",
      valueName: "SECONDS"))
  package var hourSeconds = 8.0
  @Option(help: ArgumentHelp("The same for the burst minute, which no hour contains.", valueName: "SECONDS"))
  package var burstSeconds = 20.0
  @Option(
    help: ArgumentHelp("How many shards are recomputed from their journals afterwards.", valueName: "N"))
  package var verified = 64

  package init() {}

  package func validate() throws {
    guard (100...200_000).contains(rate) else { throw ValidationError("--rate is 100 to 200000.") }
    guard (0.1...3_600).contains(hourSeconds) else { throw ValidationError("--hour-seconds is 0.1 to 3600.") }
    guard (1...600).contains(burstSeconds) else { throw ValidationError("--burst-seconds is 1 to 600.") }
    guard (0...10_000).contains(verified) else { throw ValidationError("--verified is 0 to 10000.") }
  }

  func run(
    directory: String, data: String, blocks: Int?, seed: UInt64, isInsecure: Bool, isQuick: Bool,
    json: String?
  ) async throws {
    var options = NationalDay.Options(
      directory: directory, data: data, executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
    options.blocks = blocks
    options.seed = seed
    options.isInsecure = isInsecure
    options.rate = rate
    options.hourSeconds = hourSeconds
    options.burstSeconds = burstSeconds
    options.verified = verified
    if isQuick { options.makeQuick() }
    let report = try await NationalDay(options).run()
    print(NationalDayText.lines(report).joined(separator: "\n"))
    if let json { try OutputFile.write([UInt8](try report.json()), to: json) }
    if let exit = Self.exit(of: report.verdict) { throw ExitCode(exit.rawValue) }
  }

  /// Nil = done.
  package static func exit(of verdict: DayVerdict) -> Failure.Exit? { verdict.isGood ? nil : .disagreement }
}
