internal import CLokProto

// The only file that touches C memory. Every pointer made here lives in an `Arena` and is read while
// that arena is held; what leaves are Swift copies.

/// A struct that protoc-c wrote.
protocol CMessage {
  init()
  var base: ProtobufCMessage { get set }
  /// protoc-c's initialiser: sets the descriptor and the defaults.
  static func begin(_ message: UnsafeMutablePointer<Self>)
}

/// One that is decoded for itself, not only as a part of others.
protocol CRootMessage: CMessage {
  static var schema: MessageSchema { get }
}

extension CMessage {
  /// Every field absent.
  static var empty: Self {
    var message = Self()
    begin(&message)
    return message
  }
}

extension CRootMessage {
  /// Decodes `bytes`, lets `read` copy what it needs, and frees the C structs.
  static func decode<Value>(
    _ bytes: [UInt8], limit: Int = WireLimits.frameBytesMaximum,
    _ read: (Self) throws(WireError) -> Value
  ) throws(WireError) -> Value {
    guard bytes.count <= limit else { throw .overLimit(actual: bytes.count, limit: limit) }
    try schema.checkTexts(in: bytes)
    let budget = min(
      WireLimits.decodingBytesBase + WireLimits.decodingBytesPerByte * bytes.count,
      WireLimits.decodingBytesMaximum)
    let arena = Arena(limit: budget, firstChunk: 4096 + 4 * bytes.count)
    return try withExtendedLifetime(arena) { () throws(WireError) -> Value in
      var allocator = arena.allocator
      let message = bytes.withUnsafeBufferPointer { buffer in
        protobuf_c_message_unpack(empty.base.descriptor, &allocator, buffer.count, buffer.baseAddress)
      }
      guard let message else {
        if arena.isExhausted { throw .overLimit(actual: arena.taken, limit: budget) }
        throw .undecodable
      }
      return try read(UnsafeRawPointer(message).assumingMemoryBound(to: Self.self).pointee)
    }
  }
}

extension CMessage {
  /// The encoding of the struct that `fill` makes from what it places in the arena.
  static func encode(_ fill: (Arena) -> Self) -> [UInt8] {
    let arena = Arena(limit: .max, firstChunk: 4096)
    return withExtendedLifetime(arena) {
      // The whole struct, not its `base` alone: protobuf-c reads the fields behind it.
      return withUnsafePointer(to: fill(arena)) { message in
        let base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
        let size = protobuf_c_message_get_packed_size(base)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
          count = protobuf_c_message_pack(base, buffer.baseAddress)
        }
      }
    }
  }
}

/// Memory for the C structs of one message: a few chunks that are freed together, and a limit, so that
/// no input makes its decoding cost more than in proportion to its size.
final class Arena {
  private let limit: Int
  private(set) var taken = 0
  private(set) var isExhausted = false
  private var chunks: [UnsafeMutableRawPointer] = []
  private var chunkSize: Int
  private var next: UnsafeMutableRawPointer?
  private var left = 0

  init(limit: Int, firstChunk: Int) {
    self.limit = limit
    chunkSize = firstChunk
  }

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Valid while `self` is held. Single pieces are never given back.
  var allocator: ProtobufCAllocator {
    ProtobufCAllocator(
      alloc: { arena, size in
        guard let arena else { return nil }
        // `decode` holds it: to count this call too would take as long as the piece.
        return Unmanaged<Arena>.fromOpaque(arena)._withUnsafeGuaranteedRef { $0.allocate(size) }
      },
      free: { _, _ in },
      allocator_data: Unmanaged.passUnretained(self).toOpaque())
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size >= 0, size <= limit - taken else {
      isExhausted = true
      return nil
    }
    return reserve(size)
  }

  /// Without a look at the limit: what is encoded is our own.
  private func reserve(_ size: Int) -> UnsafeMutableRawPointer {
    let alignment = 16
    let rounded = (max(size, 1) + alignment - 1) / alignment * alignment
    let piece: UnsafeMutableRawPointer
    if let next, rounded <= left {
      piece = next
    } else {
      left = max(rounded, chunkSize)
      chunkSize *= 2
      piece = .allocate(byteCount: left, alignment: alignment)
      chunks.append(piece)
    }
    next = piece + rounded
    left -= rounded
    taken += rounded
    return piece
  }

  func place<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element>? {
    guard !elements.isEmpty else { return nil }
    let place = reserve(elements.count * MemoryLayout<Element>.stride)
      .bindMemory(to: Element.self, capacity: elements.count)
    place.initialize(from: elements, count: elements.count)
    return place
  }

  func message<Message: CMessage>(_ message: Message?) -> UnsafeMutablePointer<Message>? {
    message.flatMap { place([$0]) }
  }

