import LokBooks
import LokSQLite
import LokShard
import LokWire

/// Sets of the outbox that are not what was typed any more.
extension DeviceStore {
  /// No message begins so: whoever reads it says that it cannot be read.
  private static let unreadable: UInt8 = 0xFF

  /// Takes sets that never left this phone, and whose bytes are damaged, out of the way of those behind them:
  /// each keeps its numbers and what is left of its bytes, and goes up as one that cannot be read. The server
  /// refuses it, which is shown to the person, and takes the next ones.
  func setApartUnreadable() throws {
    let device = try identity().number
    let rows = try connection.statement(
      """
      SELECT first_device_seq, bytes, hash, chain FROM device_outbox WHERE device = ? AND state = ?
      ORDER BY first_device_seq
      """
    ).bind(device.rawValue, OutboxState.recorded.rawValue).all {
      Row(first: DeviceSeq($0.unsigned(0)), bytes: $0.bytes(1), hash: $0.bytes(2), chain: $0.bytes(3))
    }
    guard rows.contains(where: \.isDamaged), let first = rows.first,
      var chain = try chain(before: first.first, of: device)
    else { return }
    try shard.transaction {
      for row in rows {
        let bytes = row.isDamaged && !row.fits(chain) ? [Self.unreadable] + row.bytes : row.bytes
        let hash = Hash.sha256(bytes)
        chain = OutboxChain.next(after: chain, firstDeviceSeq: row.first, setHash: hash)
        try connection.statement(
          "UPDATE device_outbox SET bytes = ?, hash = ?, chain = ? WHERE device = ? AND first_device_seq = ?"
        ).bind(bytes, hash, chain, device.rawValue, row.first.rawValue).run()
      }
      var counters = try counters()
      counters.chain = chain
      try setCounters(counters)
    }
  }

  private struct Row {
    var first: DeviceSeq
    var bytes: [UInt8]
    var hash: [UInt8]
    var chain: [UInt8]

    var isDamaged: Bool { Hash.sha256(bytes) != hash }

    /// Only its hash is another one: the bytes lead to the chain.
    func fits(_ before: [UInt8]) -> Bool {
      OutboxChain.next(after: before, firstDeviceSeq: first, setHash: Hash.sha256(bytes)) == chain
    }
  }
}
