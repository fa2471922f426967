internal import CZstd
import Synchronization

/// Payloads pressed with a trained dictionary, each by itself: a lost connection takes nothing with it
/// that the next one would need. A zstd frame without its magic number, content size, dictionary id and
/// checksum: what the frame around it says already, or TLS.
package enum PayloadCompression {
  static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
  /// Below it nothing is gained.
  private static let bytesMinimum = 24

  /// With dictionary 1. Nil where it would not be smaller.
  package static func compressed(_ plain: [UInt8], _ effort: PayloadEffort) -> [UInt8]? {
    guard plain.count >= bytesMinimum, let prepared = PayloadDictionary.first?.forWriting(effort),
      let context = Contexts.writing.take()
    else { return nil }
    defer { Contexts.writing.put(back: context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
    guard ZSTD_isError(ZSTD_CCtx_refCDict(context, prepared)) == 0 else { return nil }
    let bound = ZSTD_compressBound(plain.count)
    var isWritten = false
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = ZSTD_compress2(context, buffer.baseAddress, buffer.count, plain, plain.count)
      isWritten = ZSTD_isError(size) == 0
      count = isWritten ? size : 0
    }
    guard isWritten, packed.count > magic.count, packed.count - magic.count < plain.count else { return nil }
    return Array(packed.dropFirst(magic.count))
  }

  /// The payload of `count` bytes.
  ///
  /// - Throws: `.undecodable` for bytes that are none, or of another size; `.overLimit`; `.unknownValue`
  ///   for a dictionary that this side does not have.
  package static func expanded(
    _ packed: [UInt8], to count: Int, dictionary number: UInt32
  ) throws(WireError) -> [UInt8] {
    guard let dictionary = PayloadDictionary.numbered(number) else {
      throw .unknownValue(field: "dictionary")
    }
    guard count <= WireLimits.frameBytesMaximum else {
      throw .overLimit(actual: count, limit: WireLimits.frameBytesMaximum)
    }
    guard let context = Contexts.reading.take() else { throw .undecodable }
    defer { Contexts.reading.put(back: context) }
    let framed = magic + packed
    var isWhole = false
    let plain = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, filled in
      let size = ZSTD_decompress_usingDDict(
        context, buffer.baseAddress, count, framed, framed.count, dictionary.forReading)
      isWhole = ZSTD_isError(size) == 0 && size == count
      filled = isWhole ? count : 0
    }
    guard isWhole else { throw .undecodable }
    return plain
  }
}

/// Contexts are a few hundred kilobytes each and kept between payloads: as many as were ever in use at a
/// time, which is at most one a thread.
struct Contexts: Sendable {
  static let writing = Pool { ZSTD_createCCtx() }
  static let reading = Pool { ZSTD_createDCtx() }

  final class Pool: Sendable {
    private let idle = Mutex<[UInt]>([])
    private let make: @Sendable () -> OpaquePointer?

    init(_ make: @escaping @Sendable () -> OpaquePointer?) { self.make = make }

    /// Nil where memory has run out.
    func take() -> OpaquePointer? {
      let found = idle.withLock { $0.popLast() }
      return found.flatMap { OpaquePointer(bitPattern: $0) } ?? make()
    }

    func put(back context: OpaquePointer) { idle.withLock { $0.append(UInt(bitPattern: context)) } }
  }
}
