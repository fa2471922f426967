internal import NIOCore
import Synchronization

/// Bytes that went through one socket.
final class SocketTraffic: Sendable {
  let bytesIn = Atomic<Int>(0)
  let bytesOut = Atomic<Int>(0)
}

/// Stands next to the socket, before TLS, so that the figures are what a phone pays for.
final class SocketTrafficHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let traffic: SocketTraffic

  init(traffic: SocketTraffic) { self.traffic = traffic }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    traffic.bytesIn.add(unwrapInboundIn(data).readableBytes, ordering: .relaxed)
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    traffic.bytesOut.add(unwrapOutboundIn(data).readableBytes, ordering: .relaxed)
    context.write(data, promise: promise)
  }
}
