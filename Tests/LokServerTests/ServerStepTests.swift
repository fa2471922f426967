import LokBooks
import LokIntake
import LokServer
import LokWire
import Testing

/// The whole server, stepped: sessions, intake, merge and reads on real files.
@Suite struct ServerStepTests {
  @Test func `a code is good for one device and its repetition`() throws {
    let bench = try SteppedBench()
    let code = try bench.code()
    let phone = try TestPhone(key: 1)
    let request = try phone.register(code: code).encoded()
    let first = try bench.call(.register, request, on: bench.server.connect())
    let reply = try RegisterReply(decoding: try #require(first.payloads.first))
    #expect(reply.device == DeviceNumber(1))
    let again = try bench.call(.register, request, on: bench.server.connect())
    #expect(try RegisterReply(decoding: try #require(again.payloads.first)).device == reply.device)
    let line = bench.server.connect()
    let other = try bench.call(.register, TestPhone(key: 2).register(code: code).encoded(), on: line)
    #expect(other.reason == .codeUsed)
    #expect(bench.server.ending(of: line) == nil)
  }

  @Test func `a registration's receipt verifies with the server's key`() throws {
    let bench = try SteppedBench()
    let code = try bench.code()
    let phone = try TestPhone()
    let heard = try bench.call(.register, phone.register(code: code).encoded(), on: bench.server.connect())
    let reply = try RegisterReply(decoding: try #require(heard.payloads.first))
    let committed = try #require(reply.receipt.committed.first)
    let signed = SignedBytes.receipt(
      block: phone.block, epoch: reply.epoch, leaves: [(committed.seq, try #require(committed.leaf))])
    let key = PublicKey(type: .ed25519, bytes: reply.serverKey)
    #expect(key.verifies(signature: reply.receipt.signature, over: signed))
  }

  @Test func `a set is stored and committed in one frame`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    let line = try bench.line(phone)
    let heard = try bench.call(.upload, phone.upload([set]).encoded(), on: line)
    #expect(heard.payloads.count == 1)
    let reply = try UploadReply(decoding: try #require(heard.payloads.first))
    #expect(reply.storedThrough == DeviceSeq(1))
    #expect(reply.acknowledgement?.committed.count == 1)
    #expect(heard.isEnded && heard.status == nil)
  }

  @Test func `the same set again is answered with its first place`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    let first = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone)).committed()
    let again = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone)).committed()
    #expect(again.map(\.seq) == first.map(\.seq))
    #expect(again.map(\.duplicate) == [true])
  }

