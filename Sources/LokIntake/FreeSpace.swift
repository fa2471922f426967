import Foundation

/// Room on the file system that holds a path.
package struct FreeSpace: Hashable, Sendable {
  /// To those without special rights.
  package let availableBytes: UInt64
  package let totalBytes: UInt64

  /// - Throws: `IntakeError.system` where the path is not there.
  package init(path: String) throws(IntakeError) {
    var found = statvfs()
    guard statvfs(path, &found) == 0 else { throw .system(call: "statvfs", path: path, errno: errno) }
    let unit = UInt64(found.f_frsize)
    availableBytes = UInt64(found.f_bavail).multipliedReportingOverflow(by: unit).partialValue
    totalBytes = UInt64(found.f_blocks).multipliedReportingOverflow(by: unit).partialValue
  }

  package static func bytes(_ path: String) throws(IntakeError) -> UInt64 {
    try FreeSpace(path: path).availableBytes
  }
}
