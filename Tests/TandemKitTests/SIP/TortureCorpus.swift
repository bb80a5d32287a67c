import Foundation
import TandemKit
import Testing

/// The torture messages of RFC 4475 and RFC 5118, which lie beside the repository and are not part of it.
enum TortureCorpus {
    /// `../shared/corpora` beside the package, or what the environment variable TANDEM_CORPORA names.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["TANDEM_CORPORA"] { return URL(fileURLWithPath: path) }
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appending(path: "shared/corpora")
    }()

    /// Whether the corpus is there; says so when it is not.
    static let isPresent: Bool = {
        if FileManager.default.fileExists(atPath: folder.appending(path: "rfc4475/wsinv.dat").path) { return true }
        print("The torture tests are skipped: there is no \(folder.path)")
        return false
    }()

    /// The bytes of a message.
    static func message(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    /// What the parser says: `ok`, the status of the answer, or `drop`.
    static func verdict(on bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { buffer in
            do throws(SIPParseError) {
                _ = try SIPMessage(Bytes(buffer))
                return "ok"
            } catch {
                return error.isAnswerable ? "\(error.status) \(error.reasonPhrase)" : "drop (\(error.reasonPhrase))"
            }
        }
    }
}
