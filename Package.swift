// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "martlet",
  products: [
    .executable(name: "postgresql-agent", targets: ["postgresql-agent"]),
    .executable(name: "mysql-agent", targets: ["mysql-agent"]),
    .executable(name: "martlet", targets: ["martlet"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .target(name: "CPosix", cSettings: [.define("_GNU_SOURCE")]),
    // Neither library is linked: SwiftPM's pkgConfig would add -lxml2 and -lpq, and every action would pay for loading
    // them. So the compiler must be told where libxml2's headers are.
    .target(
      name: "CLibXML2", cSettings: [.unsafeFlags(["-I/usr/include/libxml2"])],
      linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CMariaDB", cSettings: [.define("_GNU_SOURCE")], linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CLibPQ", cSettings: [.define("_GNU_SOURCE")], linkerSettings: [.linkedLibrary("dl")]),

    .target(name: "OCF", swiftSettings: strict),
    .target(name: "Replication", dependencies: ["OCF"], exclude: ["Actions"], swiftSettings: strict),
    .target(
      name: "CIB", dependencies: ["CLibXML2"],
      swiftSettings: strict + [.unsafeFlags(["-Xcc", "-I/usr/include/libxml2"])]),
    .target(name: "Host", dependencies: ["CPosix"], swiftSettings: strict),
    .target(
      name: "ReplicationActions", dependencies: ["OCF", "Replication", "Host", "CIB"],
      path: "Sources/Replication/Actions", swiftSettings: strict),

    .target(
      name: "PostgreSQLFacts", dependencies: ["OCF", "Replication"], path: "Sources/PostgreSQL/Facts",
      swiftSettings: strict),
    .target(
      name: "PostgreSQLRules", dependencies: ["OCF", "Replication", "PostgreSQLFacts"],
      path: "Sources/PostgreSQL/Rules", swiftSettings: strict),
    .target(
      name: "PostgreSQLActions",
      dependencies: [
        "OCF", "Replication", "ReplicationActions", "Host", "CIB", "CLibPQ", "PostgreSQLFacts",
        "PostgreSQLRules",
      ],
      path: "Sources/PostgreSQL/Actions", swiftSettings: strict),

    .target(
      name: "MySQLFacts", dependencies: ["OCF", "Replication"], path: "Sources/MySQL/Facts",
      swiftSettings: strict),
    .target(
      name: "MySQLRules", dependencies: ["OCF", "Replication", "MySQLFacts"], path: "Sources/MySQL/Rules",
      swiftSettings: strict),
    .target(
      name: "MySQLActions",
      dependencies: [
        "OCF", "Replication", "ReplicationActions", "Host", "CIB", "CMariaDB", "MySQLFacts", "MySQLRules",
      ],
      path: "Sources/MySQL/Actions", swiftSettings: strict),

    .executableTarget(
      name: "postgresql-agent", dependencies: ["PostgreSQLActions", "Host"], swiftSettings: strict),
    .executableTarget(
      name: "mysql-agent", dependencies: ["MySQLActions", "Host"], swiftSettings: strict),
    .target(
      name: "Manual",
      dependencies: [
        "OCF", "Replication", "PostgreSQLFacts", "PostgreSQLRules", "MySQLFacts", "MySQLRules",
      ],
      swiftSettings: strict),
    .target(name: "Overview", dependencies: ["OCF", "Replication", "CIB"], swiftSettings: strict),
    .executableTarget(
      name: "martlet",
      dependencies: [
        "Manual", "OCF", "CIB", "Host", "Overview",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Not installed: `make simulate`.
    .executableTarget(
      name: "simulation",
      dependencies: [
        "OCF", "Replication", "PostgreSQLFacts", "PostgreSQLRules", "MySQLFacts", "MySQLRules",
      ], path: "Tests/Simulation",
      swiftSettings: strict),

    // What the tests of several modules share; nothing that is installed depends on it.
    .target(
      name: "TestSupport", dependencies: ["OCF", "Replication", "Host"], path: "Tests/Support",
      swiftSettings: strict),
    .testTarget(
      name: "OverviewTests", dependencies: ["Overview", "CIB", "OCF", "Replication"], exclude: ["Samples"],
      swiftSettings: strict),
    .testTarget(name: "OCFTests", dependencies: ["OCF"], swiftSettings: strict),
    .testTarget(
      name: "ReplicationTests",
      dependencies: ["OCF", "Replication", "ReplicationActions", "Host", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CIBTests", dependencies: ["CIB"], resources: [.copy("Samples")], swiftSettings: strict),
    .testTarget(name: "HostTests", dependencies: ["Host", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "PostgreSQLTests",
      dependencies: [
        "OCF", "Replication", "ReplicationActions", "Host", "PostgreSQLFacts", "PostgreSQLRules",
        "PostgreSQLActions", "Manual", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MySQLTests",
      dependencies: [
        "OCF", "Replication", "ReplicationActions", "Host", "MySQLFacts", "MySQLRules", "MySQLActions",
        "Manual", "TestSupport",
      ],
      resources: [.copy("Samples")], swiftSettings: strict),
  ]
)
