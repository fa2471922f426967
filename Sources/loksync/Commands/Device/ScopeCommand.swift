package import ArgumentParser
package import LokBooks
import LokWire

package struct ScopeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "scope",
    abstract: "Change which groups a device sees and writes.",
    discussion: """
      Example:
        loksync device scope --data /srv/loksync --block 6341 --device 12 --add vo:12-1 --drop shg:12-3

      The phone takes the change over with its next sync. What it wrote about a group before the group was \
      dropped goes to quarantine, never away.
      """)

  @OptionGroup package var files: DataOptions
  @Option(help: "The block's LGD code.")
  package var block: BlockCode
  @Option(help: ArgumentHelp("The device's number in the block.", valueName: "number"))
  package var device: DeviceNumber
  @Option(help: "Groups to grant: block, or shg:12-3,vo:12-1.")
  package var add: GrantList?
  @Option(help: "Groups to take away, written the same way.")
  package var drop: GrantList?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if add == nil, drop == nil { throw ValidationError("Say what to --add or to --drop.") }
  }

  package func run() async throws {
    let request = OperatorRequest.scope(block, device, add: add?.grants ?? [], drop: drop?.grants ?? [])
    let reply = try await OperatorChannel.send(request, data: files.data)
    let text = "The scope of device \(device) of block \(block) is changed"
    if output.json {
      try printJSON(OperatorAnswer(reply))
    } else {
      print(OperatorAnswer(reply).text(text, block))
    }
  }
}
