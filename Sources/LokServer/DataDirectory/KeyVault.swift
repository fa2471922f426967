import Foundation
package import LokBooks
import LokIntake
import LokSQLite
package import LokWire

/// Members' keys, a file a block (`keys/<block>.sqlite`), wrapped for the vault key as they came. Used by one
/// thread at a time; each call may block.
///
/// Deleted bytes are overwritten (`secure_delete`), and there is no WAL in which they would live on.
package final class KeyVault {
  private let directory: DataDirectory
  private let vaultKey: VaultKey
  private let openFilesMaximum: Int
  private var open: [BlockCode: (connection: Connection, lastUse: UInt64)] = [:]
  private var uses: UInt64 = 0

  /// - Parameter openFilesMaximum: files kept open; the longest unused is closed first.
  package init(_ directory: DataDirectory, vaultKey: VaultKey, openFilesMaximum: Int = 64) {
    self.directory = directory
    self.vaultKey = vaultKey
    self.openFilesMaximum = max(1, openFilesMaximum)
  }

  /// Keeps the keys, on disk when this returns. A member's first key stays, whatever comes later; one that
  /// the vault cannot open is not kept, so that it does not stand in the way of the right one.
  /// - Returns: the members whose keys do not open.
  @discardableResult
  package func put(_ block: BlockCode, _ keys: [WrappedKey]) throws -> [RecordID] {
    var unusable: [RecordID] = []
    let usable = keys.filter { key in
      if (try? vaultKey.unwrap(key, in: block)) != nil { return true }
      unusable.append(key.member)
      return false
    }
    guard !usable.isEmpty, let connection = try connection(block, mayCreate: true) else { return unusable }
    try connection.transaction {
      let insert = try connection.statement("INSERT OR IGNORE INTO key VALUES (?, ?)")
      for key in usable { try insert.bind(key.member.rawValue, key.wrapped).run() }
    }
    return unusable
  }

  /// The keys of those members that have one here and whose key opens.
  package func get(_ block: BlockCode, _ members: [RecordID]) throws -> [RecordID: PersonKey] {
    guard !members.isEmpty, let connection = try connection(block, mayCreate: false) else { return [:] }
    let select = try connection.statement("SELECT wrapped FROM key WHERE member = ?")
    var keys: [RecordID: PersonKey] = [:]
    for member in members {
      guard let wrapped = try select.bind(member.rawValue).first({ $0.bytes(0) }) else { continue }
      keys[member] = try? vaultKey.unwrap(WrappedKey(member: member, wrapped: wrapped), in: block)
    }
    return keys
  }

  package var openFiles: Int { open.count }

  private func connection(_ block: BlockCode, mayCreate: Bool) throws -> Connection? {
    uses += 1
    if let found = open[block] {
      open[block] = (found.connection, uses)
      return found.connection
    }
    let path = directory.keys(of: block)
    let exists = FileManager.default.fileExists(atPath: path)
    guard exists || mayCreate else { return nil }
    let connection = try Connection(path: path, mode: .readWriteCreate)
    try connection.execute(Self.setUp)
    if !exists { try DurableFiles.syncFolder(directory.keysFolder) }
    open[block] = (connection, uses)
    if open.count > openFilesMaximum, let oldest = open.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      open[oldest.key] = nil
    }
    return connection
  }

  private static let setUp = """
    PRAGMA journal_mode=TRUNCATE;
    PRAGMA secure_delete=ON;
    PRAGMA synchronous=FULL;
    CREATE TABLE IF NOT EXISTS key (
      member INTEGER PRIMARY KEY,
      wrapped BLOB NOT NULL              -- HPKE for the vault key: encapsulated key, ciphertext, tag
    );
    """
}
