package import ArgumentParser
package import LokBooks
import LokWire

package struct RevokeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "End a device's rights with its next frame.",
    discussion: """
      Example:
        loksync device revoke --data /srv/loksync --block 6341 --device 12

      It reads nothing from then on; what it still sends goes to quarantine, whatever date it claims. \
      Nothing that was written before is touched.
      """)

  @OptionGroup package var files: DataOptions
  @Option(help: "The block's LGD code.")
  package var block: BlockCode
  @Option(help: ArgumentHelp("The device's number in the block.", valueName: "number"))
  package var device: DeviceNumber
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let reply = try await OperatorChannel.send(.revoke(block, device), data: files.data)
    let text = "Device \(device) of block \(block) is revoked"
    if output.json {
      try printJSON(OperatorAnswer(reply))
    } else {
      print(OperatorAnswer(reply).text(text, block))
    }
  }
}