  func messages<Message: CMessage>(
    _ messages: [Message]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?>? {
    guard let first = place(messages) else { return nil }
    return place(messages.indices.map { first + $0 })
  }

  func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    ProtobufCBinaryData(len: bytes.count, data: place(bytes))
  }

  /// A C string cannot hold a NUL: NULs are left out.
  func text(_ text: String) -> UnsafeMutablePointer<CChar>? {
    place(text.utf8.filter { $0 != 0 }.map { CChar(bitPattern: $0) } + [0])
  }

  func texts(_ texts: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    place(texts.map { text($0) })
  }
}

// Copies out of what protobuf-c decoded.

func load<Message: CMessage>(_ message: UnsafeMutablePointer<Message>?) -> Message? { message?.pointee }

/// Each of a list's messages as `read` has it; its error is passed on.
func load<Message: CMessage, Value>(
  _ count: Int, _ messages: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?,
  _ read: (Message) throws(WireError) -> Value
) throws(WireError) -> [Value] {
  let messages = UnsafeBufferPointer(start: messages, count: messages == nil ? 0 : count)
  var values: [Value] = []
  values.reserveCapacity(messages.count)
  for message in messages {
    if let message { values.append(try read(message.pointee)) }
  }
  return values
}

func load<Number: FixedWidthInteger>(_ count: Int, _ numbers: UnsafeMutablePointer<Number>?) -> [Number] {
  Array(UnsafeBufferPointer(start: numbers, count: numbers == nil ? 0 : count))
}

func load(_ bytes: ProtobufCBinaryData) -> [UInt8] {
  Array(UnsafeBufferPointer(start: bytes.data, count: bytes.data == nil ? 0 : bytes.len))
}

func load(_ text: UnsafeMutablePointer<CChar>?) -> String? { text.map { String(cString: $0) } }

func load(
  _ count: Int, _ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> [String] {
  UnsafeBufferPointer(start: texts, count: texts == nil ? 0 : count).compactMap { load($0) }
}

extension MessageSchema {
  /// No message of the contract is nested deeper.
  private static let depthMaximum = 8

  convenience init<Message: CMessage>(of message: Message.Type) {
    self.init(Message.empty.base.descriptor, depth: 0)
  }

  private convenience init(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>?, depth: Int) {
    guard let descriptor = descriptor?.pointee else {
      self.init(name: "", fields: [])
      return
    }
    let fields = UnsafeBufferPointer(start: descriptor.fields, count: Int(descriptor.n_fields))
    self.init(
      name: String(cString: descriptor.short_name),
      fields: fields.map { field in
        Field(
          number: field.id, name: String(cString: field.name), kind: Self.kind(of: field, depth: depth),
          isRepeated: field.label == PROTOBUF_C_LABEL_REPEATED, valueNames: Self.valueNames(of: field))
      })
  }

  private static func valueNames(of field: ProtobufCFieldDescriptor) -> [Int64: String] {
    guard field.type == PROTOBUF_C_TYPE_ENUM,
      let names = field.descriptor?.assumingMemoryBound(to: ProtobufCEnumDescriptor.self).pointee
    else { return [:] }
    let values = UnsafeBufferPointer(start: names.values, count: Int(names.n_values))
    return Dictionary(
      values.map { (Int64($0.value), String(cString: $0.name)) }, uniquingKeysWith: { first, _ in first })
  }

  private static func kind(of field: ProtobufCFieldDescriptor, depth: Int) -> Kind {
    switch field.type {
    case PROTOBUF_C_TYPE_INT32: .int32
    case PROTOBUF_C_TYPE_SINT32: .sint32
    case PROTOBUF_C_TYPE_SFIXED32: .sfixed32
    case PROTOBUF_C_TYPE_UINT32: .uint32
    case PROTOBUF_C_TYPE_FIXED32: .fixed32
    case PROTOBUF_C_TYPE_INT64: .int64
    case PROTOBUF_C_TYPE_SINT64: .sint64
    case PROTOBUF_C_TYPE_SFIXED64: .sfixed64
    case PROTOBUF_C_TYPE_UINT64: .uint64
    case PROTOBUF_C_TYPE_FIXED64: .fixed64
    case PROTOBUF_C_TYPE_BOOL: .bool
    case PROTOBUF_C_TYPE_ENUM: .enumeration
    case PROTOBUF_C_TYPE_STRING: .text
    case PROTOBUF_C_TYPE_BYTES: .bytes
    case PROTOBUF_C_TYPE_MESSAGE where depth < depthMaximum:
      .message(
        MessageSchema(
          field.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), depth: depth + 1))
    default: .opaque
    }
  }
}
