package import ArgumentParser

package struct ShardCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "shard",
    abstract: "Look into the blocks' files. Read-only beside a running server, but for quarantine.",
    discussion: """
      Examples:
        loksync shard list --data /srv/loksync
        loksync shard show 900001 --data /srv/loksync
        loksync shard devices 900001 --data /srv/loksync
        loksync shard records 900001 --data /srv/loksync --entity entry --cbo 1-2
        loksync shard explain 900001 1-2 --data /srv/loksync
        loksync shard verify --all --data /srv/loksync
      """,
    subcommands: [
      ShardListCommand.self, ShardShowCommand.self, ShardProfileCommand.self, ShardRecordsCommand.self,
      ShardConflictsCommand.self, ShardDevicesCommand.self,
      QuarantineCommand.self, ShardHistoryCommand.self, ShardExplainCommand.self, ShardVerifyCommand.self,
    ])

  package init() {}
}
