import Crypto
import Foundation
import LokBooks
import LokServer
import LokWire
import Testing

@Suite struct DataDirectorySecretsTests {
  private let temporary: TemporaryDirectory
  init() throws { temporary = try TemporaryDirectory() }

  @Test func `secrets are the same at every start and different in every directory`() throws {
    let directory = try temporary.create(hosts: ["sync.example.in", "10.0.0.7", "fe80::1"])
    let first = try ServerSecrets.load(from: directory)
    let again = try ServerSecrets.load(from: directory)
    #expect(first.receiptSigner.publicKey == again.receiptSigner.publicKey)
    #expect(first.vaultKey.bytes == again.vaultKey.bytes)
    #expect(first.certificateFingerprint == again.certificateFingerprint)
    let block = BlockCode(1)
    let device = DeviceNumber(2)
    let nonce = first.nonces.nonce(block: block, device: device, at: .sometime)
    #expect(again.nonces.isGood(nonce, block: block, device: device, at: .sometime))

    let elsewhere = try TemporaryDirectory()
    let other = try ServerSecrets.load(from: elsewhere.create())
    #expect(first.receiptSigner.publicKey != other.receiptSigner.publicKey)
    #expect(first.vaultKey.bytes != other.vaultKey.bytes)
    #expect(first.certificateFingerprint != other.certificateFingerprint)
    #expect(!other.nonces.isGood(nonce, block: block, device: device, at: .sometime))
  }

  @Test func `the fingerprint is that of the certificate's DER`() throws {
    let directory = try temporary.create()
    let pem = try String(contentsOfFile: directory.certificate, encoding: .utf8)
    let base64 = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    let der = try #require(Data(base64Encoded: base64))
    let expected = SHA256.hash(data: der).hexadecimal
    #expect(try ServerSecrets.load(from: directory).certificateFingerprint == expected)
    #expect(pem.hasPrefix("-----BEGIN CERTIFICATE-----\n") && pem.hasSuffix("-----END CERTIFICATE-----\n"))
    let key = try String(contentsOfFile: directory.tlsKey, encoding: .utf8)
    #expect((try? P256.Signing.PrivateKey(pemRepresentation: key)) != nil)
  }

  @Test func `a secret that others may read is not used`() throws {
    let directory = try temporary.create()
    for path in [directory.receiptKey, directory.vaultKey, directory.nonceKey, directory.tlsKey] {
      try temporary.setMode(0o640, of: path)
      #expect(throws: DataDirectoryError.secretIsOpen(path: path, mode: 0o640)) {
        try ServerSecrets.load(from: directory)
      }
      try temporary.setMode(0o400, of: path)
    }
    _ = try ServerSecrets.load(from: directory)
  }

  @Test(arguments: [
    "", "\n", "zz", "0123", String(repeating: "0", count: 66), String(repeating: "g", count: 64),
    String(repeating: "é", count: 32),
  ])
  func `a damaged secret is named`(_ text: String) throws {
    let directory = try temporary.create()
    try text.write(toFile: directory.nonceKey, atomically: false, encoding: .utf8)
    #expect(throws: DataDirectoryError.badSecret(path: directory.nonceKey)) {
      try ServerSecrets.load(from: directory)
    }
    try FileManager.default.removeItem(atPath: directory.nonceKey)
    #expect(throws: DataDirectoryError.missing(path: directory.nonceKey, what: "this secret")) {
      try ServerSecrets.load(from: directory)
    }
  }

  @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func `a damaged certificate is named`(_ text: String) throws {
    let directory = try temporary.create()
    try text.write(toFile: directory.certificate, atomically: false, encoding: .utf8)
    #expect(throws: DataDirectoryError.badCertificate(path: directory.certificate)) {
      try ServerSecrets.load(from: directory)
    }
  }

  @Test func `a signature is Ed25519 over the bytes`() throws {
    let signer = try #require(ReceiptSigner(Array(repeating: 3, count: 32)))
    let signature = try signer.sign([1, 2, 3])
    let key = try Curve25519.Signing.PublicKey(rawRepresentation: signer.publicKey)
    #expect(signature.count == 64 && key.isValidSignature(signature, for: [1, 2, 3]))
    #expect(!key.isValidSignature(signature, for: [1, 2, 4]))
    #expect(ReceiptSigner([1]) == nil)
  }
}

@Suite struct DataDirectoryNonceTests {
  static let nonces = NonceMaker(secret: Array(repeating: 5, count: 32))
  static let block = BlockCode(6341)
  static let device = DeviceNumber(12)

  @Test func `it is the HMAC of block, device and day`() {
    let text = Array("LOKN".utf8) + [0, 0, 0x18, 0xC5, 0, 0, 0, 12, 0, 0, 0x50, 0x2E]
    #expect(Day(of: .sometime).number == 0x502E)
    let key = SymmetricKey(data: [UInt8](repeating: 5, count: 32))
    let expected = HMAC<SHA256>.authenticationCode(for: text, using: key).prefix(16)
    #expect(Self.nonces.nonce(block: Self.block, device: Self.device, at: .sometime) == Array(expected))
  }

  @Test(arguments: [(0, true), (1, true), (2, false), (-1, false)] as [(Int64, Bool)])
  func `it is good on its day and the next`(_ days: Int64, _ expected: Bool) {
    let nonce = Self.nonces.nonce(block: Self.block, device: Self.device, at: .sometime)
    let later = Timestamp(milliseconds: Timestamp.sometime.milliseconds + days * 86_400_000)
    #expect(Self.nonces.isGood(nonce, block: Self.block, device: Self.device, at: later) == expected)
  }

  @Test func `it is good for its device only, and whole`() {
    let nonce = Self.nonces.nonce(block: Self.block, device: Self.device, at: .sometime)
    #expect(!Self.nonces.isGood(nonce, block: BlockCode(1), device: Self.device, at: .sometime))
    #expect(!Self.nonces.isGood(nonce, block: Self.block, device: DeviceNumber(13), at: .sometime))
    for wrong in [[], Array(nonce.dropLast()), nonce + [0], [nonce[0] ^ 1] + nonce.dropFirst()] {
      #expect(!Self.nonces.isGood(wrong, block: Self.block, device: Self.device, at: .sometime))
    }
  }
}
