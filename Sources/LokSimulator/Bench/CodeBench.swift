import Foundation
import LokBooks
import LokDevice
import LokMerge
import LokServer
import LokShard
import LokWire

/// What each step of a change costs by itself, in one thread, on meetings of one size.
package struct CodeBench {
  package struct Options: Sendable {
    /// Where a shard may lie while it is written.
    package var folder: String
    package var setsPerRound = 400
    package var changesPerSet = 50
    package var rounds = 5
    /// The sets of one round are written there, each behind its length (4 bytes, big-endian), for a peer.
    package var setsFile: String?
    package init(folder: String) { self.folder = folder }
  }

  private static let groups = 8
  /// Sets in a transaction, and in a frame of acknowledgements.
  private static let group = 30
  private static let acknowledgedTogether = 8
  private let options: Options
  private let now: Timestamp
  private let counter = AllocationCounter()
  private let signer: ReceiptSigner

  package init(_ options: Options) throws {
    self.options = options
    now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    guard let signer = ReceiptSigner(RandomBytes.system.bytes(32)) else {
      throw SimulationError.loadBrokenOff(block: 0, detail: "no key")
    }
    self.signer = signer
  }

  /// - Throws: `SimulationError.notAccepted`, `.doesNotVerify`: then no figure counts.
  package func run() throws -> CodeReport {
    let shard = try BenchShard(path: options.folder + "/shard.sqlite", at: now)
    var phone = try shard.register()
    var groups = try (0..<Self.groups).map { _ in try PeakGroup(of: &phone, at: now) }
    for index in groups.indices { try groups[index].writeFirstMeeting(of: &phone, at: now) }
    try shard.apply(phone)
    var books = Books(device: phone.device, received: now)
    _ = try books.merge(phone.sets.map { try ChangeSet(decoding: $0.bytes) })

    var stages = Stages(perRound: options.setsPerRound * options.changesPerSet, isCounting: counter != nil)
    var written = 0
    // The first round warms up.
    for round in 0...options.rounds {
      phone.beginRound()
      for set in 0..<options.setsPerRound {
        try groups[set % Self.groups].writeMeeting(of: &phone, changes: options.changesPerSet, at: now)
      }
      let bytes = phone.sets.map(\.bytes)
      let sets = try stage("decode", bytes, &stages, round) { try ChangeSet(decoding: $0) }
      let again = try stage("encode", sets, &stages, round) { try $0.encoded() }
      guard again == bytes else { throw SimulationError.notAccepted(block: 0, seq: 0) }
      var merging = Stopwatch(.processor, counting: counter)
      let envelopes = try books.merge(sets, timedBy: &merging)
      stages.add("merge", merging, round)
      hash(bytes, envelopes, &stages, round)
      try sign(envelopes, &stages, round)
      try write(phone, sets, into: shard, &stages, round)
      written += bytes.count
      if round == 0, let file = options.setsFile { try Self.write(bytes, to: file) }
    }
    try shard.verify()
    let bytes = phone.sets.reduce(0) { $0 + $1.bytes.count } / phone.sets.count
    return CodeReport(
      changesPerSet: options.changesPerSet, bytesPerSet: bytes, setsPerRound: options.setsPerRound,
      setsWritten: written, stages: stages.stages)
  }

  private func stage<Input, Output>(
    _ name: String, _ inputs: [Input], _ stages: inout Stages, _ round: Int, _ body: (Input) throws -> Output
  ) rethrows -> [Output] {
    var outputs: [Output] = []
    outputs.reserveCapacity(inputs.count)
    var watch = Stopwatch(.processor, counting: counter)
    try watch.time { for input in inputs { outputs.append(try body(input)) } }
    stages.add(name, watch, round)
    return outputs
  }

  /// As the server does for each set: its own hash, its leaf, the chains of phone and group, the tree.
  private func hash(_ sets: [[UInt8]], _ envelopes: [Envelope], _ stages: inout Stages, _ round: Int) {
    var (outbox, cbo, tree) = (OutboxChain.start, CboChain.start, MerkleFrontier())
    _ = stage("hash", Array(zip(sets, envelopes)), &stages, round) { bytes, envelope in
      let hash = Hash.sha256(bytes)
      let leaf = Leaf.hash(block: BenchShard.block, envelope: envelope, setHash: hash, verdicts: [])
      outbox = OutboxChain.next(after: outbox, firstDeviceSeq: envelope.firstDeviceSeq, setHash: hash)
      cbo = CboChain.next(after: cbo, leaf: leaf)
      tree.append(leaf)
    }
  }

  private func sign(_ envelopes: [Envelope], _ stages: inout Stages, _ round: Int) throws {
    guard let epoch = Epoch([UInt8](1...8)) else { return }
    let leaves = envelopes.map { (seq: $0.seq, leaf: Hash.zero) }
    let frames = stride(from: 0, to: leaves.count, by: Self.acknowledgedTogether).map {
      Array(leaves[$0..<min($0 + Self.acknowledgedTogether, leaves.count)])
    }
    for (name, frames) in [("sign, each set", leaves.map { [$0] }), ("sign, eight sets", frames)] {
      _ = try stage(name, frames, &stages, round) {
        try signer.sign(SignedBytes.receipt(block: BenchShard.block, epoch: epoch, leaves: $0))
      }
    }
  }

  /// Judged, applied, hashed and written, `group` sets to a transaction.
  private func write(
    _ phone: PeakPhone, _ sets: [ChangeSet], into shard: BenchShard, _ stages: inout Stages, _ round: Int
  ) throws {
    let commands = try BenchShard.commands(phone)
    let starts = Array(stride(from: 0, to: commands.count, by: Self.group))
    let outcomes = try stage("merge into a shard's file", starts, &stages, round) { start in
      let end = min(start + Self.group, commands.count)
      return try shard.apply(Array(commands[start..<end]), decoded: Array(sets[start..<end]))
    }
    try BenchShard.expectAccepted(outcomes.flatMap(\.self))
    // Not part of it: the server's own slow round does it.
    try shard.writer.checkpoint()
  }

  private static func write(_ sets: [[UInt8]], to path: String) throws {
    var content = Data()
    for set in sets {
      withUnsafeBytes(of: UInt32(set.count).bigEndian) { content.append(contentsOf: $0) }
      content.append(contentsOf: set)
    }
    try content.write(to: URL(fileURLWithPath: path))
  }
}

