import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokTransport
import LokWire
import Testing

/// A server that is killed while phones upload.
@Suite(.enabled(if: LoksyncProcess.executable != nil, "no loksync executable beside the tests"))
struct CrashTests {
  private static let phones = 6
  private static let meetings = 25
  private static let kills = 3

  /// One bookkeeper with her group.
  fileprivate struct Bookkeeper: Sendable {
    let path: String
    let agent: DeviceAgent
    let group: RecordID
    let member: RecordID
  }

  @Test(.timeLimit(.minutes(3)))
  func `killed under load and started again, the server has the same leaves, and every receipt holds`()
    async throws
  {
    let folder = try TemporaryFolder()
    let data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Bench.directory, as: "blocks.csv"), hosts: [],
      now: Bench.now)
    var server = try await LoksyncProcess(data: data.path)
    let bookkeepers = try await enrol(in: data, folder, at: server.listen)
    for _ in 0..<Self.kills {
      try await loadUntilKilled(bookkeepers, server)
      let leaves = try Self.leaves(in: data)
      #expect(!leaves.isEmpty)
      try expectReceipts(bookkeepers, leaves)
      server = try await LoksyncProcess(data: data.path)
      for bookkeeper in bookkeepers { try await bookkeeper.moved(to: server.listen) }
      // A first call makes sure that the block has caught up with the log.
      try await bookkeepers[0].agent.expectDone()
      let after = try Self.leaves(in: data)
      #expect(leaves.allSatisfy { after[$0.key] == $0.value })
    }
    for bookkeeper in bookkeepers { try await bookkeeper.agent.expectDone() }
    for bookkeeper in bookkeepers { try await bookkeeper.agent.expectDone() }
    server.stop()
    try expectReceipts(bookkeepers, Self.leaves(in: data))
    for bookkeeper in bookkeepers { try await expectWhole(bookkeeper, in: data) }
    let findings = try Shards.findings(in: data, work: folder)
    #expect(findings == [])
  }

  private func enrol(in data: DataDirectory, _ folder: TemporaryFolder, at server: HostPort) async throws
    -> [Bookkeeper]
  {
    let wire = try await Wire(.unix(path: data.controlSocket), trust: .insecure, group: loops)
    let request = OperatorRequest.enrolCode(
      Bench.block, role: .bookkeeperSHG, grants: [.block], count: UInt32(Self.phones), validDays: 1)
    let heard = try await wire.ask(.operate, request.encoded())
    let codes = try OperatorReply(decoding: try #require(heard.payloads.first)).codes
    var bookkeepers: [Bookkeeper] = []
    for (index, code) in codes.enumerated() {
      let path = folder.path("phone-\(index).sqlite")
      let agent = try await DeviceAgent.open(
        path: path, block: Bench.block,
        surroundings: .init(dialing: .tcp(loops), clock: { Bench.now }, appBuild: "test"))
      try await agent.register(server: ServerAddress(text: "\(server)"), code: code)
      let (group, member) = try await agent.makeGroup("group \(index)")
      bookkeepers.append(Bookkeeper(path: path, agent: agent, group: group, member: member))
    }
    return bookkeepers
  }

  /// All record and sync; in the midst of it the server dies.
  private func loadUntilKilled(_ bookkeepers: [Bookkeeper], _ server: LoksyncProcess) async throws {
    let (commits, commit) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for bookkeeper in bookkeepers {
        group.addTask {
          for _ in 0..<Self.meetings {
            try await bookkeeper.agent.meet(bookkeeper.group, saving: bookkeeper.member, 1_00)
            // The connection may break anywhere; what was typed stays typed.
            if let report = try? await bookkeeper.agent.sync() { commit.yield(report.setsCommitted) }
          }
        }
      }
      var committed = 0
      for await count in commits {
        committed += count
        if committed >= Self.phones * Self.meetings / 3 { break }
      }
      server.kill()
      try await group.waitForAll()
    }
  }

  private static func leaves(in data: DataDirectory) throws -> [UInt64: [UInt8]] {
    let shard = try Connection(path: data.shard(of: Bench.block), mode: .readOnly)
    let rows = try shard.statement("SELECT seq, leaf FROM journal").all { ($0.unsigned(0), $0.bytes(1)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  /// What a third party does with a phone's receipts: the signature, then each leaf in the shard.
  private func expectReceipts(_ bookkeepers: [Bookkeeper], _ leaves: [UInt64: [UInt8]]) throws {
    for bookkeeper in bookkeepers {
      let phone = try Connection(path: bookkeeper.path, mode: .readOnly)
      let receipts = try phone.statement("SELECT epoch, places, signature, server_key FROM device_receipt")
        .all { (epoch: $0.bytes(0), places: $0.bytes(1), signature: $0.bytes(2), key: $0.bytes(3)) }
      #expect(!receipts.isEmpty)
      for receipt in receipts {
        let places = stride(from: 0, to: receipt.places.count, by: 40).map { start in
          let seq = receipt.places[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          return (seq: Seq(seq), leaf: Array(receipt.places[start + 8..<start + 40]))
        }
        let epoch = try #require(Epoch(receipt.epoch))
        let signed = SignedBytes.receipt(block: Bench.block, epoch: epoch, leaves: places)
        let key = PublicKey(type: .ed25519, bytes: receipt.key)
        let isSigned = key.verifies(signature: receipt.signature, over: signed)
        #expect(isSigned)
        for place in places { #expect(leaves[place.seq.rawValue] == place.leaf, "leaf \(place.seq)") }
      }
    }
  }

  /// Every set of the phone stands in the shard once, with its own bytes, and every rupee counts.
  private func expectWhole(_ bookkeeper: Bookkeeper, in data: DataDirectory) async throws {
    let typed = Self.kills * Self.meetings
    let status = try await bookkeeper.agent.status().text
    #expect(status == "0 unsent / 0 stored / \(typed + 2) committed / 0 set aside")
    let books = try await bookkeeper.agent.books(of: bookkeeper.group)
    #expect(books.cash == Paise(Int64(typed) * 1_00) && books.lastMeeting == UInt32(typed))
    let phone = try Connection(path: bookkeeper.path, mode: .readOnly)
    let own = try phone.statement("SELECT device, first_device_seq, hash FROM device_outbox ORDER BY 2").all {
      [$0.description(0), $0.description(1), $0.bytes(2).description]
    }
    let shard = try Connection(path: data.shard(of: Bench.block), mode: .readOnly)
    let held = try shard.statement(
      "SELECT device, first_device_seq, hash FROM device_set WHERE device = ? ORDER BY 2"
    ).bind(bookkeeper.group.device.rawValue).all {
      [$0.description(0), $0.description(1), $0.bytes(2).description]
    }
    #expect(own == held && own.count == typed + 2)
    let counted = try shard.statement(
      "SELECT count(*), sum(amount_paise) FROM entry WHERE cbo = ? AND posted"
    ).bind(bookkeeper.group.rawValue).first { [$0.integer(0), $0.integer(1)] }
    #expect(counted == [Int64(typed), Int64(typed) * 1_00])
  }
}

extension CrashTests.Bookkeeper {
  func moved(to server: HostPort) async throws {
    try await agent.with { store, _ in try store.setServer(ServerAddress(text: "\(server)")) }
  }
}
