package import LokText

/// The language of this run. `CommandLineEntry` decides it once from the environment and binds it around the
/// command; every text takes its messages from here unless it is given others. Where nobody binds it, as in
/// tests, it is English.
package enum Speech {
  @TaskLocal package static var messages = Messages.english
}
