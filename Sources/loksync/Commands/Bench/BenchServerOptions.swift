package import ArgumentParser
import Foundation

/// Where a bench makes the data directory of its server.
package struct BenchServerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The block directory.", valueName: "CSV"))
  package var directory: String
  @Option(help: ArgumentHelp("The data directory to make.", valueName: "DIR"))
  package var data: String

  package init() {}

  /// This program, for the server.
  var executable: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }
}
