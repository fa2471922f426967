import Glibc

/// The control socket's file: only its owner can ever reach it, and one that nobody listens on any more is
/// taken away.
enum UnixSocket {
  /// Linux, unix(7).
  static let pathBytesMaximum = 107

  /// A bound descriptor, mode 0600, not yet listening: until it does, nobody can connect, so there is no
  /// moment with other rights, and the umask, which all threads share, is left alone.
  static func bind(path: String) throws(TransportError) -> CInt {
    var address = try self.address(path)
    try removeIfStale(path, &address)
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .io(errno: errno) }
    guard call(Glibc.bind, descriptor, &address) == 0, chmod(path, 0o600) == 0 else {
      let error = errno
      close(descriptor)
      throw error == EADDRINUSE ? .addressInUse : .io(errno: error)
    }
    return descriptor
  }

  /// Removes the file; one that is gone is no error.
  static func remove(path: String) { unlink(path) }

  private static func removeIfStale(_ path: String, _ address: inout sockaddr_un) throws(TransportError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw .io(errno: errno) }
    defer { close(probe) }
    if call(Glibc.connect, probe, &address) == 0 { throw .addressInUse }
    guard errno == ECONNREFUSED else { throw .io(errno: errno) }
    unlink(path)
  }

  private static func address(_ path: String) throws(TransportError) -> sockaddr_un {
    let bytes = Array(path.utf8)
    guard bytes.count <= pathBytesMaximum, !bytes.isEmpty, !bytes.contains(0) else {
      throw .pathTooLong(path: path, limit: pathBytesMaximum)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
  }

  private static func call(
    _ function: (CInt, UnsafePointer<sockaddr>?, socklen_t) -> CInt, _ descriptor: CInt,
    _ address: inout sockaddr_un
  ) -> CInt {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
