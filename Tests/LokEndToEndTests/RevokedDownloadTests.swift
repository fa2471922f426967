import LokBooks
import LokTestSupport
import LokTransport
import LokWire
import Testing

/// An operator revokes a device while pages are on their way to it.
@Suite struct RevokedDownloadTests {
  private static let sets = 880
  /// A longer set would not go into its page.
  private static let fillerBytes = 16_000

  @Test(.timeLimit(.minutes(2)))
  func `revoked in mid-download, a device gets no page more, and its uploads are kept aside`() async throws {
    let bench = try await Bench()
    try await fill(bench)
    var reader = try await bench.framePhone(2)
    let wire = try await bench.line(reader)
    let request = DownloadRequest(epoch: nil, after: .zero, scopeVersion: 0, pageBytes: 1_024)
    wire.post(.download, request.encoded())
    let first = try #require(try await wire.next())
    #expect(first.status == nil && !first.end)
    // The phone reads no further: pages pile up to what the sockets hold, far less than there is.
    wire.connection.connection.pauseReading()
    try await bench.operate(.revoke(Bench.block, reader.device))
    wire.connection.connection.resumeReading()
    let heard = try await wire.answer()
    #expect(heard.status?.code == .permissionDenied && heard.reason == .deviceRevoked)
    #expect(heard.payloads.count + 1 < Self.sets)
    // The next thing on the connection is the answer to the next call: no page came behind the end.
    let call = wire.call
    wire.post(.head)
    let next = try #require(try await wire.next())
    #expect(next.call == call + 2 && next.status?.reason == .deviceRevoked)
    let set = try reader.writeGroup("Asha")
    let again = try await wire.ask(.hello, reader.hello().encoded())
    #expect(again.status == nil)
    let committed = try await wire.ask(.upload, set.encoded()).committed()
    #expect(committed.map(\.kind) == [.quarantine])
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  /// Sets that make a page each, and that do not press.
  private func fill(_ bench: Bench) async throws {
    var writer = try await bench.framePhone(1)
    let length = UInt32(Self.fillerBytes)
    // A newer app's field: a length of three bytes, then what it says.
    let varint = [UInt8(length & 0x7F) | 0x80, UInt8(length >> 7 & 0x7F) | 0x80, UInt8(length >> 14)]
    var random = SeededGenerator(seed: 5)
    let filler = Patch.Field(
      number: 900, value: .unknown(wireType: 2, bytes: varint + random.bytes(Int(length))))
    let wire = try await bench.line(writer)
    for batch in 0..<Self.sets / 8 {
      var sets: [UploadSet] = []
      let first = writer.next
      for index in 0..<8 { sets += try writer.writeGroup("group \(batch)-\(index)", more: [filler]).sets }
      _ = try await wire.ask(.hello, writer.hello().encoded())
      let upload = UploadRequest(firstDeviceSeq: first, sets: sets)
      let committed = try await wire.ask(.upload, upload.encoded()).committed()
      try #require(committed.map(\.kind) == Array(repeating: .set, count: 8))
    }
  }
}
