/// The forms of files that are taken, known by how they begin. Which pixels they hold is not looked at.
package enum BlobForm: String, CaseIterable, Sendable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webP = "WebP"
  case pdf = "PDF"

  /// So many bytes decide.
  package static let headBytes = 12

  /// Nil = none of them.
  package init?(of bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(Self.headBytes))
    if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if head.starts(with: Array("RIFF".utf8)), head.dropFirst(8).elementsEqual("WEBP".utf8) {
      self = .webP
    } else if head.starts(with: Array("%PDF-".utf8)) {
      self = .pdf
    } else {
      return nil
    }
  }

  /// What a blob of this type may be; a photo before it is sealed.
  package func fits(_ type: BlobType) -> Bool { type != .photo || self != .pdf }
}
