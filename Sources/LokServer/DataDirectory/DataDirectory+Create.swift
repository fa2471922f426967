import Foundation
package import LokBooks
import LokIntake

extension DataDirectory {
  /// Makes a new data directory (`loksync init`): the catalogue from a block directory, new secrets and
  /// certificate, an empty intake. All of it is on disk when this returns; after an error nothing is left.
  /// - Parameters:
  ///   - directoryCSV: path of the block directory; every row is checked before anything is made.
  ///   - hosts: names and addresses for the certificate, besides localhost.
  /// - Throws: `DataDirectoryError`.
  package static func create(
    path: String, directoryCSV: String, hosts: [String] = [], now: Timestamp
  ) throws -> DataDirectory {
    let directory = DataDirectory(path)
    let blocks = try readBlocks(directoryCSV)
    let certificate = try ServerCertificate(hosts: hosts, now: now)
    let isNew = try directory.requireEmpty()
    do {
      try directory.fill(blocks, certificate, now)
    } catch {
      directory.removeAll(withFolder: isNew)
      throw error
    }
    return directory
  }

  private static func readBlocks(_ path: String) throws -> [CatalogueBlock] {
    guard let file = FileHandle(forReadingAtPath: path),
      let bytes = try? file.read(upToCount: BlockDirectory.bytesMaximum + 1) ?? Data(),
      bytes.count <= BlockDirectory.bytesMaximum
    else { throw DataDirectoryError.unreadable(path: path) }
    do throws(BlockDirectory.Faults) {
      return try BlockDirectory.read([UInt8](bytes))
    } catch {
      throw DataDirectoryError.badBlockDirectory(path: path, faults: error.faults)
    }
  }

  /// - Returns: whether the folder was not there yet.
  private func requireEmpty() throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else {
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try DurableFiles.makeFolder(path, mode: 0o700)
      return true
    }
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw DataDirectoryError.unreadable(path: path)
    }
    if let entry = entries.filter({ $0 != Self.ofFileSystem }).sorted().first {
      throw DataDirectoryError.notEmpty(path: path, entry: entry)
    }
    return false
  }

  /// The catalogue comes last: a directory that has it is whole.
  private func fill(_ blocks: [CatalogueBlock], _ certificate: ServerCertificate, _ now: Timestamp) throws {
    try DurableFiles.makeFolder(secretsFolder, mode: 0o700)
    try DurableFiles.makeFolder(keysFolder, mode: 0o700)
    try DurableFiles.makeFolder(intakeFolder, mode: 0o700)
    try makeShardFolders()
    try ServerSecrets.create(in: self)
    try DurableFiles.write(Array(certificate.keyPEM.utf8), to: tlsKey, mode: 0o600)
    try DurableFiles.write(Array(certificate.certificatePEM.utf8), to: self.certificate, mode: 0o644)
    try IntakeLog.create(folder: intakeFolder, id: Self.newIntakeID(), now: now)
    try Catalogue.create(path: catalogue, blocks: blocks)
    try DurableFiles.syncFolder(path)
  }

  private func makeShardFolders() throws {
    try DurableFiles.makeFolder(shardsFolder, mode: 0o700)
    for remainder in 0..<100 as Range<UInt32> {
      try FileManager.default.createDirectory(
        atPath: shardFolder(remainder), withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
    }
    try DurableFiles.syncFolder(shardsFolder)
  }

  private static func newIntakeID() throws -> IntakeID {
    var generator = SystemRandomNumberGenerator()
    guard let id = IntakeID((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }) else {
      throw IntakeError.notStored(cause: "no id")
    }
    return id
  }

  private func removeAll(withFolder: Bool) {
    if withFolder {
      try? FileManager.default.removeItem(atPath: path)
      return
    }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for entry in entries where entry != Self.ofFileSystem {
      try? FileManager.default.removeItem(atPath: path + "/" + entry)
    }
  }

  /// What ext4 puts into the root of a volume that may be given as data directory.
  private static let ofFileSystem = "lost+found"
}
