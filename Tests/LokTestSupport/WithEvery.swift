/// Runs `body` with every element: a small world, enumerated whole.
package func withEvery<Element>(
  of elements: some Sequence<Element>, _ body: (Element) throws -> Void
) rethrows {
  for element in elements { try body(element) }
}

/// Runs `body` with every pair of elements.
package func withEvery<First, Second>(
  of firsts: some Sequence<First>, _ seconds: some Sequence<Second>, _ body: (First, Second) throws -> Void
) rethrows {
  let seconds = Array(seconds)
  for first in firsts { for second in seconds { try body(first, second) } }
}
