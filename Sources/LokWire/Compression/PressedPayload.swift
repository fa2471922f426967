/// A payload as a frame carries it.
package struct PressedPayload: Hashable, Sendable {
  package let bytes: [UInt8]
  /// The size before it was pressed; nil = the bytes are the payload itself.
  let plainBytes: Int?

  /// - Parameter effort: nil = it goes as it is.
  package init(_ plain: [UInt8], _ effort: PayloadEffort?) {
    let packed = effort.flatMap { PayloadCompression.compressed(plain, $0) }
    bytes = packed ?? plain
    plainBytes = packed == nil ? nil : plain.count
  }

  /// As a server sends it to a phone that it knows.
  package init(ofServer plain: [UInt8]) { self.init(plain, .ofServer(bytes: plain.count)) }
}
