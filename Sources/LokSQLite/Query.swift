import Synchronization

/// The text of a statement that is run for every line of every set, as a constant: a connection finds its
/// statement by a number, where a text would have to be hashed each time.
package struct Query: Sendable {
  let sql: String
  /// Unlike every other query's of this process.
  let number: Int
  private static let made = Atomic<Int>(0)

  /// For constants: each query made takes a place in every connection that runs it.
  package init(_ sql: String) {
    self.sql = sql
    number = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}
