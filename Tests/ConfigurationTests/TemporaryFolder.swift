import Glibc
import Testing

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/tandem-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = nftw(path, { name, _, _, _ in remove(name) }, 16, FTW_DEPTH | FTW_PHYS)
    }

    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws {
        let file = try #require(fopen(path + "/" + name, "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        chmod(path + "/" + name, mode)
    }
}
