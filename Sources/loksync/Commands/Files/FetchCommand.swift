package import ArgumentParser
package import LokBooks
import LokDevice
import LokText
import LokWire

package struct FetchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Fetch photos and pages that the books name, and write them into a folder.",
    discussion: """
      Examples:
        loksync device fetch --store asha.sqlite --out photos --photos
        loksync device fetch --store asha.sqlite --out papers --cbo 1-2
        loksync device fetch --store asha.sqlite --out papers --record 1-5

      A sync goes first: what was typed never waits for a file. What is cut goes on where it was, over a \
      slow link too; other syncs spare those. Each file \
      is named by its record; a photo needs its member's key.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("Where the files go; made where it is missing.", valueName: "DIR"))
  package var out: String
  @Option(help: ArgumentHelp("Only of this group.", valueName: "id"))
  package var cbo: RecordID?
  @Option(help: ArgumentHelp("Only of this member, bank account or group.", valueName: "id"))
  package var record: RecordID?
  @Flag(help: "Members' photos only.")
  package var photos = false
  @Option(
    help: ArgumentHelp("How often to dial where the link breaks, at growing intervals.", valueName: "N"))
  package var attempts = 5
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...1_000).contains(attempts) else { throw ValidationError("--attempts takes 1 to 1,000") }
  }

  private struct Found: Sendable {
    var report: SyncReport
    var status: DeviceStatus
    var files: [(name: String, bytes: [UInt8])] = []
    var missing = 0
  }

  package func run() async throws {
    let (attempts, isWanted) = (attempts, choice)
    let found = try await Phone.online(phone) { agent in
      var report = try await agent.syncUntilDone(attempts: attempts, asksForFiles: true)
      let wanted = try await agent.with { store, _ in
        try store.want(store.namedBlobs().filter(isWanted))
      }
      if wanted > 0, report.outcome == .done {
        report.add(try await agent.syncUntilDone(attempts: attempts, asksForFiles: true))
      }
      var found = Found(report: report, status: try await agent.status())
      (found.files, found.missing) = try await agent.with { store, _ in
        let named = try store.namedBlobs().filter(isWanted)
        let files = try named.compactMap { blob in
          try Self.bytes(of: blob, in: store).map { Self.file(blob, $0) }
        }
        return (files, named.count - files.count)
      }
      return found
    }
    if !found.files.isEmpty { _ = try WorkFolder.make(out) }
    for file in found.files { try OutputFile.write(file.bytes, to: out + "/" + file.name) }
    let text = SyncText(found.report, found.status)
    if output.json {
      try printJSON(JSON(files: found.files.map(\.name), missing: found.missing, sync: text.json))
    } else {
      print(text.text)
      let counts: [MessageArgument] = [.number(found.files.count), .number(found.missing), .text(out)]
      print(Speech.messages.text(SyncKey.filesWritten, counts))
    }
    if let failure = text.failure { throw failure }
  }

  /// A photo that does not open with its member's key holds back none of the others.
  private static func bytes(of blob: NamedBlob, in store: DeviceStore) throws -> [UInt8]? {
    do { return try store.file(of: blob) } catch is SealingError { return nil }
  }

  private var choice: @Sendable (NamedBlob) -> Bool {
    { [cbo, record, photos] blob in
      (cbo == nil || blob.cbo == cbo) && (record == nil || blob.record == record)
        && (!photos || blob.type == .photo)
    }
  }

  /// `1-5-photo.jpg`.
  private static func file(_ blob: NamedBlob, _ bytes: [UInt8]) -> (name: String, bytes: [UInt8]) {
    let what =
      switch blob.type {
      case .photo: "photo"
      case .passbookPage: "passbook"
      case .resolution: "resolution"
      // No record names one.
      case .changeSet: "set"
      }
    let ending =
      switch BlobForm(of: bytes) {
      case .jpeg: "jpg"
      case .png: "png"
      case .webP: "webp"
      case .pdf: "pdf"
      case nil: "bin"
      }
    return ("\(blob.record)-\(what).\(ending)", bytes)
  }

  private struct JSON: Encodable {
    let files: [String]
    let missing: Int
    let sync: SyncText.JSON
  }
}
