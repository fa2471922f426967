import Crypto
import LokBooks
import LokTestSupport
import LokWire
import Testing

@Suite struct MerkleTests {
  @Test func `the root is RFC 9162's for every size`() {
    var frontier = MerkleFrontier()
    var leaves: [[UInt8]] = []
    for size in 0...70 {
      #expect(frontier.root == root(leaves[...]), "size \(size)")
      #expect(frontier.size == Seq(UInt64(size)))
      #expect(MerkleFrontier(size: frontier.size, bytes: frontier.bytes) == frontier)
      leaves.append(Hash.sha256([0, UInt8(size)]))
      frontier.append(leaves[size])
    }
  }

  @Test func `roots that do not fit the size are refused`() {
    let root = [UInt8](repeating: 1, count: 32)
    #expect(MerkleFrontier(size: Seq(3), bytes: root) == nil)
    #expect(MerkleFrontier(size: Seq(2), bytes: Array(root.dropLast())) == nil)
    #expect(MerkleFrontier(size: .zero, bytes: []) == MerkleFrontier())
  }

  /// MTH of RFC 9162, 2.1.1, as it stands there.
  private func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard leaves.count > 1 else { return leaves.first ?? Hash.sha256([]) }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    return Hash.sha256([1] + root(leaves.prefix(split)) + root(leaves.dropFirst(split)))
  }
}

@Suite struct HashTests {
  @Test func `SHA-256 of the standard's examples`() {
    #expect(
      Hash.sha256(Array("abc".utf8)).hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Hash.sha256([]).hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `integers stand big-endian at full width`() {
    var layout = CanonicalBytes(tag: "LOKX")
    layout.append(1 as UInt8)
    layout.append(0x0102 as UInt16)
    layout.append(-2 as Int64)
    #expect(layout.bytes.hexadecimal == "4c4f4b58" + "01" + "0102" + "fffffffffffffffe")
  }
}

@Suite struct SignatureTests {
  static let text = Array("what is signed".utf8)

  @Test(arguments: KeyType.allCases)
  func `a signature verifies over its bytes and no others`(type: KeyType) throws {
    let (key, signature) = try signed(type)
    #expect(signature.count == 64)
    #expect(key.verifies(signature: signature, over: Self.text))
    #expect(!key.verifies(signature: signature, over: Self.text + [0]))
    for place in signature.indices {
      var flipped = signature
      flipped[place] ^= 1
      #expect(!key.verifies(signature: flipped, over: Self.text))
    }
  }

  @Test(arguments: KeyType.allCases)
  func `a malformed key or signature verifies nothing`(type: KeyType) throws {
    let (key, signature) = try signed(type)
    for length in 0..<key.bytes.count {
      let short = PublicKey(type: type, bytes: Array(key.bytes[..<length]))
      #expect(!short.verifies(signature: signature, over: Self.text))
    }
    for length in 0..<64 {
      #expect(!key.verifies(signature: Array(signature[..<length]), over: Self.text))
    }
    let zero = PublicKey(type: type, bytes: Array(repeating: 0, count: key.bytes.count))
    #expect(!zero.verifies(signature: Array(repeating: 0, count: 64), over: Self.text + [1]))
  }

  private func signed(_ type: KeyType) throws -> (PublicKey, [UInt8]) {
    switch type {
    case .ed25519:
      let key = Curve25519.Signing.PrivateKey()
      return (
        PublicKey(type: type, bytes: Array(key.publicKey.rawRepresentation)),
        Array(try key.signature(for: Self.text))
      )
    case .p256:
      let key = P256.Signing.PrivateKey()
      return (
        PublicKey(type: type, bytes: Array(key.publicKey.x963Representation)),
        Array(try key.signature(for: Self.text).rawRepresentation)
      )
    }
  }
}

@Suite struct RecordFieldsTests {
  @Test func `fields come back as they were written, ascending`() throws {
    for seed in UInt64(1)...300 {
      var random = SeededGenerator(seed: seed)
      let fields = Set(random.list(upTo: 6) { UInt32($0.number(upTo: 40)) + 1 }).map { number in
        FieldState(
          number: number,
          value: random.one(of: [
            .integer(random.i64()), .text(random.text(upTo: 9)), .bytes(random.someBytes()), random.unknown(),
          ]),
          hlc: random.hlc(), device: random.device(), deviceSeq: random.deviceSeq(), seq: random.seq())
      }
      let bytes = RecordFields.encode(fields)
      #expect(try RecordFields.decode(bytes) == fields.sorted { $0.number < $1.number }, "seed \(seed)")
      for length in bytes.indices { _ = try? RecordFields.decode(Array(bytes[..<length])) }
      _ = try? RecordFields.decode(random.bytes(80))
    }
  }

  @Test func `what encode does not write is undecodable`() {
    let field = RecordFields.encode([
      FieldState(
        number: 1, value: .text("a"), hlc: .zero, device: .block, deviceSeq: DeviceSeq(0), seq: .zero)
    ])
    let notUTF8 = Array(field.dropLast()) + [0xFF]
    let tooLong = Array(field.dropLast(2)) + [0xFF, 0x61]
    var ofTypeNine = field
    ofTypeNine[32] = 9
    for bytes in [field + field, notUTF8, tooLong, ofTypeNine, Array(field.dropLast()), field + [0]] {
      #expect(throws: WireError.undecodable) { try RecordFields.decode(bytes) }
    }
  }
}
