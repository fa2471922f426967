package import ArgumentParser
package import LokBooks
package import LokWire

package struct EnrolCodeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "enrol-code",
    abstract: "Print one-time codes with which phones register.",
    discussion: """
      Examples:
        loksync device enrol-code --data /srv/loksync --block 6341 --role EBK_SHG --scope shg:12-3,shg:12-9
        loksync device enrol-code --data /srv/loksync --block 6341 --role BLOCK_ADMIN --scope block
        loksync device enrol-code --data /srv/loksync --block 6341 --role EBK_SHG --scope block --count 20

      A code is shown once and kept nowhere; only its hash is stored. A device that creates a group has it \
      in its scope from then on.
      """)

  @OptionGroup package var files: DataOptions
  @Option(help: "The block's LGD code.")
  package var block: BlockCode
  @Option(help: "What the person is.")
  package var role: Role
  @Option(help: "What the device sees: block, or groups with all below them, as shg:12-3,vo:12-1.")
  package var scope: GrantList
  @Option(help: "How many codes, 1 to 1000.")
  package var count: UInt32 = 1
  @Option(help: ArgumentHelp("How long they are good, 1 to 365 days.", valueName: "days"))
  package var validDays: UInt32 = 14
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...1000).contains(count) else { throw ValidationError("--count is 1 to 1000.") }
    guard (1...365).contains(validDays) else { throw ValidationError("--valid-days is 1 to 365.") }
  }

  package func run() async throws {
    let request = OperatorRequest.enrolCode(
      block, role: role, grants: scope.grants, count: count, validDays: validDays)
    let reply = try await OperatorChannel.send(request, data: files.data)
    if output.json { try printJSON(reply.codes) } else { print(reply.codes.joined(separator: "\n")) }
  }
}
