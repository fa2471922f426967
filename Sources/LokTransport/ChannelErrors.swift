import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

extension Closing {
  /// What NIO and TLS report, in our words.
  init(channelError error: any Error) {
    switch error {
    case NIOSSLError.uncleanShutdown: self = .byPeer
    case let error as TransportError: self = .failed(error)
    case let error as IOError where [ECONNRESET, EPIPE, ETIMEDOUT].contains(error.errnoCode): self = .byPeer
    default: self = .failed(TransportError(error))
    }
  }
}

extension TransportError {
  init(_ error: any Error) {
    switch error {
    case let error as TransportError: self = error
    case let error as IOError: self = Self.io(error)
    case let error as NIOConnectionError: self = Self.connection(error)
    case ChannelError.connectTimeout: self = .connectTimeout
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      self = .tlsFailed(detail: String(describing: error))
    default: self = .other(detail: String(describing: error))
    }
  }

  private static func io(_ error: IOError) -> TransportError {
    switch error.errnoCode {
    case ECONNREFUSED, ENOENT: .refused
    case EADDRINUSE: .addressInUse
    case ETIMEDOUT: .connectTimeout
    default: .io(errno: error.errnoCode)
    }
  }

  /// A host has several addresses; the first that says anything definite is told.
  private static func connection(_ error: NIOConnectionError) -> TransportError {
    if let first = error.connectionErrors.first { return TransportError(first.error) }
    return .unknownHost(error.host)
  }
}
