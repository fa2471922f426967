import Foundation
package import LokBooks
import LokIntake
import LokShard
import LokTransport
import LokWire
import Synchronization

/// The parts of a server that work on a data directory, before anybody gives them threads: one intake desk,
/// and merge and reader desks side by side. The process holds the directory's lock as long as this lives.
package final class ServerDesks {
  package let directory: DataDirectory
  package let secrets: ServerSecrets
  package let switchboard: Switchboard
  package let intake: IntakeDesk
  package let merges: [MergeDesk]
  package let readers: [ReaderDesk]
  package let traffic: TrafficDesk
  package let blobs: BlobDesk
  /// What sessions need to know.
  package let surroundings: Session.Surroundings
  private let lock: DirectoryLock
  private let log: any Intake
  private let opener: ShardOpener

  /// - Throws: what an operator has to mend: `DataDirectoryError`, `IntakeError`.
  package init(
    _ directory: DataDirectory, tuning: ServerTuning, courier: any Courier,
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0...(.max)) }
  ) throws {
    try directory.check()
    lock = try DirectoryLock(directory)
    let secrets = try ServerSecrets.load(from: directory)
    let catalogue = try Catalogue(path: directory.catalogue)
    let log = try IntakeLog(folder: directory.intakeFolder)
    let files = ShardFiles(intake: log.id, path: { directory.shard(of: $0) })
    let service = MergeService(workers: tuning.mergeWorkers, limits: tuning.merge)
    let switchboard = Switchboard(merge: service, readers: tuning.readers, courier: courier)
    self.directory = directory
    self.secrets = secrets
    surroundings = Self.surroundings(secrets, vaultKey: try secrets.vaultKey.publicKey.bytes)
    self.log = log
    self.switchboard = switchboard
    opener = ShardOpener(files: files, catalogue: catalogue, random: random)
    intake = IntakeDesk(intake: log, switchboard: switchboard, opening: opener.open)
    traffic = TrafficDesk(folder: directory.opsFolder)
    // Each thread has its own.
    let vault = {
      KeyVault(directory, vaultKey: secrets.vaultKey, openFilesMaximum: tuning.keyFilesOpen)
    }
    merges = (0..<tuning.mergeWorkers).map { worker in
      let vault = vault()
      return MergeDesk(
        worker: worker, switchboard: switchboard, files: files, openShards: tuning.writersOpen,
        shardsAwake: tuning.writersAwake, note: InFlightNote(path: directory.path + "/in-flight-\(worker)"),
        answers: Self.answers(switchboard, directory, vault),
        keepKeys: { keys, block in try vault.put(block, keys) })
    }
    blobs = BlobDesk(
      switchboard: switchboard, files: files, limits: tuning.blobs, folder: { directory.blobs(of: $0) })
    readers = (0..<tuning.readers).map { _ in
      ReaderDesk(
        Self.answers(switchboard, directory, vault()), files: files, openShards: tuning.readersOpen)
    }
  }

  private static func answers(
    _ switchboard: Switchboard, _ directory: DataDirectory, _ vault: KeyVault
  ) -> ReadAnswers {
    ReadAnswers(switchboard: switchboard, snapshots: { directory.snapshots(of: $0) }) { members, block in
      try vault.get(block, members).sorted { $0.key < $1.key }
        .map { DownloadPage.PersonKey(member: $0.key, key: $0.value.bytes) }
    }
  }

  /// Ascending.
  package var blocksInLog: [BlockCode] { log.positions.keys.sorted() }

  /// Every block that the log knows is opened and brought to its tail before it is served. A shard that the
  /// log knows nothing of is not served.
  package func beginCatchingUp(only block: BlockCode? = nil) throws {
    let positions = log.positions.filter { block == nil || $0.key == block }
    let strangers = block == nil ? try directory.blocksWithShards().filter { positions[$0] == nil } : []
    let filled = strangers.filter { !opener.isEmpty($0) }
    switchboard.merge.withLock { merge in
      for block in filled { merge.setUnavailable(block, reason: "the log knows nothing of this shard") }
      for (block, tail) in positions.sorted(by: { $0.key < $1.key }) { merge.begin(block, tail: tail) }
    }
    for bell in switchboard.mergeBells { bell.ring() }
  }

  /// Does everything that is to be done now, on the calling thread; for tests, and for an operator's
  /// command where no server runs.
  package func runUntilQuiet(at now: Session.Now) {
    var isBusy = true
    while isBusy {
      isBusy = false
      let messages = switchboard.intake.take()
      if !messages.isEmpty {
        intake.run(messages, at: now)
        isBusy = true
      }
      for merge in merges { while merge.runOne(at: now) { isBusy = true } }
      let blobRequests = switchboard.blobs.take()
      if !blobRequests.isEmpty {
        blobs.run(blobRequests, at: now)
        isBusy = true
      }
      for (reader, box) in zip(readers, switchboard.reads) {
        let requests = box.takeBatch()
        if requests.isEmpty { continue }
        reader.run(requests, at: now)
        isBusy = true
      }
    }
  }

  /// Something waits for `runUntilQuiet`.
  package var hasWork: Bool {
    !switchboard.intake.isEmpty || !switchboard.blobs.isEmpty
      || (switchboard.reads + switchboard.briefReads).contains { !$0.isEmpty }
      || switchboard.merge.withLock { !$0.isIdle }
  }

  private static func surroundings(_ secrets: ServerSecrets, vaultKey: [UInt8]) -> Session.Surroundings {
    let signer = secrets.receiptSigner
    let nonces = secrets.nonces
    return Session.Surroundings(
      serverKey: signer.publicKey, vaultKey: vaultKey,
      sign: { (try? signer.sign($0)) ?? [] },
      nonce: { nonces.nonce(block: $0, device: $1, at: $2) },
      isGoodNonce: { nonces.isGood($0, block: $1, device: $2, at: $3) })
  }
}

/// Makes the file of a block's shard, empty, before the command that opens the block is logged: so a file
/// that is missing later was lost, and is never made a second time.
struct ShardOpener: Sendable {
  let files: ShardFiles
  let catalogue: Catalogue
  let random: @Sendable () -> UInt64

  func open(_ block: BlockCode) -> Opening {
    guard let known = catalogue.block(block) else { return .unknown }
    let epoch = Epoch(random: random())
    do {
      try makeEmpty(block)
    } catch {
      return .impossible(String(describing: error))
    }
    return .ready(
      Command.OpenBlockCommand(
        block: block, name: known.name, state: known.stateCode, district: known.districtCode, epoch: epoch))
  }

  /// The file was made, and nothing came of it.
  func isEmpty(_ block: BlockCode) -> Bool {
    let found = try? ShardWriter(path: files.path(block), block: block, intake: files.intake)
    return found?.applied == .zero && found?.epoch == nil
  }

  /// One that was made before a crash, and has nothing in it, will do.
  private func makeEmpty(_ block: BlockCode) throws {
    let path = files.path(block)
    if FileManager.default.fileExists(atPath: path) {
      let found = try ShardWriter(path: path, block: block, intake: files.intake)
      guard isEmpty(block) else {
        throw ShardError.aheadOfLog(block: block, applied: found.applied, log: .zero)
      }
    } else {
      try ShardWriter.makeFile(path: path, block: block, intake: files.intake)
      try DurableFiles.syncFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }
  }
}
