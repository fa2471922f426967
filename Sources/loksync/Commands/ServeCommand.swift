package import ArgumentParser
import LokServer
package import LokTransport
import Logging
import ServiceLifecycle
import UnixSignals

package struct ServeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the blocks of a data directory until SIGTERM or SIGINT.",
    discussion: """
      Examples:
        loksync serve --data /srv/loksync --listen 0.0.0.0:7711 --admin 127.0.0.1:7712
        loksync serve --data /tmp/try --listen 127.0.0.1:0 --admin 127.0.0.1:0 --insecure

      Port 0 takes a free one; the addresses are printed when phones can come. The admin address answers \
      GET /status (counters as JSON), /healthz and /readyz. A stop leaves nothing half done: what was \
      acknowledged is on disk, what was not is not acknowledged.
      """)

  @OptionGroup package var files: DataOptions
  @Option(help: ArgumentHelp("Where phones come.", valueName: "HOST:PORT"))
  package var listen = HostPort(host: "127.0.0.1", port: 7711)
  @Option(help: ArgumentHelp("Where operators ask; keep it on this computer.", valueName: "HOST:PORT"))
  package var admin = HostPort(host: "127.0.0.1", port: 7712)
  @Flag(help: "Without TLS, on a loopback address only.")
  package var insecure = false
  @Option(help: ArgumentHelp("A certificate chain in PEM instead of the one init made.", valueName: "FILE"))
  package var certificate: String?
  @Option(help: ArgumentHelp("Its private key in PEM.", valueName: "FILE"))
  package var key: String?
  @Option(
    help: ArgumentHelp(
      "Phones at a time; fewer leave descriptors for shards that stay open.", valueName: "COUNT"))
  package var connections = Listener.connectionsMaximum
  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  package var logLevel: LogLevel = .info
  @Flag(
    name: .customLong("until-input-ends"),
    help: "Stop, as by SIGTERM, when the standard input ends: with the program that started the server.")
  package var untilInputEnds = false

  package init() {}

  package enum LogLevel: String, CaseIterable, ExpressibleByArgument, Sendable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
  }

  package func validate() throws {
    if insecure, !listen.isLoopback {
      throw ValidationError("--insecure needs a loopback address; --listen is \(listen).")
    }
    guard connections > 0 else { throw ValidationError("--connections needs 1 or more.") }
    if (certificate == nil) != (key == nil) {
      throw ValidationError("--certificate and --key come together.")
    }
    if insecure, certificate != nil {
      throw ValidationError("--insecure and --certificate exclude each other.")
    }
  }

  package func run() async throws {
    // Log lines and addresses go to one stream in the order in which they happened.
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var logger = Logger(label: "loksync")
    logger.logLevel = logLevel.level
    var configuration = ServerConfiguration(
      directory: DataDirectory(files.data), listen: listen, admin: admin, isInsecure: insecure)
    configuration.connections = connections
    if let certificate, let key { configuration.certificate = (chain: certificate, key: key) }
    let server = LoksyncServer(configuration, logger: logger) { addresses in
      StandardOutput.write(
        "Phones  \(addresses.listen)\nAdmin   \(addresses.admin.map(String.init(describing:)) ?? "none")")
    }
    if untilInputEnds { EndOfInput.stopsThisProcess() }
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }
}
