/// A random source that repeats: the same seed gives the same values on every machine.
///
/// Source: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// To be printed where a test fails.
  package let seed: UInt64
  private var state: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension SeededGenerator {
  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
  }

  /// Mostly small, now and then of any size: where the edges of encodings lie.
  package mutating func number(upTo limit: UInt64) -> UInt64 {
    switch UInt8.random(in: 0..<8, using: &self) {
    case 0: 0
    case 1: limit
    case 2...4: min(limit, UInt64.random(in: 0...300, using: &self))
    default: UInt64.random(in: 0...limit, using: &self)
    }
  }

  /// One, two or four bytes a character, without NUL.
  package mutating func text(upTo length: Int) -> String {
    let letters = Array("abc XYZ019.,-सुनीता मंडल₹😀é")
    return String((0..<Int.random(in: 0...length, using: &self)).map { _ in
      letters[Int.random(in: 0..<letters.count, using: &self)]
    })
  }

  package mutating func list<Element>(
    upTo count: Int, _ element: (inout SeededGenerator) -> Element
  ) -> [Element] {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in element(&self) }
  }

  /// Nil one time in three.
  package mutating func maybe<Value>(_ value: (inout SeededGenerator) -> Value) -> Value? {
    Int.random(in: 0..<3, using: &self) == 0 ? nil : value(&self)
  }

  package mutating func one<Element>(of elements: some Collection<Element>) -> Element {
    // Collections that are drawn from are not empty.
    elements.randomElement(using: &self)!
  }
}
