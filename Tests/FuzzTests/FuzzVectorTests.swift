import Foundation
import FuzzTargets
import Testing

/// What fuzzers have found, and a corpus of inputs that between them reach most of the code: all of it on each test run.
@Suite struct FuzzVectorTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fuzz/Vectors")

    @Test("What guided fuzzing found, and its corpus, breaks nothing", arguments: FuzzTarget.allCases)
    func vectors(target: FuzzTarget) throws {
        let folder = Self.folder.appending(path: target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 10, "the corpus of \(target) is there")
        for file in files.sorted(by: { $0.path < $1.path }) {
            let bytes = try Data(contentsOf: file)
            let fault = bytes.withUnsafeBytes { target.check($0) }
            #expect(fault == nil, "\(file.lastPathComponent)")
        }
    }

    @Test("Inputs of random bytes break nothing", arguments: FuzzTarget.allCases)
    func random(target: FuzzTarget) {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...600)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let fault = bytes.withUnsafeBytes { target.check($0) }
            #expect(fault == nil, "\(bytes)")
        }
    }
}
