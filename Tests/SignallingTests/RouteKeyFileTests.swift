import Foundation
import Glibc
import Testing

@testable import Signalling

@Suite("The key of our Record-Routes")
struct RouteKeyFileTests {
    private func file(in folder: borrowing Folder) -> RouteKeyFile {
        RouteKeyFile(controlSocket: "/nowhere/t.sock", environment: ["STATE_DIRECTORY": folder.path])
    }

    @Test("The key is made once, for the daemon's user alone, and is the same at the next start")
    func kept() throws {
        let folder = try Folder()
        let (first, second) = (try file(in: folder).key(), try file(in: folder).key())
        #expect(first == second)
        var status = stat()
        #expect(stat(folder.path + "/route.key", &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["route.key"])
        let other = try Folder()
        #expect(try file(in: other).key() != first)
    }

    @Test("Without STATE_DIRECTORY it lies beside the control socket")
    func places() {
        #expect(
            RouteKeyFile(controlSocket: "/run/tandem/control.sock", environment: [:]).path
                == "/run/tandem/control.sock.route-key")
        let two = ["STATE_DIRECTORY": "/var/lib/a:/var/lib/b"]
        #expect(RouteKeyFile(controlSocket: "/t.sock", environment: two).path == "/var/lib/a/route.key")
    }

    @Test(
        "A file that is no key, or that others can read, is one sentence with its remedy",
        arguments: [
            ("", 0o600, "holds no key"), (String(repeating: "g", count: 32), 0o600, "holds no key"),
            (String(repeating: "0", count: 33), 0o600, "holds no key"),
            (String(repeating: "0", count: 32), 0o640, "is not the daemon's alone"),
        ] as [(String, mode_t, String)])
    func refused(text: String, mode: mode_t, cause: String) throws {
        let folder = try Folder()
        let path = folder.path + "/route.key"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, mode)
        let failure = #expect(throws: DaemonError.self) { try file(in: folder).key() }
        #expect(failure?.description.contains("\(path) \(cause); ") == true)
    }

    @Test("A folder that is not there is one sentence with its remedy")
    func noFolder() {
        let file = RouteKeyFile(controlSocket: "/nowhere/at/all/t.sock", environment: [:])
        let failure = #expect(throws: DaemonError.self) { try file.key() }
        #expect(failure?.description.contains("can't be written (No such file or directory); ") == true)
    }
}

/// A folder that goes with its owner.
private struct Folder: ~Copyable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tandem-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
