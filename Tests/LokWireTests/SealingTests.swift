import LokBooks
import LokWire
import Testing

@Suite struct SealingTests {
  static let block = BlockCode(6341)
  static let member = RecordID(device: DeviceNumber(12), counter: 345)
  static let place = SealedPlace(block: block, record: member, deviceSeq: DeviceSeq(77), field: 1)
  static let nonce = SealNonce(setNonce: 0x0102_0304_0506_0708, changeIndex: 9)
  static let key = PersonKey(Array(0..<32))!
  static let text = Array("Lakshmi".utf8)

  @Test func `a part opens where it was sealed`() throws {
    let sealed = try Self.key.seal(Self.text, nonce: Self.nonce, at: Self.place)
    #expect(sealed.count == Self.text.count + PersonKey.tagByteCount)
    #expect(try Self.key.open(sealed, nonce: Self.nonce, at: Self.place) == Self.text)
    #expect(try Self.key.seal([], nonce: Self.nonce, at: Self.place).count == 16)
  }

  @Test func `nonce and associated data have their fixed layout`() {
    #expect(Self.nonce.bytes == [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9])
    #expect(
      Self.place.associatedData.hexadecimal == "4c4f4b50" + "000018c5" + "0000000c00000159"
        + "000000000000004d" + "00000001")
  }

  @Test(arguments: [
    ("block", SealedPlace(block: BlockCode(6342), record: member, deviceSeq: DeviceSeq(77), field: 1)),
    ("record", SealedPlace(block: block, record: RecordID(rawValue: 1), deviceSeq: DeviceSeq(77), field: 1)),
    ("number", SealedPlace(block: block, record: member, deviceSeq: DeviceSeq(78), field: 1)),
    ("field", SealedPlace(block: block, record: member, deviceSeq: DeviceSeq(77), field: 2)),
  ])
  func `a part does not open in another place`(_ name: String, _ other: SealedPlace) throws {
    let sealed = try Self.key.seal(Self.text, nonce: Self.nonce, at: Self.place)
    #expect(throws: SealingError.notAuthentic, "\(name)") {
      try Self.key.open(sealed, nonce: Self.nonce, at: other)
    }
  }

  @Test func `a part with any bit flipped, another nonce or another key does not open`() throws {
    let sealed = try Self.key.seal(Self.text, nonce: Self.nonce, at: Self.place)
    for bit in 0..<(sealed.count * 8) {
      var changed = sealed
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: SealingError.notAuthentic) {
        try Self.key.open(changed, nonce: Self.nonce, at: Self.place)
      }
    }
    #expect(throws: SealingError.notAuthentic) {
      try Self.key.open(sealed, nonce: SealNonce(setNonce: 1, changeIndex: 1), at: Self.place)
    }
    #expect(throws: SealingError.notAuthentic) {
      try PersonKey(Array(repeating: 0, count: 32))!.open(sealed, nonce: Self.nonce, at: Self.place)
    }
    #expect(throws: SealingError.badLength(actual: 15)) {
      try Self.key.open(Array(sealed.prefix(15)), nonce: Self.nonce, at: Self.place)
    }
  }

  /// One change carries identity, contact and bank under one nonce: equal keys would make the XOR of two
  /// ciphertexts that of their texts.
  @Test func `the parts of one change do not share a key stream`() throws {
    let zeros = [UInt8](repeating: 0, count: 32)
    let streams = try (1...3 as ClosedRange<UInt32>).map { field in
      var place = Self.place
      place.field = field
      return try Self.key.seal(zeros, nonce: Self.nonce, at: place).dropLast(16)
    }
    #expect(Set(streams).count == 3)
  }

  @Test func `a stored part carries what opening takes`() throws {
    let sealed = try Self.key.seal(Self.text, nonce: Self.nonce, at: Self.place)
    let stored = StoredPart(nonce: Self.nonce, deviceSeq: DeviceSeq(77), sealed: sealed)
    let read = try StoredPart(bytes: stored.bytes)
    #expect(read == stored)
    #expect(try read.open(with: Self.key, block: Self.block, record: Self.member, field: 1) == Self.text)
    for count in 0..<36 {
      #expect(throws: SealingError.badLength(actual: count)) {
        try StoredPart(bytes: Array(stored.bytes.prefix(count)))
      }
    }
  }

  @Test func `keys are minted from the randomness given`() {
    var ones = Counting()
    let first = PersonKey.mint(using: &ones)
    let second = PersonKey.mint(using: &ones)
    #expect(first.bytes.count == 32 && first != second)
    #expect(PersonKey(Array(repeating: 0, count: 31)) == nil)
  }
}

@Suite struct VaultKeyTests {
  static let block = BlockCode(6341)
  static let member = RecordID(rawValue: 0x0C_0000_0159)
  static let key = PersonKey(Array(0..<32))!

  @Test func `a wrapped key opens in its vault, after a restart too`() throws {
    let vault = VaultKey()
    let wrapped = try vault.publicKey.wrap(Self.key, of: Self.member, in: Self.block)
    #expect(wrapped.member == Self.member && wrapped.wrapped.count == VaultPublicKey.wrappedByteCount)
    #expect(try vault.unwrap(wrapped, in: Self.block) == Self.key)
    #expect(try VaultKey(vault.bytes).unwrap(wrapped, in: Self.block) == Self.key)
    #expect(try vault.publicKey.wrap(Self.key, of: Self.member, in: Self.block) != wrapped)
  }

  @Test func `it opens for no other vault, block or member, and not changed`() throws {
    let vault = VaultKey()
    let wrapped = try vault.publicKey.wrap(Self.key, of: Self.member, in: Self.block)
    #expect(throws: SealingError.notAuthentic) { try VaultKey().unwrap(wrapped, in: Self.block) }
    #expect(throws: SealingError.notAuthentic) { try vault.unwrap(wrapped, in: BlockCode(1)) }
    var other = wrapped
    other.member = RecordID(rawValue: 1)
    #expect(throws: SealingError.notAuthentic) { try vault.unwrap(other, in: Self.block) }
    for index in wrapped.wrapped.indices {
      var changed = wrapped
      changed.wrapped[index] ^= 1
      #expect(throws: SealingError.notAuthentic, "byte \(index)") {
        try vault.unwrap(changed, in: Self.block)
      }
    }
    for count in [0, 31, 32, 79, 81] {
      var cut = wrapped
      cut.wrapped = Array((wrapped.wrapped + [0]).prefix(count))
      #expect(throws: SealingError.badLength(actual: count)) { try vault.unwrap(cut, in: Self.block) }
    }
    #expect(throws: SealingError.notAuthentic) {
      try vault.unwrap(
        WrappedKey(member: Self.member, wrapped: Array(repeating: 0, count: 80)), in: Self.block)
    }
  }

  @Test func `bytes that are no key are refused`() {
    #expect(throws: SealingError.badVaultKey) { try VaultPublicKey(Array(repeating: 1, count: 31)) }
    #expect(throws: SealingError.badVaultKey) { try VaultKey([]) }
    let lowOrder = [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)]
    for point in lowOrder {
      #expect(throws: SealingError.badVaultKey) { try VaultPublicKey(point) }
    }
  }
}

/// Not fit for keys; tells whether a key comes from the generator it was given.
private struct Counting: RandomNumberGenerator {
  var count: UInt64 = 0
  mutating func next() -> UInt64 {
    count += 1
    return count
  }
}
