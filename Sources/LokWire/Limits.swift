/// The limits of the wire, each with its reason. Relations between them are held by a test.
package enum WireLimits {
  /// What a client opens a connection with.
  package static let preface = Array("LOK1".utf8)
  /// A whole Hello or Register fits; nothing larger is read from a stranger.
  package static let unauthenticatedBytes = 4 * 1024
  /// A handshake and Hello on a link of 1.5 s and 15 % loss that is cut for 20 s.
  package static let unauthenticatedSeconds = 60
  /// Frames a side takes unless it says otherwise: small, so that an urgent one waits little.
  package static let frameBytesDefault = 64 * 1024
  /// No frame above it is read into memory, whatever was agreed: it holds the largest set with its keys.
  package static let frameBytesMaximum = 1024 * 1024
  /// A frame is whole within this time of its first byte.
  package static let frameSeconds = 120
  /// A frame in progress moves at least this fast over any minute: a 20 kbit/s phone does 2,500.
  package static let bytesPerSecondMinimum = 64
  package static let setBytes = 256 * 1024
  package static let changesPerSet = 2_000
  /// Fields of a newer app in one record: more than any schema will add.
  package static let unknownFieldsPerPatch = 64
  /// Calls in flight per connection.
  package static let callsInFlight = 16
  /// Sets on their way, unacknowledged, per connection.
  package static let setsInFlight = 8
  package static let digestsPerCall = 64
  /// A portrait of 480 × 600 points has 30 to 60 KB: ten seconds of a 2G link.
  package static let photoBytes = 100 * 1024
  /// A photographed page that can be read has 150 to 250 KB.
  package static let documentBytes = 300 * 1024
  /// What a cut costs, and what a meeting that is typed meanwhile waits for: 1.6 s of a link of 40 kbit/s.
  package static let blobChunkBytes = 8 * 1024
  /// Chunks on their way that the server has not answered for: a fast link is not kept waiting, a slow one
  /// not filled.
  package static let blobChunksInFlight = 2
  /// A longer set travels piece by piece: pressed, 2 s of a link of 40 kbit/s. A meeting of thirty has 1 KB.
  package static let setBytesAtOnce = 16 * 1024
  /// A bundle that is carried by hand: a village's year is less, and the file is in memory at once.
  package static let bundleBytes = 8 * 1024 * 1024
  /// So much of an outbox goes into one: with a last large frame it stays within the limit.
  package static let bundleContentBytes = 4 * 1024 * 1024
  /// Sequence numbers end well before SQLite's signed 64 bits, so that counting on from one never traps.
  package static let sequenceMaximum: UInt64 = 1 << 62
  /// What decoding a message may take: a change of 10 bytes becomes structs of about 200.
  package static let decodingBytesBase = 64 * 1024
  package static let decodingBytesPerByte = 40
  package static let decodingBytesMaximum = 16 * 1024 * 1024
  package static let protocolVersion: UInt32 = 1
  package static let schemaVersion: UInt32 = 1
}
