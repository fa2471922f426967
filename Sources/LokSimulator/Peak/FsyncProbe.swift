#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the disk below a server costs at this moment: bytes are appended to a file of its own and made
/// durable.
struct FsyncProbe: Sendable {
  private let path: String

  /// - Parameter folder: in the server's file system.
  init(in folder: String) { path = folder + "/fsync-probe" }

  /// Nil where the disk refuses.
  func microseconds(of bytes: [UInt8]) -> UInt32? {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var watch = Stopwatch(.elapsed)
    let isDurable = watch.time { write(file, bytes, bytes.count) == bytes.count && fdatasync(file) == 0 }
    return isDurable ? UInt32(clamping: watch.nanoseconds / 1_000) : nil
  }
}
