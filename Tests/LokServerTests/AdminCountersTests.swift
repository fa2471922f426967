import Foundation
import LokBooks
import LokServer
import LokWire
import Testing

struct AdminCountersTests {
  private func decoded(_ counters: ServerCounters) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(counters.json())) as? [String: Any])
  }

  @Test func `every field is in the JSON`() throws {
    let object = try decoded(ServerCounters())
    #expect(object.count == Mirror(reflecting: ServerCounters.Values()).children.count)
    #expect(object["sets_committed"] as? Int == 0)
    #expect(object["blocks_unavailable"] as? Int == 0)
  }

  @Test func `methods and reasons stand under the names that operators know`() throws {
    let counters = ServerCounters()
    counters.update {
      $0.bytesIn += 200
      $0.count(LokWire.Method.upload)
      $0.count(LokWire.Method.upload)
      $0.count(Reason.meetingNumberTaken)
      $0.frameBytesByMethod.add(.init(calls: 2, bytesUp: 120, bytesDown: 40), to: .upload)
    }
    let object = try decoded(counters)
    #expect(object["bytes_in"] as? Int == 200)
    #expect(
      object["calls_by_method"] as? [String: Int] == [
        "hello": 0, "register": 0, "upload": 2, "download": 0, "head": 0, "digest": 0, "snapshot": 0,
        "putBlob": 0, "getBlob": 0, "operate": 0, "carry": 0,
      ])
    let bytes = object["frame_bytes_by_method"] as? [String: [String: Int]]
    #expect(bytes == ["upload": ["bytes_in": 120, "bytes_out": 40]])
    #expect(object["errors_by_reason"] as? [String: Int] == ["MEETING_NUMBER_TAKEN": 1])
  }

  @Test func `counts from many threads are all there`() async {
    let counters = ServerCounters()
    await withDiscardingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<500 { counters.update { $0.framesIn += 1 } } }
      }
    }
    #expect(counters.read().framesIn == 4_000)
  }
}
