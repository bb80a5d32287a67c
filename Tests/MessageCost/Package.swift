// swift-tools-version: 6.2
import PackageDescription

// What one message costs: built and run by Scripts/measure-message, in release and on its own.
let package = Package(
    name: "MessageCost",
    dependencies: [.package(path: "../../Sources/TandemKit")],
    targets: [
        .executableTarget(
            name: "MessageCost", dependencies: [.product(name: "TandemKit", package: "TandemKit")], path: ".",
            sources: ["main.swift", "Pipeline.swift", "Traffic.swift"])
    ],
    swiftLanguageModes: [.v6]
)
