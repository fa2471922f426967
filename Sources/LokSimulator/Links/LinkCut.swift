/// When a connection ends without a word.
package enum LinkCut: Hashable, Sendable {
  case never
  /// So many bytes have arrived at the server (its frames' lengths and the preface counted).
  case afterBytesUp(Int)
  /// So many bytes have arrived at the phone.
  case afterBytesDown(Int)
  /// So long after it was dialled.
  case after(milliseconds: Int64)
}
