package import LokBooks

/// What an operator's command asks of the process that owns a data directory.
package enum OperatorRequest: Hashable, Sendable {
  case enrolCode(BlockCode, role: Role, grants: [Grant], count: UInt32, validDays: UInt32)
  case revoke(BlockCode, DeviceNumber)
  case scope(BlockCode, DeviceNumber, add: [Grant], drop: [Grant])
  case status
  case quarantineDecision(BlockCode, Command.QuarantineDecision)
}

package struct OperatorReply: Hashable, Sendable {
  /// Shown once, kept nowhere.
  package var codes: [String]
  package var seq: Seq?
  package var statusJSON: String?
  package init(codes: [String] = [], seq: Seq? = nil, statusJSON: String? = nil) {
    self.codes = codes
    self.seq = seq
    self.statusJSON = statusJSON
  }
}
