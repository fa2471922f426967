/// What is said to one admin request.
struct AdminAnswer: Hashable, Sendable {
  /// The HTTP status, as a number.
  let code: Int
  /// JSON, one line.
  let body: [UInt8]

  /// Which answer a request wants.
  enum Page: String, Sendable {
    case status = "/status"
    case health = "/healthz"
    case readiness = "/readyz"

    /// A query is allowed and means nothing: some probes add one against caches.
    init?(uri: String) { self.init(rawValue: String(uri.prefix { $0 != "?" })) }
  }

  static func status(_ json: [UInt8]) -> AdminAnswer { AdminAnswer(code: 200, body: json) }
  static let healthy = AdminAnswer(code: 200, text: #"{"status":"ok"}"#)
  static let notFound = AdminAnswer(
    code: 404, text: #"{"error":"not_found","paths":["/status","/healthz","/readyz"]}"#)
  static let methodNotAllowed = AdminAnswer(
    code: 405, text: #"{"error":"method_not_allowed","methods":["GET","HEAD"]}"#)

  static func readiness(_ readiness: AdminServer.Readiness) -> AdminAnswer {
    switch readiness {
    case .ready: AdminAnswer(code: 200, text: #"{"status":"ready"}"#)
    case .notReady(let reason):
      AdminAnswer(code: 503, text: #"{"status":"not_ready","reason":""# + word(reason) + #""}"#)
    }
  }

  private init(code: Int, body: [UInt8]) {
    self.code = code
    self.body = body
  }

  private init(code: Int, text: String) { self.init(code: code, body: Array(text.utf8)) }

  /// Reasons are our own words; anything else would need escaping in JSON.
  private static func word(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-:. ".contains($0)) ? $0 : "_" })
  }
}
