import Foundation

/// Under which numbers a phone recorded an act: the link from what was done to what was sent.
package struct Recorded: Codable, Hashable, Sendable {
  package var act: Int
  package var phone: Int
  package var block: UInt32
  package var device: UInt32
  package var firstDeviceSeq: UInt64
  package var count: Int
  /// The CBO that the act wrote; 0 = the block's own book.
  package var cbo: UInt64
  /// Ids of what began with it, in the act's order: the village, the group, the member, the bank account; of
  /// a meeting its loans, then its lines.
  package var records: [UInt64]
  /// Of a decision about an edit: the value that stood on the checker's phone until then.
  package var seen: String?

  package init(
    act: Int, phone: Int, block: UInt32, device: UInt32, firstDeviceSeq: UInt64, count: Int, cbo: UInt64,
    records: [UInt64], seen: String? = nil
  ) {
    self.act = act
    self.phone = phone
    self.block = block
    self.device = device
    self.firstDeviceSeq = firstDeviceSeq
    self.count = count
    self.cbo = cbo
    self.records = records
    self.seen = seen
  }

  /// One a line in JSON, ascending by act.
  package static func write(_ recorded: [Recorded], to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var bytes = Data()
    for line in recorded.sorted(by: { $0.act < $1.act }) {
      bytes.append(try encoder.encode(line))
      bytes.append(UInt8(ascii: "\n"))
    }
    try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  package static func read(_ path: String) throws -> [Recorded] { try ActFile.readLines(path) }
}
