package import LokBooks

/// The calls of the contract. Values are those of `loksync.v1.Method`.
package enum Method: UInt32, CaseIterable, Sendable {
  case hello = 1
  case register = 2
  case upload = 3
  case download = 4
  case head = 5
  case digest = 6
  case snapshot = 7
  case putBlob = 8
  case getBlob = 9
  case operate = 20
  case carry = 21
}

/// The envelope of every call.
package struct Frame: Hashable, Sendable {
  /// Odd ones are opened by the client.
  package var call: UInt32
  /// Only in the frame that opens the call. Kept raw: an unknown one is answered, not a broken frame.
  package var method: UInt32?
  package var payload: [UInt8]?
  /// Persons' keys that go with the payload, a message of their own: they are never compressed.
  package var keys: [UInt8]?
  package var end: Bool
  /// From the client: nothing more is to come in this call. What it has sent stays sent.
  package var cancel: Bool
  /// From the server, ends the call.
  package var status: Status?
  package var deadline: Duration?

  package init(
    call: UInt32, method: Method? = nil, payload: [UInt8]? = nil, keys: [UInt8]? = nil, end: Bool = false,
    status: Status? = nil, deadline: Duration? = nil, cancel: Bool = false
  ) {
    self.call = call
    self.method = method?.rawValue
    self.payload = payload
    self.keys = keys
    self.end = end
    self.cancel = cancel
    self.status = status
    self.deadline = deadline
  }
}

/// The 17 canonical codes with their usual numbers.
package enum StatusCode: Int, CaseIterable, Sendable {
  case ok = 0
  case cancelled = 1
  case unknown = 2
  case invalidArgument = 3
  case deadlineExceeded = 4
  case notFound = 5
  case alreadyExists = 6
  case permissionDenied = 7
  case resourceExhausted = 8
  case failedPrecondition = 9
  case aborted = 10
  case outOfRange = 11
  case unimplemented = 12
  case `internal` = 13
  case unavailable = 14
  case dataLoss = 15
  case unauthenticated = 16
}

/// What the caller's library has to do next: three behaviours, no more.
package enum NextStep: Int, CaseIterable, Sendable {
  case wait = 1
  case repair = 2
  case showPerson = 3
}

/// How a call ended, where it did not end well.
package struct Status: Error, Hashable, Sendable {
  package var code: StatusCode
  package var reason: Reason?
  package var retryAfterMilliseconds: UInt32?
  package var next: NextStep?
  /// What the server expects next, with `.deviceSeqAhead` and `.reenroll`.
  package var nextDeviceSeq: DeviceSeq?
  package var block: BlockCode?
  package var arguments: [Int64]

  package init(
    _ code: StatusCode, _ reason: Reason? = nil, retryAfterMilliseconds: UInt32? = nil,
    next: NextStep? = nil, nextDeviceSeq: DeviceSeq? = nil, block: BlockCode? = nil,
    arguments: [Int64] = []
  ) {
    self.code = code
    self.reason = reason
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.next = next
    self.nextDeviceSeq = nextDeviceSeq
    self.block = block
    self.arguments = arguments
  }
}
