package import ArgumentParser
import LokBooks
import LokDevice
import LokServer
import LokWire

package struct RegisterCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Make a phone's store and bind it to a block with a one-time code.",
    discussion: """
      Examples:
        loksync device register --store asha.sqlite --server 127.0.0.1:7711 --code 6341-7KQ2M-X9TRC \
      --certificate /srv/loksync/tls-certificate.pem
        loksync device register --store asha.sqlite --server 127.0.0.1:7711 --code 6341-7KQ2M-X9TRC --insecure

      The key is made here and never leaves the store. If the answer was lost, run the same line again.
      """)

  @OptionGroup package var phone: StoreOptions
  @OptionGroup package var link: LinkOptions
  @Option(help: "As the block office gave it; upper or lower case, O for 0 and I or L for 1 are understood.")
  package var code: String
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard EnrolmentCode(text: code) != nil else {
      throw ValidationError("--code is no enrolment code: it reads like 6341-7KQ2M-X9TRC.")
    }
  }

  package func run() async throws {
    guard let code = EnrolmentCode(text: code) else { throw DeviceError.codeUnreadable }
    let address = try link.address()
    let identity = try await Phone.online(phone, block: code.block) { agent in
      try await agent.register(server: address, code: code.text)
      return try await agent.with { store, _ in RegisteredDevice(try store.identity()) }
    }
    if output.json {
      try printJSON(identity)
    } else {
      print("Device \(identity.device) of block \(identity.block), \(identity.role). Store: \(phone.store)")
    }
  }
}

private struct RegisteredDevice: Encodable, Sendable {
  let block: UInt32
  let device: UInt32
  let role: String

  init(_ identity: DeviceIdentity) {
    block = identity.block.rawValue
    device = identity.number.rawValue
    role = identity.role.text
  }
}
