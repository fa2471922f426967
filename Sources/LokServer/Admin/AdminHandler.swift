internal import NIOCore
internal import NIOHTTP1

/// Answers the first request of a connection and closes it.
final class AdminHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let sources: AdminServer.Sources
  private var request: HTTPRequestHead?
  private var isAnswering = false
  private var deadline: Scheduled<Void>?

  init(sources: AdminServer.Sources) { self.sources = sources }

  func channelActive(context: ChannelHandlerContext) {
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: AdminServer.requestTime) { () -> Void in
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = request ?? head
    case .body: break
    case .end: if let request, !isAnswering { answer(request, context: context) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
    isAnswering = true
    guard request.method == .GET || request.method == .HEAD else {
      return write(.methodNotAllowed, to: request, context: context)
    }
    guard let page = AdminAnswer.Page(uri: request.uri) else {
      return write(.notFound, to: request, context: context)
    }
    let promise = context.eventLoop.makePromise(of: AdminAnswer.self)
    promise.futureResult.assumeIsolated().whenSuccess { self.write($0, to: request, context: context) }
    promise.completeWithTask { [sources] in
      switch page {
      case .status: .status(await sources.status())
      case .health: .healthy
      case .readiness: .readiness(await sources.readiness())
      }
    }
  }

  private func write(_ answer: AdminAnswer, to request: HTTPRequestHead, context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.code))
    head.headers.add(name: "Content-Type", value: "application/json")
    head.headers.add(name: "Content-Length", value: String(answer.body.count + 1))
    head.headers.add(name: "Cache-Control", value: "no-store")
    head.headers.add(name: "Connection", value: "close")
    if answer.code == 405 { head.headers.add(name: "Allow", value: "GET, HEAD") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      // The line's end leaves a terminal's prompt where it belongs.
      var body = ByteBuffer(bytes: answer.body)
      body.writeInteger(UInt8(ascii: "\n"))
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }
}

/// Stands before the HTTP decoder: nobody sends more than a request's worth of bytes.
final class RequestLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private var bytes = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytes
    if bytes > AdminServer.requestBytes {
      context.close(promise: nil)
    } else {
      context.fireChannelRead(data)
    }
  }
}
