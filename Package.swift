// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Release builds leave out the dynamic checks for overlapping access, 8 % of a call's instructions; debug builds, in
/// which all tests and simulations run, keep them (docs/ARCHITECTURE.md).
let unchecked: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let kit: Target.Dependency = .product(name: "TandemKit", package: "TandemKit")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A module of the core. Which module may import which is checked by Scripts/check.
func core(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings + unchecked)
}

/// A plugin: depends on the kit and on nothing of the core.
func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: [kit] + dependencies, path: "Plugins/\(name)",
        swiftSettings: settings, plugins: [.plugin(name: "TandemManifest", package: "TandemKit")])
}

/// A plugin that `tandem plugin new` makes others of.
func template(_ name: String, role: String) -> Target {
    .target(
        name: name, dependencies: [kit], path: "Sources/TandemKit/Templates/\(role)", exclude: ["Dialogues"],
        swiftSettings: settings, plugins: [.plugin(name: "TandemManifest", package: "TandemKit")])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

let templates = ["AcmeGateway", "AcmeNumbers", "AcmeRoutes", "AcmeRecords"]
let plugins = ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk"]

let package = Package(
    name: "Tandem",
    products: [.executable(name: "tandem", targets: ["tandem"])]
        + (plugins + templates + ["FixturePlugin", "LookUpPlugin"]).map {
            .library(name: $0, type: .dynamic, targets: [$0])
        },
    dependencies: [
        .package(path: "Sources/TandemKit"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // What `import Glibc` lacks: epoll, recvmmsg, sendmmsg, signalfd; headers only.
        .target(name: "CLinux", path: "Sources/CLinux"),
        // A crash handler, in which nothing of Swift may run.
        .target(name: "CCrashReport", path: "Sources/CCrashReport"),
        .systemLibrary(
            name: "CPCRE2", path: "Sources/CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),

        .systemLibrary(
            name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CCURL", path: "Sources/CCURL", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CCAres", path: "Sources/CCAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),

        core("Timing", []),
        core("PlainText", []),
        core("MessageMutation", []),
        core("Wire", []),
        core("Spawning", ["CLinux"]),
        core("SIPTransaction", [kit, "Timing"]),
        core("SIPDialog", [kit, "Timing", "Wire"]),
        core("CallControl", [kit, "Timing", "Wire", "SIPTransaction", "SIPDialog"]),
        core("ShardLoop", ["CLinux", "Timing"]),
        core("Sockets", [kit, "CLinux"]),
        core("ServerLocation", [kit, "Timing"]),
        core("DNSClient", [kit, "ServerLocation", "CCAres"]),
        core("RTP", []),
        core("MediaRelay", [kit, "Timing", "RTP"]),
        core(
            "RelayEngine",
            [kit, "CLinux", "Timing", "Wire", "ShardLoop", "Sockets", "MediaRelay", "RelayControl"]),
        core("RelayControl", [kit, "Timing", "Wire", "RTP", "Sockets", "MediaRelay"]),
        core("SIPTransport", [kit, "Timing", "ShardLoop", "Sockets", "SIPTransaction", "CLinux", "COpenSSL"]),
        // Carries the kit's manifest itself: that is how the host knows its own versions.
        .target(
            name: "PluginHost",
            dependencies: [kit, "CLinux", "CCrashReport", "COpenSSL", "Timing", "PlainText", "Spawning", "Wire"],
            path: "Sources/PluginHost", swiftSettings: settings,
            plugins: [.plugin(name: "TandemManifest", package: "TandemKit")]),
        core("Configuration", [kit, yams, "Timing", "PlainText"]),
        core("Trunks", [kit, "Timing", "Configuration", "SIPTransaction", "CallControl", "ServerLocation"]),
        core("Journal", []),
        core("LookUps", [kit, "Timing", "ShardLoop", "CSQLite", "CCURL"]),
        core("Supervisor", ["CLinux", "Timing", "ShardLoop", "Spawning", log]),
        core("Admin", ["CLinux", "Sockets"]),
        core("Console", ["Admin", "PlainText"]),
        core(
            "Signalling",
            [
                kit, "Timing", "PlainText", "Wire", "SIPTransaction", "SIPDialog", "CallControl", "ShardLoop",
                "SIPTransport", "ServerLocation", "DNSClient",
                "PluginHost", "Configuration", "Trunks", "Supervisor", "Journal", "LookUps", "Admin", "Sockets",
                "MediaRelay", "RelayControl", "Spawning", "CLinux", "CCrashReport", log,
            ]),
        core(
            "PluginAuthoring",
            [
                kit, "CLinux", "Timing", "PlainText", "MessageMutation", "SIPTransaction", "CallControl", "PluginHost",
                "Configuration",
            ]),
        .executableTarget(
            name: "tandem",
            dependencies: [
                kit, "PlainText", "PluginAuthoring", "Signalling", "PluginHost", "Configuration", "Supervisor", "Admin",
                "Console",
                "Sockets", "MediaRelay", "RelayControl", "RelayEngine", "ShardLoop", arguments, log,
            ],
            path: "Sources/tandem", swiftSettings: settings),

        // Regular expressions over numbers: linked into the two plugins that have rules, unknown to the core.
        .target(
            name: "Patterns", dependencies: ["CPCRE2"], path: "Plugins/Patterns", swiftSettings: settings),
        plugin("DialPlan", ["Patterns"]),
        plugin("VoiceRoutes", ["Patterns"]),
        plugin("Generic"),
        plugin("Lync"),
        plugin("Asterisk"),
        // What `tandem plugin new` writes: built, checked and compared with docs/PLUGINS.md by the tests.
        template("AcmeGateway", role: "adapter"),
        template("AcmeNumbers", role: "normalizer"),
        template("AcmeRoutes", role: "router"),
        template("AcmeRecords", role: "observer"),

        // What Scripts/measure-boundary counts the instructions of.
        .executableTarget(
            name: "BoundaryBench", dependencies: [kit, "Timing", "SIPTransaction", "CallControl", "Journal"],
            path: "Bench/boundary", swiftSettings: settings + unchecked),

        // What Scripts/measure-hooks runs.
        .executableTarget(
            name: "HookBench", dependencies: [kit, "PluginHost"], path: "Bench/hooks",
            swiftSettings: settings + unchecked),

        // What Scripts/fuzz-guided drives with libFuzzer, and the unit tests with what it found.
        .target(
            name: "FuzzTargets",
            dependencies: [kit, "Timing", "Wire", "SIPTransaction", "SIPDialog", "CallControl", "SIPTransport"],
            path: "Tests/Fuzz/Targets", swiftSettings: settings),
        tests("FuzzTests", ["FuzzTargets"]),
        tests("TandemKitTests", [kit, "MessageMutation", "FuzzTargets"]),
        tests("TimingTests", ["Timing"]),
        tests("PlainTextTests", ["PlainText"]),
        tests("SIPTransactionTests", [kit, "Timing", "SIPTransaction"]),
        tests("SIPDialogTests", [kit, "Timing", "Wire", "SIPDialog"]),
        tests("CallControlTests", [kit, "Timing", "SIPTransaction", "SIPDialog", "CallControl", "SIPTransport"]),
        tests(
            "SimulationTests",
            [kit, "Timing", "SIPTransaction", "SIPDialog", "CallControl", "MediaRelay", "SIPTransport"]),
        tests("RTPTests", ["RTP"]),
        // Media ports without sockets.
        .target(
            name: "MemoryPorts", dependencies: [kit, "Timing", "MediaRelay"], path: "Tests/Fixtures/MemoryPorts",
            swiftSettings: settings),
        tests("MediaRelayTests", [kit, "Timing", "RTP", "MediaRelay", "MemoryPorts"]),
        tests(
            "RelayEngineTests",
            [kit, "Timing", "ShardLoop", "Sockets", "RTP", "MediaRelay", "RelayControl", "RelayEngine"]),
        tests("RelayControlTests", [kit, "Timing", "Wire", "RTP", "MediaRelay", "MemoryPorts", "RelayControl"]),
        tests("ShardLoopTests", ["ShardLoop", "Timing", "CLinux"]),
        .target(name: "FullSendBuffer", path: "Tests/Fixtures/FullSendBuffer"),
        tests(
            "SIPTransportTests",
            [
                kit, "Timing", "ShardLoop", "Sockets", "SIPTransaction", "SIPTransport", "CLinux", "COpenSSL",
                "FullSendBuffer",
            ]),
        // A plugin that misbehaves as a word in its file says: what the tests of the plugin host load.
        .target(name: "FixtureMode", path: "Tests/Fixtures/FixtureMode"),
        .target(
            name: "FixturePlugin", dependencies: [kit, "FixtureMode"], path: "Tests/Fixtures/FixturePlugin",
            swiftSettings: settings, plugins: [.plugin(name: "TandemManifest", package: "TandemKit")]),
        // The routers of docs/PLUGINS.md that look something up: what Tests/Interop/lookups runs.
        .target(
            name: "LookUpPlugin", dependencies: [kit], path: "Tests/Fixtures/LookUpPlugin", swiftSettings: settings,
            plugins: [.plugin(name: "TandemManifest", package: "TandemKit")]),
        .target(name: "BuiltPlugin", path: "Tests/Fixtures/BuiltPlugin", swiftSettings: settings),
        tests("PluginHostTests", [kit, "Wire", "PluginHost", "BuiltPlugin"]),
        tests("PluginTests", [kit, "PluginHost", "Patterns"]),
        tests("PluginAuthoringTests", [kit, "PluginHost", "PluginAuthoring"]),
        tests("ConfigurationTests", [kit, "Timing", "Configuration"]),
        tests("ServerLocationTests", [kit, "Timing", "ServerLocation"]),
        tests(
            "TrunksTests",
            [kit, "Timing", "Configuration", "SIPTransaction", "CallControl", "ServerLocation", "Trunks"]),
        tests("JournalTests", ["Journal"]),
        tests("LookUpsTests", [kit, "Timing", "ShardLoop", "LookUps", "CSQLite"]),
        tests("SupervisorTests", ["Timing", "Supervisor"]),
        tests("AdminTests", ["Admin"]),
        tests("ConsoleTests", ["Admin", "Console"]),
        // Runs the built command with the built plugins.
        tests("CommandTests", ["BuiltPlugin"]),
        tests(
            "SignallingTests",
            [
                kit, "Timing", "Configuration", "PluginHost", "CallControl", "Trunks", "Signalling", "Admin",
                "BuiltPlugin",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
