import Foundation
import Glibc
import PluginHost

/// Builds the package of a plugin and looks at what came of it as the daemon will: what `tandem plugin build` does.
public struct PluginBuild {
    private let folder: String
    private let host: PluginHost

    /// A build of the package in a folder.
    public init(folder: String, host: PluginHost) {
        self.folder = folder
        self.host = host
    }

    /// Builds with optimization; what the compiler says goes where this process's output goes. The plugins' files.
    public func run() throws -> [InspectionReport] {
        guard FileManager.default.fileExists(atPath: folder + "/Package.swift") else {
            throw AuthoringFailure(
                "there is no Package.swift in \(folder)",
                remedy: "name the package's folder, or begin with `tandem plugin new`")
        }
        try checkCompiler()
        let build = ["build", "-c", "release", "--package-path", folder]
        guard try swift(build, isHeard: true).code == 0 else {
            throw AuthoringFailure("the package doesn't build", remedy: "mend what the compiler says above")
        }
        let place = try swift(build + ["--show-bin-path"]).output.split(separator: "\n").last.map(String.init) ?? ""
        let files = try products().map { "\(place)/lib\($0).so" }
        guard !files.isEmpty else {
            throw AuthoringFailure(
                "the package has no dynamic library among its products",
                remedy: "write products: [.library(name: …, type: .dynamic, targets: […])] in its Package.swift")
        }
        return try files.map { file in
            switch host.examine(file: file) {
            case .success(let found): InspectionReport(found)
            case .failure(let refusal): throw refusal
            }
        }
    }

    /// The version of the compiler against that of the daemon, before minutes are spent on a file that it refuses.
    private func checkCompiler() throws {
        let words = try swift(["--version"]).output
        guard let start = words.firstRange(of: "Swift version ") else {
            throw AuthoringFailure(
                "`swift --version` names no version", remedy: "look which swift is first in the PATH")
        }
        let version = words[start.upperBound...].prefix { $0.isNumber || $0 == "." }
        let own = PluginExamination.ownSwift
        guard version.split(separator: ".").prefix(2).joined(separator: ".") == own else {
            throw AuthoringFailure(
                "swift here is \(version), and this Tandem runs plugins that Swift \(own) has compiled",
                remedy: "put Swift \(own) first in the PATH (https://www.swift.org/install/linux/)")
        }
    }

    private struct Manifest: Decodable {
        struct Product: Decodable {
            struct Kind: Decodable { let library: [String]? }
            let name: String
            let type: Kind
        }
        let products: [Product]
    }

    /// The dynamic libraries that the package makes.
    private func products() throws -> [String] {
        let text = try swift(["package", "--package-path", folder, "describe", "--type", "json"]).output
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(text.utf8)) else {
            throw AuthoringFailure("`swift package describe` gives no readable answer", remedy: "run it in \(folder)")
        }
        return manifest.products.filter { $0.type.library == ["dynamic"] }.map(\.name)
    }

    /// Runs the Swift of the PATH.
    private func swift(_ arguments: [String], isHeard: Bool = false) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swift"] + arguments
        let pipe = Pipe()
        if !isHeard {
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
        }
        try process.run()
        let output = isHeard ? Data() : pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus != 127 else {
            throw AuthoringFailure(
                "there is no swift in the PATH",
                remedy: "install Swift \(PluginExamination.ownSwift) (https://www.swift.org/install/linux/)")
        }
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
