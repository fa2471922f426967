package import ArgumentParser

package struct DeviceCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "Phones: the operator's side of their enrolment, and a phone for the terminal.",
    discussion: """
      The operator's verbs (--data DIR) go through the server where one runs, else straight to the files. \
      The phone's verbs (--store FILE) use the same library as the app and need the server for register, \
      sync and watch only.
      """,
    groupedSubcommands: [
      CommandGroup(
        name: "Operator:",
        subcommands: [EnrolCodeCommand.self, RevokeCommand.self, ScopeCommand.self]),
      CommandGroup(
        name: "Checker's phone:",
        subcommands: [PendingCommand.self, ApproveCommand.self, RejectCommand.self]),
      CommandGroup(
        name: "Phone:",
        subcommands: [
          RegisterCommand.self, RecordCommand.self, AttachCommand.self, SyncCommand.self, FetchCommand.self,
          WatchCommand.self, StatusCommand.self, ExportBundleCommand.self, ImportBundleCommand.self,
          BooksCommand.self, ReceiptsCommand.self,
          ProfileCommand.self,
        ]),
    ])

  package init() {}
}
