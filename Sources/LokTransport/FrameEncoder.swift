internal import NIOCore

/// Frames as they stand on the wire: a 4-byte big-endian length before each.
enum FrameEncoder {
  /// Frames are small and many: one buffer for all of them is one write and one TLS record.
  static func append(_ frames: [[UInt8]], to buffer: inout ByteBuffer) {
    let bytes = frames.reduce(0) { $0 + FrameDecoder.lengthBytes + $1.count }
    buffer.reserveCapacity(minimumWritableBytes: bytes)
    for frame in frames {
      buffer.writeInteger(UInt32(clamping: frame.count))
      buffer.writeBytes(frame)
    }
  }
}
