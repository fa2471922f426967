import ArgumentParser
import Foundation
import LokSQLite
package import LokText

@main
enum CommandLineEntry {
  static func main() async {
    // Before any connection is opened: SQLite reads this setting once.
    Connection.configureLibrary()
    let end = await Run.ending(
      arguments: Array(CommandLine.arguments.dropFirst()),
      in: Language(environment: ProcessInfo.processInfo.environment))
    if let text = end.output { print(text) }
    if let text = end.error { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    exit(end.code)
  }
}

/// One run of the command line, from its words to what is printed last and the exit code.
package enum Run {
  package struct Ending: Hashable, Sendable {
    package var code: Int32
    package var output: String?
    package var error: String?
  }

  /// What the command itself prints is printed when this returns.
  package static func ending(arguments: [String], in language: Language = .english) async -> Ending {
    await Speech.$messages.withValue(Messages(language)) { await spoken(arguments: arguments) }
  }

  private static func spoken(arguments: [String]) async -> Ending {
    do {
      var command = try Loksync.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return Ending(code: 0)
    } catch {
      return ending(of: error)
    }
  }

  /// Help asked for is an answer, not an error. Everything else goes to the error stream in a line or two.
  package static func ending(of error: any Error) -> Ending {
    switch Loksync.exitCode(for: error) {
    case .success: return Ending(code: 0, output: Loksync.fullMessage(for: error))
    case .validationFailure:
      return Ending(code: Failure.Exit.usage.rawValue, error: Loksync.fullMessage(for: error))
    default:
      if let code = error as? ExitCode { return Ending(code: code.rawValue) }
      let failure = Failure(describing: error)
      return Ending(code: failure.exit.rawValue, error: failure.text)
    }
  }
}
