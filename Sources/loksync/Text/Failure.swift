/// Why a command ends without doing what it was asked: one or two lines for a person, a code for scripts.
package struct Failure: Error, Hashable, Sendable {
  package enum Exit: Int32, CaseIterable, Sendable {
    /// A check ran and found a disagreement.
    case disagreement = 1
    /// The command line does not say what to do.
    case usage = 2
    /// A file that was given cannot be read as what it should be.
    case badData = 65
    /// No such file, block, device or record.
    case notFound = 66
    /// The server, or a block of it, cannot be reached or used now.
    case unavailable = 69
    /// A fault of this program.
    case internalFault = 70
    /// A file could not be read or written.
    case inputOutput = 74
  }

  /// What happened, to which record.
  package var what: String
  /// What to do next.
  package var next: String?
  package var exit: Exit

  package init(_ exit: Exit, _ what: String, next: String? = nil) {
    self.exit = exit
    self.what = what
    self.next = next
  }

  /// As it is printed to the error stream.
  package var text: String {
    let first = "loksync: \(Printable.text(what))"
    return next.map { "\(first)\n  \(Printable.text($0))" } ?? first
  }
}
