import Glibc
import LokTransport
import NIOCore
import Testing

/// What the server's end of a connection may put into one packet is said by the phone's.
@Suite struct SegmentTests {
  @Test func `a phone that asks for small packets is sent small ones`() async throws {
    let usual = try await Self.largestSegment(.usual)
    let small = try await Self.largestSegment(.small)
    #expect(small <= 536)
    #expect(usual > 1_000)
  }

  /// Of the accepted connection, as its TCP has agreed on it.
  private static func largestSegment(_ segments: Dialer.Segments) async throws -> Int32 {
    let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listening) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        try #require(bind(listening, pointer, length) == 0)
        try #require(getsockname(listening, pointer, &length) == 0)
      }
    }
    try #require(listen(listening, 1) == 0)
    let group = EventLoops.start(threads: 1)
    let place = HostPort(host: "127.0.0.1", port: UInt16(bigEndian: address.sin_port))
    let dialed = try await Dialer.connect(
      to: .tcp(place), trust: .insecure, segments: segments, group: group)
    // The kernel has it ready: the dialer is connected.
    let accepted = accept(listening, nil, nil)
    defer { close(accepted) }
    var largest: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try #require(getsockopt(accepted, Int32(IPPROTO_TCP), TCP_MAXSEG, &largest, &size) == 0)
    dialed.close()
    try await group.shutdownGracefully()
    return largest
  }
}
