package import LokBooks
package import LokWire

/// A device as its shard knows it.
package struct DeviceState: Hashable, Sendable {
  package enum Status: String, Sendable { case active, revoked, suspended }

  package var number: DeviceNumber
  package var role: Role
  package var key: PublicKey
  package var status: Status
  /// Those in force.
  package var grants: [Grant]
  package var nextDeviceSeq: DeviceSeq
  /// 32 bytes: the outbox chain before `nextDeviceSeq`.
  package var chain: [UInt8]

  package init(
    number: DeviceNumber, role: Role, key: PublicKey, status: Status, grants: [Grant],
    nextDeviceSeq: DeviceSeq, chain: [UInt8]
  ) {
    self.number = number
    self.role = role
    self.key = key
    self.status = status
    self.grants = grants
    self.nextDeviceSeq = nextDeviceSeq
    self.chain = chain
  }
}
