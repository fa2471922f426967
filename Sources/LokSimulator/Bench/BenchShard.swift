import LokBooks
import LokDevice
import LokShard
import LokWire

/// A block's shard in a file of its own, fed without network and log: for measuring the merge alone.
///
/// True between calls: everything that was handed in is committed, and was accepted as it stands unless the
/// caller allowed other words.
final class BenchShard {
  static let block = BlockCode(900_001)
  let path: String
  let writer: ShardWriter
  private let now: Timestamp
  private var lsn = LSN.zero
  private let epoch: Epoch

  init(path: String, at now: Timestamp) throws {
    guard let intake = IntakeID([UInt8](repeating: 7, count: 16)), let epoch = Epoch([UInt8](1...8)) else {
      throw SimulationError.loadBrokenOff(block: Self.block.rawValue, detail: "no ids")
    }
    self.path = path
    self.now = now
    self.epoch = epoch
    writer = try ShardWriter.create(path: path, block: Self.block, intake: intake)
    _ = try apply([
      .openBlock(.init(block: Self.block, name: "GENDA DESHI", state: 9, district: 9_001, epoch: epoch))
    ])
  }

  /// A bookkeeper's phone of the whole block.
  func register() throws -> PeakPhone {
    guard let key = DeviceKey(raw: RandomBytes.system.bytes(32)) else { throw DeviceError.sealFailed }
    let code = Hash.sha256(key.publicKey.bytes)
    let outcomes = try apply([
      .enrolCode(
        .init(
          codeHash: code, role: .bookkeeperSHG, grants: [.block], expires: Timestamp(milliseconds: .max))),
      .register(.init(codeHash: code, key: key.publicKey, appBuild: "bench")),
    ])
    guard case .registered(let state, _, _, _)? = outcomes.last?.result else {
      throw SimulationError.loadBrokenOff(block: Self.block.rawValue, detail: "not registered")
    }
    return PeakPhone(block: Self.block, key: key, device: state.number, epoch: epoch)
  }

  /// One transaction. A row of the log each; sets as the merge gets them from a session, decoded already.
  @discardableResult
  func apply(_ commands: [Command], decoded: [ChangeSet?] = []) throws -> [CommandOutcome] {
    try writer.apply(
      commands.enumerated().map { place, command in
        let previous = lsn
        lsn = LSN(lsn.rawValue + 1)
        return ShardCommand(
          lsn: lsn, previous: previous, received: now, rules: .current, command: command,
          decoded: place < decoded.count ? decoded[place] : nil)
      })
  }

  /// All sets of a phone's round, `group` to a transaction.
  func apply(_ phone: PeakPhone, group: Int = 30) throws {
    let commands = try Self.commands(phone)
    var rest = commands[...]
    while !rest.isEmpty {
      try Self.expectAccepted(apply(Array(rest.prefix(group))))
      rest = rest.dropFirst(group)
    }
  }

  static func commands(_ phone: PeakPhone) throws -> [Command] {
    try phone.sets.map { set in
      guard let chain = phone.chain(before: set.firstDeviceSeq.advanced(by: set.count)) else {
        throw SimulationError.loadBrokenOff(block: block.rawValue, detail: "no chain")
      }
      return .set(
        .init(
          device: phone.device, firstDeviceSeq: set.firstDeviceSeq, count: set.count, bytes: set.bytes,
          outboxChain: chain))
    }
  }

  /// - Throws: `SimulationError.notAccepted` for any word but accepted: such books would measure nothing.
  static func expectAccepted(_ outcomes: [CommandOutcome]) throws {
    for outcome in outcomes {
      guard case .committed(let committed, _) = outcome.result, committed.verdicts.isEmpty else {
        throw SimulationError.notAccepted(block: block.rawValue, seq: outcome.lsn.rawValue)
      }
    }
  }

  /// - Throws: `SimulationError.doesNotVerify` where the shard is not what its commands make of it.
  func verify() throws {
    var verifier = try ShardVerifier(path: path, block: Self.block, workPath: path + ".verify")
    let findings = try verifier.findings()
    guard findings.isEmpty else {
      throw SimulationError.doesNotVerify(path: path, finding: findings.first.map { "\($0)" } ?? "")
    }
  }
}
