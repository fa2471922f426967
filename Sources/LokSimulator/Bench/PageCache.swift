#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's copies of files in memory.
enum PageCache {
  /// Lets go of what it holds of a database and its WAL; what is not on disk yet is brought there before.
  static func drop(_ path: String) {
    for name in [path, path + "-wal"] {
      let file = open(name, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { close(file) }
      _ = fsync(file)
      #if os(Linux)
        _ = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
      #endif
    }
  }
}
