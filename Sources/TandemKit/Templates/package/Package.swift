// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "AcmeGateway",
    products: [.library(name: "AcmeGateway", type: .dynamic, targets: ["AcmeGateway"])],
    dependencies: [.package(path: "../TandemKit")],
    targets: [
        .target(
            name: "AcmeGateway", dependencies: [.product(name: "TandemKit", package: "TandemKit")],
            plugins: [.plugin(name: "TandemManifest", package: "TandemKit")]),
        .testTarget(name: "AcmeGatewayTests"),
    ])
