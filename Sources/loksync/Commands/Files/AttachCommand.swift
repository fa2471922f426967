package import ArgumentParser
package import LokBooks
import LokDevice

package struct AttachCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Put a photo or a page beside the books: it goes up after all that was typed.",
    discussion: """
      Example:
        loksync device attach photo --store asha.sqlite --cbo 1-2 --member 1-5 --file sunita.jpg

      The books name a file by the SHA-256 of its bytes. A sync that is cut goes on where it was; the same \
      file is sent once.
      """,
    subcommands: [AttachPhotoCommand.self, AttachPassbookCommand.self, AttachResolutionCommand.self])

  package init() {}
}

package struct AttachPhotoCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "photo",
    abstract: "A member's photo, sealed under her own key before it leaves the phone.",
    discussion: """
      Example:
        loksync device attach photo --store asha.sqlite --cbo 1-2 --member 1-5 --file sunita.jpg

      JPEG, PNG or WebP of at most 100 KiB. A newer photo takes the place of an older one.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("Her group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The member.", valueName: "id"))
  package var member: RecordID
  @Option(help: ArgumentHelp("The photo.", valueName: "FILE"))
  package var file: String
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let (member, group, bytes) = (member, cbo, try InputFile.bytes(of: file))
    try await Phone.record(in: phone, output) { store, now in
      try store.attachPhoto(bytes, of: member, in: group, at: now)
    }
  }
}

package struct AttachPassbookCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "passbook",
    abstract: "The last page of a bank account's pass book.",
    discussion: """
      Example:
        loksync device attach passbook --store asha.sqlite --cbo 1-2 --account 1-9 --file page.jpg

      JPEG, PNG, WebP or PDF of at most 300 KiB.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The group's account.", valueName: "id"))
  package var account: RecordID
  @Option(help: ArgumentHelp("The page.", valueName: "FILE"))
  package var file: String
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let (account, group, bytes) = (account, cbo, try InputFile.bytes(of: file))
    try await Phone.record(in: phone, output) { store, now in
      try store.attachPassbookPage(bytes, of: account, in: group, at: now)
    }
  }
}

package struct AttachResolutionCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "resolution",
    abstract: "A resolution that a group's members have signed.",
    discussion: """
      Example:
        loksync device attach resolution --store asha.sqlite --cbo 1-2 --file resolution.pdf

      JPEG, PNG, WebP or PDF of at most 300 KiB. The group's record names the last one; its history those \
      before.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The signed page.", valueName: "FILE"))
  package var file: String
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let (group, bytes) = (cbo, try InputFile.bytes(of: file))
    try await Phone.record(in: phone, output) { store, now in
      try store.attachResolution(bytes, of: group, at: now)
    }
  }
}
