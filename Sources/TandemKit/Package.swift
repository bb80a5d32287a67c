// swift-tools-version: 6.2
import PackageDescription

// The kit is a package of its own so that the daemon and every plugin share one copy of it:
// with kit and plugins in one manifest each image gets its own copy of the metadata, and
// `plugin as? any Role` fails silently across dlopen. Library evolution is what lets a plugin
// built against an older kit run in a newer daemon.
//
// TANDEM_KIT_STATIC=1 builds it as a static library without evolution: only for
// Scripts/measure-boundary, which weighs what the dynamic boundary costs.
let isStatic = Context.environment["TANDEM_KIT_STATIC"] == "1"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Release builds leave out the dynamic checks for overlapping access (docs/ARCHITECTURE.md).
let unchecked: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
    name: "TandemKit",
    products: [
        .library(name: "TandemKit", type: isStatic ? .static : .dynamic, targets: ["TandemKit"]),
        .plugin(name: "TandemManifest", targets: ["TandemManifest"]),
    ],
    targets: [
        .target(
            name: "TandemKit",
            path: ".",
            exclude: ["Package.swift", "Manifest", "BuildPlugin", "Templates"],
            sources: ["SIP", "SDP", "Plugin"],
            swiftSettings: settings + unchecked + (isStatic ? [] : [.unsafeFlags(["-enable-library-evolution"])])
        ),
        // Adds Manifest/TandemManifest.swift, the constants that the host reads before any code
        // of a plugin runs, to the target that uses it.
        .plugin(name: "TandemManifest", capability: .buildTool(), path: "BuildPlugin"),
    ]
)
