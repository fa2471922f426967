import Foundation
import LokBooks
import LokServer
import LokSQLite
import LokWire
import Testing

@Suite struct DataDirectoryVaultTests {
  private let temporary: TemporaryDirectory
  private let directory: DataDirectory
  private let vaultKey = VaultKey()
  private static let block = BlockCode(6341)

  init() throws {
    temporary = try TemporaryDirectory()
    directory = try temporary.create()
  }

  @Test func `keys come back for those who have one, after a restart too`() throws {
    let vault = KeyVault(directory, vaultKey: vaultKey)
    #expect(try vault.get(Self.block, [member(1)]).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: directory.keys(of: Self.block)), "a read makes no file")
    #expect(try vault.put(Self.block, [wrapped(1, key(1)), wrapped(2, key(2))]).isEmpty)
    let expected = [member(1): key(1), member(2): key(2)]
    #expect(try vault.get(Self.block, [member(1), member(2), member(3)]) == expected)
    #expect(try KeyVault(directory, vaultKey: vaultKey).get(Self.block, [member(2)]) == [member(2): key(2)])
  }

  @Test func `the first key stays`() throws {
    let vault = KeyVault(directory, vaultKey: vaultKey)
    let first = try wrapped(1, key(1))
    for keys in [[first], [first], [try wrapped(1, key(9)), try wrapped(2, key(2))]] {
      #expect(try vault.put(Self.block, keys).isEmpty)
    }
    #expect(try vault.get(Self.block, [member(1), member(2)]) == [member(1): key(1), member(2): key(2)])
  }

  @Test func `a key that does not open is named and does not stand in the way`() throws {
    let vault = KeyVault(directory, vaultKey: vaultKey)
    let ofOther = try VaultKey().publicKey.wrap(key(1), of: member(1), in: Self.block)
    let garbage = WrappedKey(member: member(2), wrapped: [1, 2, 3])
    #expect(try vault.put(Self.block, [ofOther, garbage, wrapped(3, key(3))]) == [member(1), member(2)])
    #expect(try vault.put(Self.block, [wrapped(1, key(1))]).isEmpty)
    #expect(
      try vault.get(Self.block, [member(1), member(2), member(3)]) == [member(1): key(1), member(3): key(3)])
  }

  @Test func `keys of a member are those of her block`() throws {
    let vault = KeyVault(directory, vaultKey: vaultKey)
    try vault.put(Self.block, [wrapped(1, key(1))])
    #expect(try vault.get(BlockCode(7), [member(1)]).isEmpty)
    #expect(try vault.put(BlockCode(7), [wrapped(1, key(1))]) == [member(1)])
  }

  @Test func `no more files are open than the limit, and none is lost by it`() throws {
    let vault = KeyVault(directory, vaultKey: vaultKey, openFilesMaximum: 3)
    for round in 0..<2 {
      for code in 1...8 as ClosedRange<UInt32> {
        let block = BlockCode(code)
        if round == 0 {
          try vault.put(block, [vaultKey.publicKey.wrap(key(UInt8(code)), of: member(1), in: block)])
        }
        #expect(try vault.get(block, [member(1)]) == [member(1): key(UInt8(code))])
        #expect(vault.openFiles <= 3)
      }
    }
  }

  @Test func `no key lies there in clear, nor in a file beside`() throws {
    let vault = KeyVault(directory, vaultKey: vaultKey)
    let closed = try wrapped(1, key(1))
    try vault.put(Self.block, [closed])
    let path = directory.keys(of: Self.block)
    #expect(try contents(path).range(of: Data(key(1).bytes)) == nil)
    #expect(try contents(path).range(of: Data(closed.wrapped)) != nil)
    #expect(try temporary.names(directory.keysFolder).allSatisfy { !$0.hasSuffix("-wal") })
  }

  private func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
  private func member(_ counter: UInt32) -> RecordID { RecordID(device: DeviceNumber(4), counter: counter) }
  private func key(_ byte: UInt8) -> PersonKey { PersonKey(Array(repeating: byte, count: 32))! }
  private func wrapped(_ counter: UInt32, _ key: PersonKey) throws -> WrappedKey {
    try vaultKey.publicKey.wrap(key, of: member(counter), in: Self.block)
  }
}
