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
    #expect(!FileManager.default.fileExists(atPath: bench.data.ops(of: SteppedBench.block)))
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
    let path = bench.data.ops(of: SteppedBench.block)
    bench.server.disconnect(try bench.line(phone))
    let desk = TrafficDesk { _ in path + ".txt" }
    try Data("no database, but long enough to be read as the header of one".utf8)
      .write(to: URL(fileURLWithPath: path + ".txt"))
    var failures = 0
    desk.onFailure = { _, _ in failures += 1 }
    var note = TrafficNote()
    note.sessions = 1
    let day = Day(of: bench.server.now.wall)
    let key = TrafficNoteKey(block: SteppedBench.block, device: phone.device, day: day)
    desk.run([SteppedBench.block: [key: note]])
    #expect(failures == 1)
    #expect(try Self.read(bench).first?.today.sessions == 1)
  }

  @Test func `notes of one device and day become one, and rows older than a year go`() throws {
    let directory = try TemporaryDirectory()
    let ledger = TrafficLedger()
    let today = Day(of: .sometime)
    let (block, device) = (SteppedBench.block, DeviceNumber(1))
    for day in [today.advanced(by: -500), today, today] {
      var note = TrafficNote()
      note.sessions = 1
      note.calls.add(.init(calls: 1, bytesUp: 10, bytesDown: 20), to: .upload)
      ledger.add(note, to: TrafficNoteKey(block: block, device: device, day: day))
    }
    let notes = ledger.take()
    #expect(notes[block]?.count == 2 && ledger.isEmpty)
    let file = try TrafficFile(path: directory.folder + "/ops/1/900001.sqlite")
    try file.add(notes[block] ?? [:])
    let sums = try file.sums(from: Day(number: .min), through: Day(number: .max))
    #expect(sums[device]?.sessions == 2)
    #expect(sums[device]?.calls[.upload] == .init(calls: 2, bytesUp: 20, bytesDown: 40))
  }
}
