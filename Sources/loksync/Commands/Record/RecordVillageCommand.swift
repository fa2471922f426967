package import ArgumentParser
import LokDevice
import LokWire

package struct RecordVillageCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "village",
    abstract: "A village of the block; written by block staff (role BLOCK_ADMIN).",
    discussion: """
      Example:
        loksync device record village --store office.sqlite --name Rampurwa --lgd-code 9000123 \
      --gram-panchayat Bela
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: "Its name.")
  package var name: String
  @Option(help: "Its code in the Local Government Directory.")
  package var lgdCode: UInt32?
  @Option(help: "Its gram panchayat.")
  package var gramPanchayat: String?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let village = VillageDraft(name: name, lgdCode: lgdCode, gramPanchayat: gramPanchayat)
    try await Phone.record(in: phone, output) { store, now in
      guard try store.identity().role == .blockAdmin else {
        throw Failure(
          .usage, "only block staff write the block's villages",
          next: "Enrol a phone with --role \(Role.blockAdmin.text), or leave --village out")
      }
      return try store.createVillage(village, at: now)
    }
  }
}
