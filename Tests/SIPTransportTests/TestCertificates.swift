import Foundation

@testable import SIPTransport

/// An authority and certificates that it has signed, made for this run in a folder that ends with it.
final class TestCertificates: Sendable {
    /// Made once for all tests.
    static let shared = try! TestCertificates()

    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "tandem-certificates-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in ["authority", "stranger"] {
            try run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).pem"),
            ])
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ file: String) -> String { "\(folder)/\(file)" }

    var authority: TLSTrust { .file(path("authority.pem")) }

    /// A certificate and its key, for these names; `days` may be over already.
    func make(
        _ name: String, _ alternatives: String?, by authority: String = "authority", days: Int = 2
    ) throws -> TLSCredentials {
        let file = "\(name)-\(UUID().uuidString)"
        try run([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", path("\(file).key"), "-out", path("\(file).csr"),
        ])
        var words = [
            "x509", "-req", "-in", path("\(file).csr"), "-CA", path("\(authority).pem"), "-CAkey",
            path("\(authority).key"), "-set_serial", "\(UInt32.random(in: 1 ... .max))", "-days", "\(days)", "-out",
            path("\(file).pem"),
        ]
        if let alternatives {
            try Data("subjectAltName=\(alternatives)\n".utf8).write(to: URL(fileURLWithPath: path("\(file).ext")))
            words += ["-extfile", path("\(file).ext")]
        }
        try run(words)
        return TLSCredentials(certificate: path("\(file).pem"), key: path("\(file).key"))
    }

    private func run(_ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + words
        process.standardError = Pipe()
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "openssl \(words[0]) failed")
    }
}
