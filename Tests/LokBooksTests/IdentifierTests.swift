import LokBooks
import Testing

struct IdentifierTests {
  @Test func `a record is written as block, device and counter, and read again`() {
    let id = RecordID(device: DeviceNumber(12), counter: 345)
    #expect(id.text(in: BlockCode(6341)) == "6341:12-345")
    #expect(RecordID(text: "6341:12-345", in: BlockCode(6341)) == id)
    #expect(RecordID(text: "12-345") == id)
  }

  @Test(arguments: ["", "12", "12-", "-3", "a-b", "6342:12-345", "12-345-6", "4294967295-1", "1-4294967296"])
  func `another block's record and what is no record are nil`(_ text: String) {
    #expect(RecordID(text: text, in: BlockCode(6341)) == nil)
  }

  @Test func `device numbers run on without wrapping`() {
    #expect(DeviceSeq(5).advanced(by: 3) == DeviceSeq(8))
    #expect(DeviceSeq(.max).advanced(by: 3) == DeviceSeq(.max))
  }
}
