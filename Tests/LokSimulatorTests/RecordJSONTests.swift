import Foundation
import LokBooks
import LokSimulator
import LokWire
import Testing

/// The records that `tools/bench bytes` sends as JSON.
@Suite struct RecordJSONTests {
  @Test func `a meeting's own type stands beside what it is`() throws {
    let record = RecordID(device: DeviceNumber(3), counter: 9)
    let patch = Patch([
      .init(number: MeetingField.number, value: .integer(4)),
      .init(number: MeetingField.type, value: .integer(MeetingType.regular.rawValue)),
    ])
    let change = Change(
      entity: .meeting, record: record, isNew: true, hlc: HybridTime(Timestamp(milliseconds: 5)),
      patch: patch)
    let json = try JSONEncoder().encode(RecordJSON(change))
    let fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(fields["entity"] as? String == "meeting")
    #expect(fields["type"] as? Int64 == MeetingType.regular.rawValue)
    #expect(fields["updated_at"] as? Int == 5 && fields["id"] as? UInt64 == record.rawValue)
    #expect(fields.count == 5)
  }

  @Test func `no field of any record has a name that stands for the record`() {
    let own = Set(RecordJSON.OwnKey.allCases.map(\.rawValue))
    var names = 0
    for entity in (1...UInt32(60)).map({ Entity(rawValue: $0) }) {
      for number in 1...UInt32(200) {
        guard let name = EntitySchema.fieldName(entity, number) else { continue }
        names += 1
        #expect(!own.contains(name), "\(entity).\(name)")
      }
    }
    #expect(names > 100)
  }
}
