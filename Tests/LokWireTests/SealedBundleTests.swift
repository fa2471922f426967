import Crypto
import LokBooks
import LokTestSupport
import LokWire
import Testing

/// The file around what is carried by hand.
@Suite struct SealedBundleTests {
  private static let block = BlockCode(6341)
  private static let device = DeviceNumber(12)
  private static let serverKey = [UInt8](repeating: 7, count: 32)
  private static let content = Array("Sita Devi has saved 100 rupees".utf8)

  private static func keys() throws -> (secret: [UInt8], open: [UInt8]) {
    let key = VaultKey()
    return (key.bytes, try key.publicKey.bytes)
  }

  private static func sealed(for key: [UInt8], _ kind: SealedBundle.Kind = .outbox) throws -> [UInt8] {
    try SealedBundle.seal(
      content, as: kind, block: block, device: device, serverKey: serverKey, for: key)
  }

  /// Its last hash made good again: what somebody does who wants it to be believed.
  private static func mended(_ file: [UInt8]) -> [UInt8] {
    let body = Array(file.dropLast(Hash.length))
    return body + Hash.sha256(body)
  }

  private static func reason(_ file: [UInt8], _ kind: SealedBundle.Kind, _ secret: [UInt8]) -> Reason? {
    do throws(Status) {
      _ = try SealedBundle(file, expecting: kind).open(with: secret)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `it opens for its key, and tells on its outside whose it is`() throws {
    let (secret, open) = try Self.keys()
    let file = try Self.sealed(for: open)
    let bundle = try SealedBundle(file, expecting: .outbox)
    #expect(bundle.block == Self.block && bundle.device == Self.device)
    #expect(bundle.serverKey == Self.serverKey && bundle.kind == .outbox)
    #expect(try bundle.open(with: secret) == Self.content)
    #expect(try Self.sealed(for: open) != file, "two of the same content differ")
  }

  @Test func `nothing of its content can be read`() throws {
    let file = try Self.sealed(for: Self.keys().open)
    for start in 0...(Self.content.count - 4) {
      #expect(!file.contains(Array(Self.content[start..<start + 4])))
    }
  }

  @Test func `cut short anywhere it is damaged`() throws {
    let (secret, open) = try Self.keys()
    let file = try Self.sealed(for: open)
    for length in 0..<file.count {
      #expect(Self.reason(Array(file.prefix(length)), .outbox, secret) == .bundleDamaged, "\(length)")
    }
    #expect(Self.reason(file + [0], .outbox, secret) == .bundleDamaged)
  }

  @Test func `with any byte flipped it is damaged`() throws {
    let (secret, open) = try Self.keys()
    let file = try Self.sealed(for: open)
    for place in file.indices {
      var flipped = file
      flipped[place] ^= 1 << UInt8(place % 8)
      #expect(Self.reason(flipped, .outbox, secret) == .bundleDamaged, "\(place)")
    }
  }

  @Test func `with any byte flipped and its hash made good, nothing of it is opened`() throws {
    let (secret, open) = try Self.keys()
    let file = try Self.sealed(for: open)
    for place in file.indices.dropLast(Hash.length) {
      var flipped = file
      flipped[place] ^= 1
      let reason = Self.reason(Self.mended(flipped), .outbox, secret)
      #expect(reason == (place == 4 ? .bundleTooNew : .bundleDamaged), "\(place)")
    }
  }

  @Test func `one of the other kind, of a later format or for another key says so`() throws {
    let (secret, open) = try Self.keys()
    #expect(Self.reason(try Self.sealed(for: open, .answer), .outbox, secret) == .bundleOfOtherKind)
    #expect(Self.reason(try Self.sealed(for: open), .answer, secret) == .bundleOfOtherKind)
    #expect(Self.reason(try Self.sealed(for: Self.keys().open), .outbox, secret) == .bundleDamaged)
    #expect(Self.reason([], .outbox, secret) == .bundleDamaged)
    #expect(Self.reason(Array("LOKB".utf8), .outbox, secret) == .bundleDamaged)
    var later = try Self.sealed(for: open)
    later[4] = 9
    let error = #expect(throws: Status.self) { try SealedBundle(Self.mended(later), expecting: .outbox) }
    #expect(error?.reason == .bundleTooNew && error?.arguments == [9, 1])
  }

  @Test func `nothing is sealed for a key that anybody opens`() {
    #expect(throws: SealingError.badVaultKey) { try Self.sealed(for: [UInt8](repeating: 0, count: 32)) }
  }

  @Test func `frames behind their lengths are read back, and cut short are none`() throws {
    var random = SeededGenerator(seed: 5)
    let frames = (0..<20).map { random.bytes($0 * 7) }
    let bytes = FrameSequence.encoded(frames)
    #expect(try FrameSequence.decode(bytes) == frames)
    let ends = frames.indices.map { FrameSequence.encoded(Array(frames.prefix($0))).count }
    for length in 0..<bytes.count where !ends.contains(length) {
      #expect(throws: WireError.undecodable) { try FrameSequence.decode(bytes.prefix(length)) }
    }
    #expect(throws: WireError.self) { try FrameSequence.decode([0xFF, 0, 0, 0]) }
  }

  @Test func `the largest bundle holds what is put into it`() {
    // A last frame, as large as frames may be, comes on top of what stopped the filling.
    let most = WireLimits.bundleContentBytes + 2 * (WireLimits.frameBytesMaximum + 4)
    #expect(most + 1_024 < WireLimits.bundleBytes)
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: part) }
  }
}
