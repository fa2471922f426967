package import LokWire

/// A page as it goes on the wire: made by the thread that has read it, since an event loop that presses one
/// keeps thousands of other connections waiting.
package struct ReadPage: Sendable {
  package var isLast: Bool
  /// Only a download's has any.
  package var hasSets = false
  package var payload: PressedPayload
  /// What goes beside it in the frame; nil = no keys.
  package var keys: [UInt8]?

  package init(_ page: DownloadPage) {
    isLast = page.isLast
    hasSets = !page.sets.isEmpty
    payload = PressedPayload(ofServer: page.encoded())
    keys = page.encodedKeys()
  }

  package init(_ page: SnapshotPage) {
    isLast = page.isLast
    payload = PressedPayload(ofServer: page.encoded())
    keys = page.encodedKeys()
  }
}
