package import ArgumentParser
package import LokBooks
import LokServer

package struct ShardDevicesCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "A block's devices: standing, last contact, sessions and bytes today and lately.",
    discussion: """
      Examples:
        loksync shard devices 900001 --data /srv/loksync
        loksync shard devices 900001 --data /srv/loksync --days 7 --calls

      Up is from the device. Bytes are those of frames; with TLS they stand in --json, as socket bytes. They \
      are counted by the running server, which writes them down every few seconds and loses what it has not \
      written when it dies; what carriers bring by hand is not in them. Days are India's.
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @OptionGroup package var files: DataOptions
  @Option(help: ArgumentHelp("How many days, with today, are summed beside today.", valueName: "N"))
  package var days: Int32 = 30
  @Flag(help: "Each device's bytes by call too.")
  package var calls = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...400).contains(days) else { throw ValidationError("--days takes 1 to 400") }
  }

  package func run() throws {
    let now = Moment.now()
    let devices = try DeviceActivity.read(block, in: DataDirectory(files.data), days: days, at: now)
    if output.json {
      try printJSON(devices.map { DevicesText.JSON($0, days: days) })
    } else {
      print(DevicesText(now: now, days: days).text(devices, withCalls: calls))
    }
  }
}
