package import ArgumentParser

/// The server side's files.
package struct DataOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The server's data directory, made by loksync init.", valueName: "DIR"))
  package var data: String

  package init() {}
}

/// One phone's file.
package struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The phone's store; loksync device register makes it.", valueName: "FILE"))
  package var store: String

  package init() {}
}

/// How the answer is written.
package struct OutputOptions: ParsableArguments {
  @Flag(help: "One JSON value for machines: money in paise, times in milliseconds since 1970.")
  package var json = false

  package init() {}
}
