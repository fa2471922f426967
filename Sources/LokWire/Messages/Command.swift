package import LokBooks

/// One row of the intake log: what changes a block's books.
package enum Command: Hashable, Sendable {
  case set(SetCommand)
  case refusal(RefusalCommand)
  case quarantine(QuarantineCommand)
  case openBlock(OpenBlockCommand)
  case enrolCode(EnrolCodeCommand)
  case register(RegisterCommand)
  case revoke(DeviceNumber)
  case suspend(DeviceNumber)
  case scope(ScopeCommand)
  case release(after: Seq)
  case quarantineDecision(QuarantineDecision)
  case restore(RestoreCommand)

  package struct SetCommand: Hashable, Sendable {
    package var device: DeviceNumber
    package var firstDeviceSeq: DeviceSeq
    package var count: UInt32
    package var bytes: [UInt8]
    /// The outbox chain after this set.
    package var outboxChain: [UInt8]
    /// The epoch in which its writer stood, where it is not the shard's.
    package var baseEpoch: Epoch?
    package init(
      device: DeviceNumber, firstDeviceSeq: DeviceSeq, count: UInt32, bytes: [UInt8], outboxChain: [UInt8],
      baseEpoch: Epoch? = nil
    ) {
      self.device = device
      self.firstDeviceSeq = firstDeviceSeq
      self.count = count
      self.bytes = bytes
      self.outboxChain = outboxChain
      self.baseEpoch = baseEpoch
    }
  }

  /// The shard is an older copy that was put in place.
  package struct RestoreCommand: Hashable, Sendable {
    /// Of what comes from here on.
    package var epoch: Epoch
    /// So many numbers, after the last one, are not given: they may have been, in what is lost.
    package var devicesSkipped: UInt32
    package init(epoch: Epoch, devicesSkipped: UInt32) {
      self.epoch = epoch
      self.devicesSkipped = devicesSkipped
    }
  }

  /// Refused before it was stored: the numbers are used up, the bytes are gone.
  package struct RefusalCommand: Hashable, Sendable {
    package var device: DeviceNumber
    package var firstDeviceSeq: DeviceSeq
    package var count: UInt32
    package var setHash: [UInt8]
    package var reason: Reason
    package var arguments: [Int64]
    package var outboxChain: [UInt8]
    package init(
      device: DeviceNumber, firstDeviceSeq: DeviceSeq, count: UInt32, setHash: [UInt8], reason: Reason,
      arguments: [Int64], outboxChain: [UInt8]
    ) {
      self.device = device
      self.firstDeviceSeq = firstDeviceSeq
      self.count = count
      self.setHash = setHash
      self.reason = reason
      self.arguments = arguments
      self.outboxChain = outboxChain
    }
  }

  /// Numbers that carried other bytes before: kept aside, nothing consumed.
  package struct QuarantineCommand: Hashable, Sendable {
    package var device: DeviceNumber
    package var firstDeviceSeq: DeviceSeq
    package var count: UInt32
    package var bytes: [UInt8]
    package var reason: Reason
    package init(
      device: DeviceNumber, firstDeviceSeq: DeviceSeq, count: UInt32, bytes: [UInt8], reason: Reason
    ) {
      self.device = device
      self.firstDeviceSeq = firstDeviceSeq
      self.count = count
      self.bytes = bytes
      self.reason = reason
    }
  }

  /// An operator's word about a set in quarantine.
  package struct QuarantineDecision: Hashable, Sendable {
    package var seq: Seq
    /// Judged as it stands; else rejected for good.
    package var isRelease: Bool
    package var reason: String
    package init(seq: Seq, isRelease: Bool, reason: String) {
      self.seq = seq
      self.isRelease = isRelease
      self.reason = reason
    }
  }

  package struct OpenBlockCommand: Hashable, Sendable {
    package var block: BlockCode
    package var name: String
    package var state: UInt32
    package var district: UInt32
    package var epoch: Epoch
    package init(block: BlockCode, name: String, state: UInt32, district: UInt32, epoch: Epoch) {
      self.block = block
      self.name = name
      self.state = state
      self.district = district
      self.epoch = epoch
    }
  }

  package struct EnrolCodeCommand: Hashable, Sendable {
    package var codeHash: [UInt8]
    package var role: Role
    package var grants: [Grant]
    package var expires: Timestamp
    package init(codeHash: [UInt8], role: Role, grants: [Grant], expires: Timestamp) {
      self.codeHash = codeHash
      self.role = role
      self.grants = grants
      self.expires = expires
    }
  }

  package struct RegisterCommand: Hashable, Sendable {
    /// Empty with a predecessor.
    package var codeHash: [UInt8]
    package var key: PublicKey
    package var appBuild: String
    package var predecessor: DeviceNumber?
    /// What the predecessor holds from this number on is told in the reply.
    package var predecessorFrom: DeviceSeq?
    package init(
      codeHash: [UInt8], key: PublicKey, appBuild: String, predecessor: DeviceNumber? = nil,
      predecessorFrom: DeviceSeq? = nil
    ) {
      self.codeHash = codeHash
      self.key = key
      self.appBuild = appBuild
      self.predecessor = predecessor
      self.predecessorFrom = predecessorFrom
    }
  }

  package struct ScopeCommand: Hashable, Sendable {
    package var device: DeviceNumber
    package var add: [Grant]
    package var drop: [Grant]
    package init(device: DeviceNumber, add: [Grant], drop: [Grant]) {
      self.device = device
      self.add = add
      self.drop = drop
    }
  }
}
