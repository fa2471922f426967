package import ArgumentParser

package struct RecordCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Write something down, offline: a group, a member, a loan, a meeting, a bank account …",
    discussion: """
      An invented group from nothing:
        loksync device record village --store asha.sqlite --name Rampurwa --lgd-code 9000123
        loksync device record cbo --store asha.sqlite --tier SHG --name Pragati --village 1-1 \
      --formed 2025-10-01 --meets-every 7 --saving 50
        loksync device record member --store asha.sqlite --cbo 1-2 --name "Sunita Devi" --joined 2025-10-01
        loksync device record loan --store asha.sqlite --cbo 1-2 --member 1-3 --amount 5,000 --rate 12 \
      --instalments 10 --date 2025-10-08
        loksync device record meeting --store asha.sqlite --cbo 1-2 --date 2025-10-08 --present 1-3 \
      --saving 1-3=50 --pay-loan 1-4@1-3=5000

      Each prints the id of what it wrote and what the phone expects to become of it; the server's word \
      comes with the next sync.
      """,
    subcommands: [
      RecordVillageCommand.self, RecordGroupCommand.self, RecordMemberCommand.self, RecordLoanCommand.self,
      RecordMeetingCommand.self, RecordBankAccountCommand.self, RecordBankStatementCommand.self,
      RecordRescheduleCommand.self, RecordExitCommand.self,
    ])

  package init() {}
}
