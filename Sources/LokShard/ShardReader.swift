package import LokBooks
import LokMerge
import LokSQLite
package import LokWire

/// Reads of one block for sessions, on a read-only connection of its own; used by one thread at a time.
package final class ShardReader {
  package let block: BlockCode
  let connection: Connection

  var journal: JournalTable { JournalTable(connection: connection) }
  var devices: DeviceTables { DeviceTables(connection: connection) }

  package init(path: String, block: BlockCode) throws {
    self.block = block
    connection = try ShardFile.open(path: path, block: block, mode: .readOnly)
  }

  package func device(_ number: DeviceNumber) throws -> DeviceState? { try devices.device(number)?.state }
  package func epoch() throws -> Epoch? { try Meta.bytes("epoch", in: connection).flatMap { Epoch($0) } }
  package func head() throws -> Seq { try treeHead().size }

  /// Nil = usable now; a key that used it is answered as at first.
  package func whyUnusable(codeHash: [UInt8], by key: PublicKey, at now: Timestamp) throws -> Reason? {
    try EnrolCodeTable(connection: connection)
      .whyUnusable(codeHash, by: key, at: now, devices: devices)
  }

  /// The CBOs the device may see now, the block's own book (0) included.
  package func scope(of device: DeviceNumber) throws -> Set<RecordID> {
    try wholeBlock(for: device)?.cbos ?? devices.scope(of: device)
  }

  /// Equal versions hold equal CBOs: the first four bytes of a hash over the sorted ids.
  package func scopeVersion(of device: DeviceNumber) throws -> UInt32 {
    try wholeBlock(for: device)?.version ?? Self.version(of: devices.scope(of: device))
  }

  /// What a device of the whole block sees, as far as the journal has been read.
  struct WholeBlock {
    var through: Seq
    var cbos: Set<RecordID>
    var version: UInt32
  }
  private var whole: WholeBlock?

  /// Nil for a device of anything else. Sets are only added, so that each look-up reads what is new: every
  /// Hello asks, and over all groups it would cost milliseconds.
  func wholeBlock(for device: DeviceNumber) throws -> WholeBlock? {
    guard try devices.grants(of: device) == [.block] else { return nil }
    guard var known = whole else {
      // Before the groups: what comes between is read once more.
      let through = try connection.statement("SELECT max(seq) FROM journal").first { Seq($0.unsigned(0)) }
      let cbos = try devices.scope(of: device)
      let read = WholeBlock(through: through ?? .zero, cbos: cbos, version: Self.version(of: cbos))
      whole = read
      return read
    }
    let before = known.cbos.count
    // What is changed below is nowhere else.
    whole = nil
    try connection.statement(Self.selectNewer).bind(known.through.rawValue).forEach { row in
      known.through = Seq(row.unsigned(0))
      if let cbo = row.optionalInteger(1) { known.cbos.insert(RecordID(rawValue: UInt64(bitPattern: cbo))) }
    }
    if known.cbos.count != before { known.version = Self.version(of: known.cbos) }
    whole = known
    return known
  }

  private static let selectNewer = Query("SELECT seq, cbo FROM journal WHERE seq > ? ORDER BY seq")

  static func version(of scope: Set<RecordID>) -> UInt32 {
    var bytes: [UInt8] = []
    for id in scope.sorted() { withUnsafeBytes(of: id.rawValue.bigEndian) { bytes += $0 } }
    return Hash.sha256(bytes).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Of all that the device may see, as it stood at `cursor`.
  package func booksMark(of device: DeviceNumber, at cursor: Seq) throws -> UInt64 {
    let chains = try scope(of: device).sorted().map { (cbo: $0, held: try journal.chain(of: $0, at: cursor)) }
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
