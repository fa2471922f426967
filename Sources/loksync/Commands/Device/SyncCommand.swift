package import ArgumentParser
import LokDevice
package import LokTransport

package struct SyncCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Send what was written, fetch what others wrote, compare the chains.",
    discussion: """
      Examples:
        loksync device sync --store asha.sqlite
        loksync device sync --store asha.sqlite --server 192.0.2.7:7711
        loksync device sync --store asha.sqlite --history
        loksync device sync --store asha.sqlite --budget 20000
        loksync device sync --store asha.sqlite --check
        loksync device sync --store asha.sqlite --capture asha.capture

      A group that is new to this phone comes as it stands: members, balances, loans, the last three \
      meetings. Its older meetings come with --history, or while device watch has nothing else to do.

      --budget bounds what comes down: verdicts and receipts always do, then what is new of the scope, books \
      and sets as far as it goes, and last photos and pages, those too that go up. The rest waits for the \
      next sync, which goes on at its byte. What was typed goes up all the same. Photos that were asked for \
      wait for a better link where this one is slow; device fetch brings them.

      Each sync compares the chain of every group with the server's: whether the same sets are here. --check \
      also makes each group's books once more from its sets and compares every row, then records and \
      balances with the server's. What is damaged here is made anew from the sets; where they are damaged \
      themselves, the group comes anew as it stands, and its older sets with --history. What was typed and \
      not sent yet is no part of it.

      --check offers the server anew each photo and page that this phone has brought: one that was damaged \
      or lost there is taken again. Each sync over a good link does that with a few after a month.

      Exit code 69 where the server cannot be reached: nothing is lost, run it again later. Exit code 1 \
      where server and phone contradict each other.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The server's new address, where it has moved.", valueName: "HOST:PORT"))
  package var server: HostPort?
  @Option(
    help: ArgumentHelp("Write the conversation here too, for loksync wire explain.", valueName: "FILE"))
  package var capture: String?
  @Option(
    help: ArgumentHelp("How often to dial where the link breaks, at growing intervals.", valueName: "N"))
  package var attempts = 5
  @Option(
    help: ArgumentHelp(
      "How many bytes may come down, beside what always does, or go up as photos; TLS and TCP add theirs.",
      valueName: "BYTES"))
  package var budget: UInt32?
  @Flag(help: "Fetch the older sets too of groups that came as they stand: named books need them.")
  package var history = false
  @Flag(
    help: """
      Compare each group's books with its own sets, and its chain, records and balances with the \
      server's, in the same session; make or fetch anew those that differ; offer photos anew.
      """)
  package var check = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...1_000).contains(attempts) else { throw ValidationError("--attempts takes 1 to 1,000") }
    if budget == 0 { throw ValidationError("--budget takes 1 byte or more") }
  }

  package func run() async throws {
    let newAddress = server?.description
    let (attempts, history, check, budget) = (attempts, history, check, budget)
    let (report, status) = try await Phone.online(
      phone, capture: try capture.map { try CaptureWriter($0) }
    ) {
      agent in
      if let newAddress {
        try await agent.with { store, _ in
          var address = try store.server()
          address.text = newAddress
          try store.setServer(address)
        }
      }
      if check { try await agent.with { store, now in try store.doubtFiles(all: true, at: now) } }
      let report = try await agent.syncUntilDone(
        attempts: attempts, history: history, budget: budget, comparing: check)
      return (report, try await agent.status())
    }
    let text = SyncText(report, status)
    if output.json { try printJSON(text.json) } else { print(text.text) }
    if check, let comparison = text.comparison { StandardError.write(comparison) }
    if let failure = text.failure { throw failure }
  }
}
