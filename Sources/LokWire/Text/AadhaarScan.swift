package import LokBooks

/// Finds Aadhaar numbers in free text: they never enter the books, not even by mistake.
///
/// Twelve digits of any script, the first 2-9, the last a Verhoeff check digit, with single spaces or hyphens
/// (of any kind and width) between them; what is not seen at all, such as a zero-width space, counts as not
/// there. The digits stand alone: of a run of 13 or more no part counts, except twelve
/// that no space or hyphen divides (a number before a phone number). Fields with a format of their own
/// (accounts, phones) are not scanned: one in twelve of random numbers would pass.
package enum AadhaarScan {
  private static let length = 12

  package static func finds(in text: String) -> Bool {
    var run = Run()
    for scalar in text.unicodeScalars {
      if let digit = digit(scalar) {
        run.append(digit)
      } else if isSeparator(scalar), run.canGoOn {
        run.divide()
      } else if scalar.properties.generalCategory != .format {
        if run.holdsNumber { return true }
        run = Run()
      }
    }
    return run.holdsNumber
  }

  /// The index of the first change with a text that holds one.
  package static func firstText(in set: ChangeSet) -> Int? {
    set.changes.firstIndex { change in
      change.patch.fields.contains { field in
        if case .text(let text) = field.value { finds(in: text) } else { false }
      }
    }
  }

  /// Digits that single spaces and hyphens hold together.
  private struct Run {
    /// Between the spaces and hyphens.
    private var stretches: [[UInt8]] = [[]]

    /// A second space or hyphen in a row ends the run.
    var canGoOn: Bool { stretches.last?.isEmpty == false }
    mutating func append(_ digit: UInt8) { stretches[stretches.count - 1].append(digit) }
    mutating func divide() { stretches.append([]) }

    var holdsNumber: Bool {
      isNumber(stretches.flatMap(\.self)) || stretches.contains { isNumber($0) }
    }
  }

  /// Texts are typed by people; numbers and sealed parts are not searched. Nor is an account's or a loan's
  /// number that is nothing else.
  package static func finds(in field: Patch.Field, of entity: Entity) -> Bool {
    guard case .text(let text) = field.value else { return false }
    if FieldPolicy.isTypedNumber(entity, field: field.number), text.utf8.allSatisfy({ $0 > 0x20 }) {
      return false
    }
    return finds(in: text)
  }

  private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
    guard scalar.properties.numericType == .decimal else { return nil }
    return scalar.properties.numericValue.flatMap { UInt8(exactly: $0) }
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    [.spaceSeparator, .dashPunctuation].contains(scalar.properties.generalCategory)
  }

  private static func isNumber(_ digits: [UInt8]) -> Bool {
    guard digits.count == length, let first = digits.first, first >= 2 else { return false }
    return Verhoeff.isValid(digits)
  }
}

/// The check digit of J. Verhoeff (Error Detecting Decimal Codes, 1969): arithmetic in the dihedral group
/// of ten elements, after a permutation by place.
private enum Verhoeff {
  private static let permutations: [[UInt8]] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
  ]

  static func isValid(_ digits: [UInt8]) -> Bool {
    var check: UInt8 = 0
    for (place, digit) in digits.reversed().enumerated() {
      check = product(check, permutations[place % 8][Int(digit)])
    }
    return check == 0
  }

  /// In the group D5: 0-4 turn, 5-9 mirror.
  private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    switch (a < 5, b < 5) {
    case (true, true): (a + b) % 5
    case (true, false): (a + b - 5) % 5 + 5
    case (false, true): (a - b) % 5 + 5
    case (false, false): (a + 5 - b) % 5
    }
  }
}
