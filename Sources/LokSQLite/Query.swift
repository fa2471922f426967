import Synchronization

/// The text of a statement that is run for every line of every set, as a constant: a connection finds its
/// statement by a number, where a text would have to be hashed each time.
package struct Query: Sendable {
  let sql: String
  /// Unlike every other query's of this process.
  let number: Int
  /// A connection that rests keeps it prepared.
  let isKept: Bool
  private static let made = Atomic<Int>(0)

  /// For constants: each query made takes a place in every connection that runs it.
  ///
  /// - Parameter isKept: for those that every meeting needs and that are dear to prepare: some take 60 µs,
  ///   and 2 to 5 KB of each of thousands of connections.
  package init(_ sql: String, isKept: Bool = false) {
    self.sql = sql
    self.isKept = isKept
    number = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}