/// Judge and apply over books in memory.
private struct Books {
  private let state = MemoryBooks()
  private let device: DeviceNumber
  private let received: Timestamp
  private var seq = Seq.zero

  init(device: DeviceNumber, received: Timestamp) {
    self.device = device
    self.received = received
  }

  mutating func merge(_ sets: [ChangeSet]) throws -> [Envelope] {
    var watch = Stopwatch(.processor)
    return try merge(sets, timedBy: &watch)
  }

  mutating func merge(_ sets: [ChangeSet], timedBy watch: inout Stopwatch) throws -> [Envelope] {
    try sets.map { set in
      seq = seq.next
      let envelope = Envelope(
        seq: seq, kind: .set, device: device, firstDeviceSeq: set.firstDeviceSeq,
        count: UInt32(set.changes.count), received: received, hlc: set.firstHLC, rules: .current)
      let (verdicts, effects) = try watch.time {
        var judge = Judge(set, envelope: envelope, state: state)
        let verdicts = try judge.verdicts()
        let effects = try Apply.effects(
          of: set, envelope: envelope, verdicts: verdicts, state: state, posted: judge.posted(under: verdicts)
        )
        return (verdicts, effects)
      }
      guard verdicts.isAllAccepted else {
        throw SimulationError.notAccepted(block: BenchShard.block.rawValue, seq: seq.rawValue)
      }
      try state.take(effects)
      return envelope
    }
  }
}
