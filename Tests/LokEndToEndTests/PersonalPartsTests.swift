import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokWire
import Testing

/// What is a member's own, from one phone to another, and what the server's files hold of it.
@Suite struct PersonalPartsTests {
  @Test(.timeLimit(.minutes(1)), arguments: [true, false])
  func `another phone opens a member's name, and the server's files hold neither it nor her key`(
    _ isInsecure: Bool
  ) async throws {
    let bench = try await Bench(insecure: isInsecure)
    let writer = try await bench.enrolled("writer.sqlite")
    let identity = MemberIdentity(name: "Zubaida Qarrtalab", guardian: "Yusufjamal Wxyz")
    let (group, member) = try await writer.makeGroup("Jai Maa", identity: identity)
    let contact = MemberContact(phone: "9876501234", address: "Lane of the seven wells")
    _ = try await writer.with { store, now in
      try store.editMember(member, of: group, MemberDraft(contact: contact), at: now)
    }
    try await writer.expectDone()
    let reader = try await bench.enrolled("reader.sqlite")
    try await reader.expectDone()
    for phone in [writer, reader] {
      let members = try await phone.books(of: group).members
      #expect(members.map(\.identity) == [identity] && members.map(\.contact) == [contact])
    }
    let key = try await reader.with { store, _ in
      try store.shard.connection.statement("SELECT key FROM device_person_key").all { $0.bytes(0) }
    }
    #expect(key.count == 1 && key[0].count == 32)
    let secrets: [(String, Data)] = [
      ("name", Data("Zubaida Qarrtalab".utf8)), ("guardian", Data("Yusufjamal".utf8)),
      ("phone", Data("9876501234".utf8)), ("address", Data("seven wells".utf8)), ("key", Data(key[0])),
    ]
    // While it runs, with what lies in the logs of SQLite; and after it has ended.
    try expectNone(of: secrets, in: bench)
    await bench.end()
    try expectNone(of: secrets, in: bench)
    let log = bench.log.text
    #expect(!log.contains("Zubaida") && !log.isEmpty)
    let findings = try bench.findings()
    #expect(findings == [])
  }

  private func expectNone(of secrets: [(String, Data)], in bench: Bench) throws {
    let files = try TemporaryFolder.files(below: bench.data.path)
    let held = files.reduce(0) { $0 + $1.bytes.count }
    #expect(files.contains { $0.path.hasSuffix("\(Bench.block).sqlite") } && held > 0)
    // The group's name is no secret: where it is not found, this test looks in the wrong place.
    #expect(files.contains { $0.bytes.range(of: Data("Jai Maa".utf8)) != nil })
    for (name, secret) in secrets {
      for file in files {
        #expect(file.bytes.range(of: secret) == nil, "\(name) in \(file.path)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func `a P-256 key registers, says Hello and uploads`() async throws {
    let bench = try await Bench()
    var phone = try FramePhone(key: 1, p256: true)
    try phone.take(try await bench.register(phone, code: try await bench.code()))
    let set = try phone.writeGroup("Asha")
    let wire = try await bench.line(phone)
    let committed = try await wire.ask(.upload, set.encoded()).committed()
    #expect(committed.map(\.kind) == [.set])
    var forged = try phone.hello()
    forged.signature[9] ^= 1
    let refused = try await bench.wire().ask(.hello, forged.encoded())
    #expect(refused.reason == .badSignature)
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }
}
