package import LokBooks
import LokMerge
import LokSQLite
package import LokWire

/// Reads of one block for sessions, on a read-only connection of its own or between the transactions of the
/// block's writer; used by one thread at a time.
package final class ShardReader {
  package let block: BlockCode
  let connection: Connection

  var journal: JournalTable { JournalTable(connection: connection) }
  var devices: DeviceTables { DeviceTables(connection: connection) }

  package init(path: String, block: BlockCode) throws {
    self.block = block
    connection = try ShardFile.open(path: path, block: block, mode: .readOnly)
  }

  init(_ connection: Connection, _ block: BlockCode) {
    self.connection = connection
    self.block = block
  }

  package func device(_ number: DeviceNumber) throws -> DeviceState? { try devices.state(of: number) }
  package func epoch() throws -> Epoch? { try Meta.bytes("epoch", in: connection).flatMap { Epoch($0) } }
  package func head() throws -> Seq {
    try connection.statement("SELECT size FROM tree WHERE id = 0").first { Seq($0.unsigned(0)) } ?? .zero
  }

  /// Nil = usable now; a key that used it is answered as at first.
  package func whyUnusable(codeHash: [UInt8], by key: PublicKey, at now: Timestamp) throws -> Reason? {
    try EnrolCodeTable(connection: connection)
      .whyUnusable(codeHash, by: key, at: now, devices: devices)
  }

  /// What a device may see now.
  package struct Scope: Sendable {
    /// The block's own book (0) included.
    package var cbos: Set<RecordID>
    /// Equal versions hold equal CBOs: the first four bytes of a hash over the sorted ids.
    package var version: UInt32
    /// It is all of the block.
    let isWholeBlock: Bool

    init(_ cbos: Set<RecordID>, isWholeBlock: Bool) {
      self.cbos = cbos
      self.isWholeBlock = isWholeBlock
      version = ShardReader.version(of: cbos)
    }
  }

  package func sight(of device: DeviceNumber) throws -> Scope {
    let grants = try devices.grants(of: device)
    if grants == [.block] { return try wholeBlock() }
    return Scope(try devices.scope(through: grants), isWholeBlock: grants.contains(.block))
  }

  package func scope(of device: DeviceNumber) throws -> Set<RecordID> { try sight(of: device).cbos }
  package func scopeVersion(of device: DeviceNumber) throws -> UInt32 { try sight(of: device).version }

  /// What a device of the whole block sees, as far as the journal has been read. Sets are only added, so that
  /// each look-up reads what is new: every Hello asks, and over all groups it would cost milliseconds.
  private var whole: (through: Seq, scope: Scope)?

  private func wholeBlock() throws -> Scope {
    guard var known = whole else {
      // Before the groups: what comes between is read once more.
      let through = try connection.statement("SELECT max(seq) FROM journal").first { Seq($0.unsigned(0)) }
      let scope = Scope(try devices.scope(through: [.block]), isWholeBlock: true)
      whole = (through ?? .zero, scope)
      return scope
    }
    var added: Set<RecordID> = []
    try connection.statement(Self.selectNewer).bind(known.through.rawValue).forEach { row in
      known.through = Seq(row.unsigned(0))
      if let cbo = row.optionalInteger(1) { added.insert(RecordID(rawValue: UInt64(bitPattern: cbo))) }
    }
    if !added.isSubset(of: known.scope.cbos) {
      known.scope = Scope(known.scope.cbos.union(added), isWholeBlock: true)
    }
    whole = known
    return known.scope
  }

  private static let selectNewer = Query("SELECT seq, cbo FROM journal WHERE seq > ? ORDER BY seq")

  private static func version(of scope: Set<RecordID>) -> UInt32 {
    var bytes: [UInt8] = []
    for id in scope.sorted() { withUnsafeBytes(of: id.rawValue.bigEndian) { bytes += $0 } }
    return Hash.sha256(bytes).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Of the CBOs of a scope of which there was a set at `cursor`.
  package func scopeVersion(of scope: Scope, at cursor: Seq) throws -> UInt32 {
    Self.version(
      of: try scope.cbos.filter { try $0 == .blockBook || journal.chain(of: $0, at: cursor).seq > .zero })
  }

  /// Of these CBOs, as they stood at `cursor`.
  package func booksMark(of cbos: Set<RecordID>, at cursor: Seq) throws -> UInt64 {
    let chains = try cbos.sorted().map { (cbo: $0, held: try journal.chain(of: $0, at: cursor)) }
    return BooksMark.of(chains.filter { $0.held.seq > .zero }.map { ($0.cbo, $0.held.chain) })
  }

  package func treeHead() throws -> (size: Seq, root: [UInt8]) {
    let tree = try Progress.load(from: connection).tree
    return (tree.size, tree.root)
  }

  /// Only CBOs in the device's scope are answered: out of scope and absent are the same.
  package func digests(of cbos: [RecordID], for device: DeviceNumber) throws -> [CboDigest] {
    try connection.snapshot {
      var digests: [CboDigest] = []
      for cbo in cbos where try cbo == .blockBook || devices.isInScope(cbo, of: device, ever: false) {
        digests.append(try StateDigestReader(connection: connection).digest(of: cbo))
      }
      return digests
    }
  }
}

extension Connection {
  /// Reads of one moment, however many statements they take; over before anything goes on the network.
  func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN")
    defer { rollback() }
    return try body()
  }
}
