import Admin
import Configuration
import Foundation
import Testing

@testable import Signalling

/// The files about TLS, as `tandem check` judges them.
@Suite("TLS material")
struct TLSMaterialTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "tandem-material-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try make("own", days: 400)
    }

    /// A certificate that has signed itself, and its key.
    private func make(_ name: String, days: Int) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
            "\(days)", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name).example.net", "-keyout",
            "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func settings(
        certificate: String = "own.pem", key: String = "own.key", authorities: String = "own.pem"
    ) throws -> TandemConfiguration {
        let text = """
            listeners:
              l:
                transport: tls
                address: 127.0.0.1
                tls: { certificate: \(certificate), key: \(key), client-certificates: ask, authorities: \(authorities) }
            trunks: { t: { listener: l, peer: gw.example.net } }
            """
        return try ConfigurationFile.parse(Array(text.utf8), file: "\(folder)/t.yaml", environment: [:])
    }

    private func problems(_ settings: TandemConfiguration) throws -> [String] {
        try #require(throws: ConfigurationErrors.self) { try TLSMaterial.load(of: settings) }
            .problems.map { "\($0)".replacing(folder, with: "F") }
    }

    @Test(
        "F86 in part: files that are missing, hold something else or don't belong together are errors with their line, each told once"
    )
    func faults() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try make("other", days: 400)
        #expect(
            try problems(settings(certificate: "none.pem")) == [
                "line 5, column 25: listeners.l.tls.certificate: the certificate F/none.pem can't be read (No such file or "
                    + "directory); name a file that the user who runs Tandem may read"
            ])
        let foreign = try problems(settings(key: "other.key"))
        #expect(
            foreign.count == 1 && foreign[0].contains("listeners.l.tls.key: the key in F/other.key is not that of the"))
        #expect(try problems(settings(certificate: "own.key"))[0].contains("F/own.key holds no certificate"))
        #expect(try problems(settings(key: "own.pem"))[0].contains("F/own.pem holds no private key"))
        #expect(
            try problems(settings(authorities: "own.key"))[0].contains("F/own.key holds no certificate of an authority")
        )
    }

    @Test(
        "F86 in part: a certificate that ends within 30 days, or has ended, is a warning with its day; so is a key that all can read"
    )
    func warnings() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let material = try TLSMaterial.load(of: settings())
        let now = Int(Date().timeIntervalSince1970)
        #expect(material.warnings(at: now).isEmpty && material.shown.count == 1)
        #expect(material.reports(at: now).map(\.names) == ["own.example.net"])
        #expect([399, 400].contains(material.reports(at: now)[0].daysLeft))
        let soon = material.warnings(at: now + 375 * 86_400).map(\.message)
        #expect(soon.count == 1 && soon[0].hasPrefix("the certificate of own.example.net expires on "))
        let over = material.warnings(at: now + 401 * 86_400).map(\.message)
        #expect(over.count == 1 && over[0].hasPrefix("the certificate of own.example.net has expired on "))
        #expect(chmod("\(folder)/own.key", 0o644) == 0)
        #expect(try TLSMaterial.load(of: settings()).warnings(at: now).map(\.path) == ["listeners.l.tls.key"])
    }

    @Test("F86 in part: a file that was replaced is known to be another one")
    func changes() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try TLSMaterial.load(of: settings())
        #expect(try first.changes(to: TLSMaterial.load(of: settings())).isEmpty)
        try make("next", days: 5)
        try FileManager.default.removeItem(atPath: "\(folder)/own.pem")
        try FileManager.default.moveItem(atPath: "\(folder)/next.pem", toPath: "\(folder)/own.pem")
        try FileManager.default.removeItem(atPath: "\(folder)/own.key")
        try FileManager.default.moveItem(atPath: "\(folder)/next.key", toPath: "\(folder)/own.key")
        let changed = try first.changes(to: TLSMaterial.load(of: settings()))
        #expect(changed == ["\(folder)/own.key", "\(folder)/own.pem"])
    }
}
