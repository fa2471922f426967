/// Whole numbers with Indian grouping: 12,34,567.
package enum Count {
  package static func text(_ number: Int64) -> String {
    (number < 0 ? "-" : "") + Rupees.grouped(number.magnitude)
  }
}
