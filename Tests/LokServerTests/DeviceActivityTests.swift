import Foundation
import LokBooks
import LokServer
import LokShard
import LokTransport
import LokWire
import Testing

/// What a server counts of its devices, beside their shard.
@Suite struct DeviceActivityTests {
  private static func read(_ bench: SteppedBench, days: Int32 = 30) throws -> [DeviceActivity] {
    try DeviceActivity.read(SteppedBench.block, in: bench.data, days: days, at: bench.server.now.wall)
  }

  @Test func `a session's frames are its device's, by call, to the byte`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let line = bench.server.connect()
    let hello = Frame(call: 1, method: .hello, payload: try phone.hello().encoded(), end: true).encoded()
    let welcome = bench.server.send([hello], on: line)
    let set = try phone.writeGroup("Asha")
    let again = Frame(call: 3, method: .hello, payload: try phone.hello().encoded(), end: true).encoded()
    let upload = Frame(call: 5, method: .upload, payload: phone.upload([set]).encoded(), end: true).encoded()
    let answers = bench.server.send([again, upload], on: line)
    bench.server.disconnect(line)
    let note = try #require(try Self.read(bench).first).today
    #expect(note.connections == 1 && note.sessions == 2)
    #expect(note.calls[.hello].calls == 2 && note.calls[.upload].calls == 1)
    #expect(note.calls[.upload].bytesUp == upload.count + 4)
    #expect(note.calls.total.bytesUp == [hello, again, upload].reduce(0) { $0 + $1.count + 4 })
    #expect(note.calls.total.bytesDown == (welcome + answers).reduce(0) { $0 + $1.count + 4 })
    #expect(bench.server.counters.frameBytesByMethod[.upload] == note.calls[.upload])
  }

  @Test func `days end at India's midnight, and only so many are summed`() throws {
    let bench = try SteppedBench()
    let phone = try bench.registered()
    for _ in 1...2 {
      bench.server.disconnect(try bench.line(phone))
      bench.server.wait(milliseconds: 86_400_000)
    }
    let activity = try #require(try Self.read(bench).first)
    #expect(activity.today == TrafficNote() && activity.recent.sessions == 2)
    #expect(try Self.read(bench, days: 2).first?.recent.sessions == 1)
    let contact = activity.lastContact.milliseconds
    #expect(bench.server.now.wall.milliseconds - contact == 86_400_000)
  }

  @Test func `who was revoked stands so, and a device that never called has no bytes`() throws {
    let bench = try SteppedBench()
    let phone = try bench.registered(key: 1)
    _ = try bench.registered(key: 2)
    #expect(try bench.operate(.revoke(SteppedBench.block, phone.device)).status == nil)
    let devices = try Self.read(bench)
    #expect(devices.map(\.device.status) == ["revoked", "active"])
    #expect(devices.allSatisfy { $0.recent == TrafficNote() && $0.device.registered > 0 })
    #expect(!FileManager.default.fileExists(atPath: bench.data.opsFolder))
  }

  @Test func `strangers and what is no frame stand in the totals, and in no device's count`() throws {
    let bench = try SteppedBench()
    let phone = try bench.registered()
    let line = bench.server.connect()
    _ = bench.server.send([[0xFF, 0xFF]], on: line)
    bench.server.disconnect(line)
    var other = phone
    other.device = DeviceNumber(77)
    _ = try bench.call(.hello, other.hello().encoded(), on: bench.server.connect())
    #expect(bench.server.counters.frameBytesByMethod[nil].bytesUp == 6)
    #expect(try Self.read(bench).allSatisfy { $0.recent == TrafficNote() })
  }

  @Test func `a file that is none costs its counts and nothing else`() throws {
    let bench = try SteppedBench()
    let phone = try bench.registered()
    bench.server.disconnect(try bench.line(phone))
    let today = Day(of: bench.server.now.wall)
    let folder = bench.data.path + "/other"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("no database, but long enough to be read as the header of one".utf8)
      .write(to: URL(fileURLWithPath: folder + "/" + TrafficMonth(of: today).fileName))
    let desk = TrafficDesk(folder: folder)
    var failures = 0
    desk.onFailure = { _ in failures += 1 }
    var note = TrafficNote()
    note.sessions = 1
    let key = TrafficNoteKey(block: SteppedBench.block, device: phone.device, day: today)
    desk.run([key: note])
    #expect(failures == 1)
    #expect(try Self.read(bench).first?.today.sessions == 1)
  }

  @Test func `notes of one device and day become one, of its own block, and months older than a year go`()
    throws
  {
    let directory = try TemporaryDirectory()
    let folder = directory.folder + "/ops"
    let ledger = TrafficLedger()
    let desk = TrafficDesk(folder: folder)
    let today = Day(of: .sometime)
    let device = DeviceNumber(1)
    let blocks = [SteppedBench.block, BlockCode(7)]
    for day in [today.advanced(by: -500), today.advanced(by: -40), today, today] {
      var note = TrafficNote()
      note.sessions = 1
      note.calls.add(.init(calls: 1, bytesUp: 10, bytesDown: 20), to: .upload)
      for block in blocks { ledger.add(note, to: TrafficNoteKey(block: block, device: device, day: day)) }
      if day < today { desk.run(ledger.take()) }
    }
    let notes = ledger.take()
    #expect(notes.count == 2 && ledger.isEmpty)
    desk.run(notes)
    desk.close()
    let months = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".sqlite")
    }
    let expected = [today.advanced(by: -40), today].map { TrafficMonth(of: $0).fileName }
    #expect(months.sorted() == expected)
    let sums = try TrafficHistory(folder: folder).sums(of: blocks[0], from: nil, through: today)
    #expect(sums[device]?.sessions == 3)
    #expect(sums[device]?.calls[.upload] == .init(calls: 3, bytesUp: 30, bytesDown: 60))
  }
}
