internal import CZstd

/// Bytes pressed behind others that the reader has in clear: what they repeat costs a few bytes. Framed as
/// in `PayloadCompression`; behind dictionary 1's bytes too.
extension PayloadCompression {
  /// Nil where it would not be smaller.
  package static func compressed(_ plain: [UInt8], after known: [UInt8]) -> [UInt8]? {
    guard let prefix = prefix(known), let context = Contexts.writing.take() else { return nil }
    defer {
      // The pool's users bring their own dictionary, and its level with it.
      ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters)
      Contexts.writing.put(back: context)
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, PayloadEffort.small.level)
    let packed = prefix.withUnsafeBytes { prefix in
      ZSTD_CCtx_refPrefix(context, prefix.baseAddress, prefix.count)
      return written(atMost: ZSTD_compressBound(plain.count)) {
        ZSTD_compress2(context, $0.baseAddress, $0.count, plain, plain.count)
      }
    }
    guard let packed, packed.count > magic.count, packed.count - magic.count < plain.count else { return nil }
    return Array(packed.dropFirst(magic.count))
  }

  /// - Throws: `.undecodable` for bytes that are none, or of another size; `.overLimit`.
  package static func expanded(
    _ packed: [UInt8], to count: Int, after known: [UInt8]
  ) throws(WireError) -> [UInt8] {
    guard count <= WireLimits.frameBytesMaximum else {
      throw .overLimit(actual: count, limit: WireLimits.frameBytesMaximum)
    }
    guard let prefix = prefix(known), let context = Contexts.reading.take() else { throw .undecodable }
    defer {
      ZSTD_DCtx_reset(context, ZSTD_reset_session_and_parameters)
      Contexts.reading.put(back: context)
    }
    let framed = magic + packed
    let plain = prefix.withUnsafeBytes { prefix in
      ZSTD_DCtx_refPrefix(context, prefix.baseAddress, prefix.count)
      return written(atMost: max(count, 1)) {
        ZSTD_decompressDCtx(context, $0.baseAddress, count, framed, framed.count)
      }
    }
    guard let plain, plain.count == count else { throw .undecodable }
    return plain
  }

  private static func prefix(_ known: [UInt8]) -> [UInt8]? {
    PayloadDictionary.first.map { $0.content + known }
  }

  /// Nil where zstd gives an error.
  private static func written(
    atMost bound: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) -> [UInt8]? {
    var isWritten = false
    let bytes = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let size = body(buffer)
      isWritten = ZSTD_isError(size) == 0
      count = isWritten ? size : 0
    }
    return isWritten ? bytes : nil
  }
}
