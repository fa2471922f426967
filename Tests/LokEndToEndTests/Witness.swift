import LokBooks
import LokWire
import Testing

/// Another phone's connection, whose calls go on whatever a bad peer does beside it.
struct Witness {
  private var phone: FramePhone
  private let wire: Wire
  private(set) var uploads: UInt64 = 0
  private(set) var groups: [RecordID] = []

  init(_ bench: Bench, key: UInt8 = 200) async throws {
    phone = try await bench.framePhone(key)
    wire = try await bench.line(phone)
  }

  /// How many rows the block's journal has.
  func rows() async throws -> UInt64 {
    let heard = try await wire.ask(.head)
    #expect(heard.status == nil)
    return try SignedHead(decoding: try #require(heard.payloads.first)).size.rawValue
  }

  /// One set of its own goes up and is committed.
  mutating func upload() async throws {
    groups.append(try phone.group("").cbo)
    let request = try phone.writeGroup("witness \(uploads)")
    let hello = try await wire.ask(.hello, phone.hello().encoded())
    #expect(hello.status == nil)
    let heard = try await wire.ask(.upload, request.encoded())
    #expect(heard.status == nil)
    let kinds = try heard.committed().map(\.kind)
    #expect(kinds == [.set])
    uploads += 1
  }

  func download() async throws {
    let request = DownloadRequest(epoch: nil, after: .zero, scopeVersion: 0)
    let heard = try await wire.ask(.download, request.encoded())
    #expect(heard.status == nil && !heard.payloads.isEmpty)
  }
}

extension Bench {
  /// Runs what a bad peer does between and beside a witness's calls; then the journal has grown by `rows`
  /// (of Alpha's block), and every shard is what its commands make of it.
  func expect(
    rows: UInt64, witness: inout Witness, _ misdeed: (inout Witness) async throws -> Void
  ) async throws {
    try await witness.upload()
    let before = try await witness.rows()
    let uploads = witness.uploads
    try await misdeed(&witness)
    try await witness.upload()
    try await witness.download()
    let grown = try await witness.rows() - before - (witness.uploads - uploads)
    #expect(grown == rows)
    let findings = try findings()
    #expect(findings == [])
  }
}

/// Who a row of bad input plays with: everything is registered before the journal is measured.
struct Cast: Sendable {
  let bench: Bench
  let phone: FramePhone
  let other: FramePhone
  /// Not used yet.
  let code: String
  /// The first phone's.
  let usedCode: String
  /// For the other block.
  let foreignCode: String

  init(_ bench: Bench) async throws {
    self.bench = bench
    usedCode = try await bench.code()
    foreignCode = try await bench.code(block: Bench.otherBlock)
    var first = try FramePhone(key: 1)
    try first.take(try await bench.register(first, code: usedCode))
    phone = first
    other = try await bench.framePhone(2)
    code = try await bench.code()
  }
}