  @Test func `used numbers with other bytes are kept aside once`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let first = try phone.writeGroup("Asha")
    var twin = phone
    twin.outbox = []
    let other = try twin.writeGroup("Usha")
    let line = try bench.line(phone)
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: line)
    for _ in 0..<2 {
      let heard = try bench.call(.upload, phone.upload([(first.first, other.set)]).encoded(), on: line)
      #expect(heard.status?.code == .alreadyExists && heard.reason == .idReused)
    }
    #expect(bench.server.counters.setsQuarantined == 1)
    #expect(bench.server.ending(of: line) == nil)
  }

  @Test func `a number ahead consumes nothing, and the answer names the next`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    _ = try phone.writeGroup("Asha")
    let second = try phone.writeGroup("Usha")
    let line = try bench.line(phone)
    let heard = try bench.call(.upload, phone.upload([second]).encoded(), on: line)
    #expect(heard.reason == .deviceSeqAhead && heard.status?.nextDeviceSeq == DeviceSeq(1))
    #expect(bench.server.counters.setsStored == 0)
  }

  @Test func `a refused set in the middle uses up its numbers, and the rest commits`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let sets = [
      try phone.writeGroup("Asha"), phone.write([0xFF, 0xFF, 0xFF], count: 3), try phone.writeGroup("Usha"),
    ]
    let line = try bench.line(phone)
    let committed = try bench.call(.upload, phone.upload(sets).encoded(), on: line).committed()
    #expect(committed.map(\.firstDeviceSeq) == [1, 2, 5].map { DeviceSeq($0) })
    #expect(committed.map(\.kind) == [.set, .refusal, .set])
    let again = try bench.call(.upload, phone.upload([sets[1]]).encoded(), on: line).committed()
    #expect(again.first?.seq == committed[1].seq && again.first?.duplicate == true)
  }

  @Test func `another phone downloads what one has written`() throws {
    let bench = try SteppedBench()
    var writer = try bench.registered(key: 1)
    let reader = try bench.registered(key: 2)
    let set = try writer.writeGroup("Asha")
    _ = try bench.call(.upload, writer.upload([set]).encoded(), on: bench.line(writer))
    let request = DownloadRequest(epoch: reader.epoch, after: .zero, scopeVersion: 0)
    let pages = try bench.call(.download, request.encoded(), on: bench.line(reader)).pages()
    #expect(pages.flatMap(\.sets).compactMap(\.bytes) == [set.set.bytes])
    #expect(pages.last?.isLast == true)
  }

  @Test func `a revoked device reads no more, in the middle of a download too`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let other = try bench.registered(key: 2)
    let sets = try (0..<8).map { try phone.writeGroup(String(repeating: "a", count: 900) + "\($0)") }
    let line = try bench.line(phone)
    _ = try bench.call(.upload, phone.upload(sets).encoded(), on: line)
    let reading = try bench.line(other)
    let request = DownloadRequest(epoch: other.epoch, after: .zero, scopeVersion: 0, pageBytes: 1_024)
    bench.server.setWritable(false, on: reading)
    let before = try bench.call(.download, request.encoded(), on: reading)
    #expect(!before.isEnded)
    _ = try bench.operate(.revoke(SteppedBench.block, other.device))
    let after = try bench.heard(bench.server.receive(on: reading), bench.lastCall(on: reading))
    #expect(after.status?.code == .permissionDenied && after.reason == .deviceRevoked)
    bench.server.setWritable(true, on: reading)
    #expect(bench.server.receive(on: reading).isEmpty)
    let again = try bench.call(.download, request.encoded(), on: reading)
    #expect(again.reason == .deviceRevoked)
  }

  @Test func `what a revoked device uploads is kept aside`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    _ = try bench.operate(.revoke(SteppedBench.block, phone.device))
    let set = try phone.writeGroup("Asha")
    let committed = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone)).committed()
    #expect(committed.map(\.kind) == [.quarantine])
  }

  @Test func `a store that was rolled back is told to enrol again, and its number is suspended`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let old = phone
    let set = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone))
    let told = try bench.call(.hello, old.hello().encoded(), on: bench.server.connect())
    #expect(told.reason == .reenroll && told.status?.nextDeviceSeq == DeviceSeq(2))
    let later = try bench.call(.hello, phone.hello().encoded(), on: bench.server.connect())
    #expect(later.reason == .deviceSuspended)
    var heir = try TestPhone(key: 9)
    let request = RegisterRequest(
      block: heir.block, code: "", key: heir.key,
      proof: try heir.sign(SignedBytes.registration(block: heir.block, code: "", key: heir.key)),
      appBuild: "test 1",
      predecessor: .init(
        device: old.device,
        signature: try old.sign(
          SignedBytes.reenrolment(block: heir.block, oldDevice: old.device, newKey: heir.key)),
        firstUnproven: DeviceSeq(1)))
    let heard = try bench.call(.register, request.encoded(), on: bench.server.connect())
    heir.take(try RegisterReply(decoding: try #require(heard.payloads.first)))
    #expect(heir.device == DeviceNumber(2))
    _ = try bench.line(heir)
  }

  @Test func `sets that do not add up to what was signed are kept aside`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    let line = bench.server.connect()
    let wrong = [UInt8](repeating: 7, count: 32)
    _ = try bench.call(.hello, phone.hello(chain: wrong).encoded(), on: line)
    let heard = try bench.call(.upload, phone.upload([set]).encoded(), on: line)
    #expect(heard.reason == .reenroll)
    #expect(bench.server.counters.setsQuarantined == 1)
    let later = try bench.call(.hello, phone.hello().encoded(), on: bench.server.connect())
    #expect(later.reason == .deviceSuspended)
  }

  @Test func `what was stored before a crash is merged at the next start`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let path = bench.data.shard(of: SteppedBench.block)
    let first = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: bench.line(phone))
    // The shard of this moment stands for one that had not been merged into yet.
    let second = try phone.writeGroup("Usha")
    try bench.restart { try bench.directory.copyShard(path, to: path + ".old") }
    let committed = try bench.call(.upload, phone.upload([second]).encoded(), on: bench.line(phone))
      .committed()
    try bench.restart { try bench.directory.replaceShard(path, by: path + ".old") }
    #expect(bench.server.troubles.isEmpty)
    let again = try bench.call(.upload, phone.upload([second]).encoded(), on: bench.line(phone)).committed()
    #expect(again.map(\.seq) == committed.map(\.seq) && again.map(\.duplicate) == [true])
  }

  @Test func `a missing shard makes its block unavailable, and no other`() throws {
    let bench = try SteppedBench()
    let phone = try bench.registered()
    let path = bench.data.shard(of: SteppedBench.block)
    try bench.restart { try bench.directory.removeShard(path) }
    #expect(bench.server.troubles.keys.sorted() == [SteppedBench.block])
    let told = try bench.call(.hello, phone.hello().encoded(), on: bench.server.connect())
    #expect(told.reason == .blockUnavailable)
    let other = OperatorRequest.enrolCode(
      BlockCode(900_002), role: .viewer, grants: [.block], count: 1, validDays: 1)
    #expect(try bench.operate(other).status == nil)
    #expect(try !bench.directory.exists(path))
  }

  @Test func `a set that makes the judge throw is kept aside, and the block goes on`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    try bench.restart()
    bench.server.onJudge { set in
      if set.firstDeviceSeq == DeviceSeq(2) { throw PoisonTest.thrown }
    }
    bench.server.closeShards()
    let sets = try ["Asha", "Usha", "Nisha"].map { try phone.writeGroup($0) }
    let committed = try bench.call(.upload, phone.upload(sets).encoded(), on: bench.line(phone)).committed()
    #expect(committed.map(\.kind) == [.set, .quarantine, .set])
    #expect(bench.server.troubles.isEmpty)
  }

  private enum PoisonTest: Error { case thrown }

  @Test func `a set that killed the process twice is kept aside unapplied`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let path = bench.data.shard(of: SteppedBench.block)
    try bench.restart { try bench.directory.copyShard(path, to: path + ".old") }
    let sets = try ["Asha", "Usha", "Nisha"].map { try phone.writeGroup($0) }
    for set in sets { _ = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone)) }
    try bench.restart {
      try bench.directory.replaceShard(path, by: path + ".old")
      let last = try IntakeLog(folder: bench.data.intakeFolder).lastLSN(of: SteppedBench.block)
      let poison = last.rawValue - 1
      let worker = SteppedBench.block.rawValue % 2
      _ = try bench.directory.write(
        "\(SteppedBench.block) \(poison) \(poison) 1", as: "data/in-flight-\(worker)")
    }
    let again = try sets.map { set in
      try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone)).committed()
    }
    #expect(again.flatMap { $0 }.map(\.kind) == [.set, .quarantine, .set])
  }

  @Test func `numbers of the log go on where all its files were removed`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let first = try phone.writeGroup("Asha")
    let second = try phone.writeGroup("Usha")
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: bench.line(phone))
    try bench.restart { try bench.removeLog() }
    #expect(bench.server.troubles.isEmpty)
    let committed = try bench.call(.upload, phone.upload([second]).encoded(), on: bench.line(phone))
      .committed()
    #expect(committed.map(\.kind) == [.set])
  }

  @Test func `an old copy of a shard whose rows are gone is refused, and others serve`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let path = bench.data.shard(of: SteppedBench.block)
    try bench.restart { try bench.directory.copyShard(path, to: path + ".old") }
    let set = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone))
    try bench.restart {
      try bench.removeLog()
      try bench.directory.replaceShard(path, by: path + ".old")
    }
    #expect(bench.server.troubles.keys.sorted() == [SteppedBench.block])
    let told = try bench.call(.hello, phone.hello().encoded(), on: bench.server.connect())
    #expect(told.reason == .blockUnavailable)
    let other = OperatorRequest.enrolCode(
      BlockCode(900_002), role: .viewer, grants: [.block], count: 1, validDays: 1)
    #expect(try bench.operate(other).status == nil)
  }

  @Test func `a shard that the log knows nothing of is not served`() throws {
    let bench = try SteppedBench()
    let other = try SteppedBench()
    _ = try other.registered()
    try other.restart {
      try bench.restart {
        try bench.directory.copyShard(
          other.data.shard(of: SteppedBench.block), to: bench.data.shard(of: SteppedBench.block))
      }
    }
    #expect(bench.server.troubles.keys.sorted() == [SteppedBench.block])
    let request = OperatorRequest.enrolCode(
      SteppedBench.block, role: .viewer, grants: [.block], count: 1, validDays: 1)
    #expect(try bench.operate(request).status?.code == .unavailable)
  }

  @Test func `two runs of the same calls write the same journal`() throws {
    func run() throws -> [UInt8] {
      let bench = try SteppedBench()
      var one = try bench.registered(key: 1)
      var two = try bench.registered(key: 2)
      for index in 0..<3 {
        let first = try one.writeGroup("Asha \(index)")
        _ = try bench.call(.upload, one.upload([first]).encoded(), on: bench.line(one))
        let second = try two.writeGroup("Usha \(index)")
        _ = try bench.call(.upload, two.upload([second]).encoded(), on: bench.line(two))
      }
      let head = try bench.call(.head, [], on: bench.line(one))
      return try SignedHead(decoding: try #require(head.payloads.first)).root
    }
    #expect(try run() == run())
  }
}
