package import ArgumentParser
import Foundation
import LokWire

package struct WireExplainCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Print where every byte of a captured conversation goes, by field.",
    discussion: """
      Examples:
        loksync device sync --store asha.sqlite --capture asha.capture
        loksync wire explain asha.capture
        loksync wire explain asha.capture --frames
        loksync wire explain asha.capture --live

      Application bytes, frame lengths included, TLS and TCP not. In a compressed payload no byte stands for \
      one field: there "sent" is the field's part of the whole, in proportion. A capture holds what the \
      phone may see, in plain: keep it as you would keep its store.
      """)

  @Argument(help: ArgumentHelp("What device sync --capture wrote.", valueName: "FILE"))
  package var file: String
  @Flag(help: "Each frame by itself.")
  package var frames = false
  @Flag(help: "Each frame as it is captured, until interrupted.")
  package var live = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if live, output.json { throw ValidationError("--live prints for people: leave --json out.") }
  }

  package func run() async throws {
    if live { return try await follow() }
    let text = String(decoding: try InputFile.bytes(of: file), as: UTF8.self)
    var reading = CaptureReading()
    let explained = try text.split(whereSeparator: \.isNewline).compactMap { try reading.next($0, of: file) }
    if output.json { return try printJSON(WireText.JSON(explained)) }
    if frames { for frame in explained { print(WireText.frame(frame)) } }
    print(WireText.table(explained))
  }

  private func follow() async throws {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw Failure(.notFound, "there is no file \(file)", next: "Begin the capture first")
    }
    defer { try? handle.close() }
    var reading = CaptureReading()
    var rest = ""
    while !Task.isCancelled {
      rest += String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
      while let end = rest.firstIndex(where: \.isNewline) {
        if let frame = try reading.next(rest[..<end], of: file) {
          StandardOutput.write(WireText.frame(frame))
        }
        rest.removeSubrange(...end)
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}

/// Reads a capture line by line; each connection is explained by itself.
struct CaptureReading {
  private var explainer = WireExplainer()
  private var line = 0

  /// - Returns: nil where a connection begins.
  mutating func next(_ text: some StringProtocol, of file: String) throws -> ExplainedFrame? {
    line += 1
    switch CaptureFile.read(text) {
    case .connection:
      explainer = WireExplainer()
      return nil
    case .frame(let frame): return explainer.explain(frame)
    case nil:
      throw Failure(
        .badData, "line \(line) of \(file) is none of a capture",
        next: "loksync device sync --capture writes such files")
    }
  }
}
