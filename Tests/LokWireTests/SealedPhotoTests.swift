import Crypto
import Foundation
import LokBooks
import LokWire
import Testing

@Suite struct SealedPhotoTests {
  private static let block = BlockCode(6341)
  private static let key = PersonKey(Array(0..<32))!
  private static let photo: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + Array(repeating: 7, count: 500)

  @Test func `a photo opens with her key only, in its block only, as it was only`() throws {
    let sealed = try SealedPhoto.seal(Self.photo, with: Self.key, in: Self.block)
    #expect(sealed.count == Self.photo.count + SealedPhoto.overheadBytes)
    #expect(try SealedPhoto.open(sealed, with: Self.key, in: Self.block) == Self.photo)
    #expect(throws: SealingError.notAuthentic) {
      try SealedPhoto.open(sealed, with: PersonKey(Array(repeating: 0, count: 32))!, in: Self.block)
    }
    #expect(throws: SealingError.notAuthentic) {
      try SealedPhoto.open(sealed, with: Self.key, in: BlockCode(6342))
    }
    for place in [0, 11, 12, 300, sealed.count - 1] {
      var changed = sealed
      changed[place] ^= 1
      #expect(throws: SealingError.notAuthentic) {
        try SealedPhoto.open(changed, with: Self.key, in: Self.block)
      }
    }
    #expect(throws: SealingError.badLength(actual: 27)) {
      try SealedPhoto.open(Array(sealed.prefix(27)), with: Self.key, in: Self.block)
    }
  }

  @Test func `the same photo is the same blob, another one shares nothing with it`() throws {
    let sealed = try SealedPhoto.seal(Self.photo, with: Self.key, in: Self.block)
    #expect(try SealedPhoto.seal(Self.photo, with: Self.key, in: Self.block) == sealed)
    var other = Self.photo
    other[503] ^= 1
    let otherSealed = try SealedPhoto.seal(other, with: Self.key, in: Self.block)
    #expect(otherSealed.prefix(12) != sealed.prefix(12) && otherSealed.dropFirst(12).first != nil)
    #expect(zip(sealed, otherSealed).filter { $0 == $1 }.count < 20)
  }

  @Test func `key, nonce and associated data are those of the contract`() throws {
    let derive = { (tag: String) in
      HKDF<SHA256>.expand(
        pseudoRandomKey: SymmetricKey(data: Self.key.bytes), info: Array(tag.utf8) + [0, 0, 0, 21],
        outputByteCount: 32)
    }
    let nonce = Array(HMAC<SHA256>.authenticationCode(for: Self.photo, using: derive("LOKM"))).prefix(12)
    let box = try ChaChaPoly.seal(
      Self.photo, using: derive("LOKF"), nonce: ChaChaPoly.Nonce(data: nonce),
      authenticating: Array("LOKP".utf8) + [0, 0, 0x18, 0xC5] + [0, 0, 0, 21])
    #expect(try SealedPhoto.seal(Self.photo, with: Self.key, in: Self.block) == Array(box.combined))
  }
}

@Suite struct BlobFormTests {
  private static let heads: [(BlobForm, [UInt8])] = [
    (.jpeg, [0xFF, 0xD8, 0xFF, 0xDB, 0, 0, 0, 0, 0, 0, 0, 0]),
    (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0]),
    (.webP, Array("RIFF".utf8) + [1, 2, 3, 4] + Array("WEBP".utf8)),
    (.pdf, Array("%PDF-1.7....".utf8)),
  ]

  @Test(arguments: heads)
  func `a form is known by its first bytes, and by no fewer`(form: BlobForm, head: [UInt8]) {
    #expect(head.count == BlobForm.headBytes)
    #expect(BlobForm(of: head) == form && BlobForm(of: head + [9, 9, 9]) == form)
    #expect(BlobForm(of: head.prefix(2)) == nil && BlobForm(of: [0] + head) == nil)
    #expect(BlobForm(of: [UInt8]()) == nil && BlobForm(of: Array("GIF89a......".utf8)) == nil)
    for type in BlobType.allCases { #expect(form.fits(type) == (form != .pdf || type != .photo)) }
  }
}
