import LokTransport
import Testing

struct HostPortTests {
  @Test(arguments: [
    ("127.0.0.1:0", "127.0.0.1", UInt16(0)), ("[::1]:80", "::1", 80), ("localhost:7000", "localhost", 7000),
    ("sync.example.org:65535", "sync.example.org", 65535), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
  ])
  func `an address is read and written back`(text: String, host: String, port: UInt16) throws {
    let address = try #require(HostPort(text))
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.description == text)
  }

  @Test(arguments: [
    "", ":", "localhost", ":80", "localhost:", "localhost:65536", "localhost:-1", "localhost:+1", "::1:80",
    "[::1]",
    "[]:80", "[a]:80", "a b:80", "localhost:8٠", "a/b:1", "[::1:80", "localhost:000080",
  ])
  func `what is no address is not taken for one`(text: String) {
    #expect(HostPort(text) == nil)
  }
}
