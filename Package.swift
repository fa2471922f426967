// swift-tools-version:6.2
import Foundation
import PackageDescription

// Warnings are errors under tools/test (LOKSYNC_STRICT=1), not on users' machines, where a newer
// toolchain may know new warnings.
let strict: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
  + (ProcessInfo.processInfo.environment["LOKSYNC_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  of name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["LokTestSupport"], exclude: exclude,
    resources: resources,
    swiftSettings: strict)
}

// Each package, its reason: NIO and NIOSSL carry the bytes; Crypto signs, seals and hashes; X509 makes
// the certificate of `loksync init`; GRDB gives schema, migrations and the tools' reads;
// ArgumentParser, ServiceLifecycle and Log are the server side's standard shell; Histogram keeps the
// simulator's latencies.
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
  name: "loksync",
  products: [.executable(name: "loksync", targets: ["loksync"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
  ],
  // In the order in which a change-set passes through them.
  targets: [
    // The contract, as protoc-c writes it from Proto/ (tools/generate); nothing by hand.
    .target(name: "CLokProto", linkerSettings: [.linkedLibrary("protobuf-c")]),
    // The system's SQLite, with the few shims that Swift cannot write.
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    // The system's zstd, with the dictionaries that were trained for the wire (tools/train-dictionary).
    .target(name: "CZstd", exclude: ["dictionaries"], linkerSettings: [.linkedLibrary("zstd")]),
    // The domain: ids, money, records, the chart of accounts, the posting table, the rules. Pure.
    module("LokBooks", [crypto]),
    // Text and numbers for people: messages by key in each language, money, widths, names. Pure.
    .target(
      name: "LokText", dependencies: ["LokBooks"],
      resources: [.embedInCode("Resources/messages.en"), .embedInCode("Resources/messages.hi")],
      swiftSettings: strict),
    // Bytes to values and back, within limits. The only module that sees a C struct.
    module("LokWire", ["LokBooks", "CLokProto", "CZstd", crypto]),
    // Frames over TCP and TLS: framing, listener, dialer.
    module("LokTransport", ["LokWire", crypto, nioTLS] + nio),
    // A thin, owned wrapper over SQLite for the hot path.
    module("LokSQLite", ["CSQLite"]),
    // The durable log in front of everything: group commit, continuity, removal of whole files.
    module("LokIntake", ["LokBooks", "LokWire", "LokSQLite"]),
    // Judge and apply: what becomes of a set, and what it changes. Pure; apply runs on phones too.
    module("LokMerge", ["LokBooks", "LokWire"]),
    // One SQLite file per block: schema, effects written, journal read, verified.
    module("LokShard", ["LokBooks", "LokWire", "LokMerge", "LokSQLite", crypto, grdb]),
    // Composition: sessions, merge service, catalogue, receipts, control socket, health.
    module(
      "LokServer",
      [
        "LokBooks", "LokWire", "LokTransport", "LokSQLite", "LokIntake", "LokMerge", "LokShard", crypto, x509,
        logging, lifecycle, nioHTTP,
      ] + nio),
    // A partial shard with an outbox, and the engine that syncs it.
    module(
      "LokDevice",
      [
        "LokBooks", "LokText", "LokWire", "LokTransport", "LokMerge", "LokShard", "LokSQLite", crypto,
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    // Bookkeepers, their troubles, and the auditor that believes nobody.
    module(
      "LokSimulator",
      [
        "LokBooks", "LokWire", "LokTransport", "LokIntake", "LokMerge", "LokShard", "LokServer", "LokDevice",
        crypto, grdb, histogram,
      ] + nio),
    .executableTarget(
      name: "loksync",
      dependencies: [
        "LokBooks", "LokText", "LokWire", "LokTransport", "LokSQLite", "LokIntake", "LokShard", "LokServer",
        "LokDevice", "LokSimulator", arguments, logging, lifecycle,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    .target(
      name: "LokTestSupport", dependencies: ["LokBooks", "LokWire"], path: "Tests/LokTestSupport",
      swiftSettings: strict),
    tests(of: "LokBooks", ["LokBooks"]),
    tests(of: "LokText", ["LokBooks", "LokText"]),
    tests(
      of: "LokWire", ["LokBooks", "LokWire", "CLokProto", crypto], resources: [.copy("Golden")]),
    tests(of: "LokTransport", ["LokTransport", "LokWire"] + nio),
    tests(of: "LokSQLite", ["LokSQLite"]),
    tests(of: "LokIntake", ["LokBooks", "LokWire", "LokSQLite", "LokIntake"]),
    tests(of: "LokMerge", ["LokBooks", "LokWire", "LokMerge"]),
    tests(of: "LokShard", ["LokBooks", "LokWire", "LokSQLite", "LokShard"]),
    tests(
      of: "LokServer",
      [
        "LokBooks", "LokWire", "LokTransport", "LokSQLite", "LokIntake", "LokMerge", "LokShard", "LokServer",
        crypto, logging, lifecycle,
      ] + nio),
    tests(
      of: "LokDevice",
      [
        "LokBooks", "LokWire", "LokTransport", "LokSQLite", "LokShard", "LokDevice", crypto,
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    tests(
      of: "LokSimulator",
      [
        "LokBooks", "LokWire", "LokTransport", "LokServer", "LokDevice", "LokSimulator", "loksync", crypto,
        grdb,
      ]),
    tests(
      of: "Loksync", ["LokBooks", "LokText", "LokWire", "LokDevice", "LokSimulator", "loksync", arguments]),
    tests(
      of: "LokEndToEnd",
      [
        "LokBooks", "LokWire", "LokTransport", "LokSQLite", "LokShard", "LokServer", "LokDevice",
        "LokSimulator", "LokText", "loksync", crypto, logging,
      ] + nio, exclude: ["FirstYear"]),
    // Line lengths, imports, words that stay out: what a compiler does not look at.
    tests(of: "Tidy", []),
  ]
)
