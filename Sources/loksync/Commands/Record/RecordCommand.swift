package import ArgumentParser

package struct RecordCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Write something down, offline: a group, a member, a loan, a meeting, a bank account …",
    discussion: """
      An invented group from nothing:
        loksync device record cbo --store asha.sqlite --tier SHG --name Pragati --formed 2025-10-01 \
      --meets-every 7 --saving 50
        loksync device record member --store asha.sqlite --cbo 1-1 --name "Sunita Devi" --joined 2025-10-01
        loksync device record loan --store asha.sqlite --cbo 1-1 --member 1-2 --amount 5,000 --rate 12 \
      --instalments 10 --date 2025-10-08
        loksync device record meeting --store asha.sqlite --cbo 1-1 --date 2025-10-08 --present 1-2 \
      --saving 1-2=50 --line other-receipt=5,000 --pay-loan 1-3@1-2=5000

      Villages are written by block staff (role BLOCK_ADMIN), everything else by the group's bookkeeper.
      Each prints the id of what it wrote and what the phone expects to become of it; the server's word \
      comes with the next sync.
      """,
    subcommands: [
      RecordVillageCommand.self, RecordGroupCommand.self, RecordEditGroupCommand.self,
      RecordMemberCommand.self, RecordEditMemberCommand.self, RecordExitCommand.self,
      RecordOfficeBearerCommand.self, RecordBankAccountCommand.self, RecordLoanCommand.self,
      RecordRescheduleCommand.self, RecordMeetingCommand.self, RecordBankStatementCommand.self,
    ])

  package init() {}
}
