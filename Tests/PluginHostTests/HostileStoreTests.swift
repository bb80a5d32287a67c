import Foundation
import Glibc
import Synchronization
import TandemKit
import Testing

@testable import PluginHost

/// What can become of the files in which instances keep values, while a daemon has them.
@Suite struct HostileStoreTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        var texts: [String] { all.withLock { $0 } }
    }

    private let root = Folder()
    private let lines = Lines()
    private var path: String { root.path + "/stores" }

    private func keeper() -> StoreKeeper {
        let keeper = StoreKeeper(clock: .machine()) { [lines] _, text in lines.all.withLock { $0.append(text) } }
        keeper.open(path)
        return keeper
    }

    /// Keeps a value of two instances in files.
    private func write() throws {
        let keeper = keeper()
        for name in ["one", "other"] { try keeper.store(of: name).set([1, 2, 3], for: "key", expiresAfter: nil) }
        keeper.flush()
        try #require(lines.texts == [])
    }

    @Test(
        "Whatever lies in the place of a file costs its instance what it kept, in one sentence, and no other instance anything",
        arguments: [
            "text", "empty", "cut", "longer", "large", "folder", "full folder", "pipe", "link", "loop", "socket",
        ])
    func place(what: String) throws {
        try write()
        let file = "\(path)/one.store"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        unlink(file)
        switch what {
        case "text": root.write(Array("tandem store 1 and nothing else".utf8), as: "stores/one.store")
        case "empty": root.write([], as: "stores/one.store")
        case "cut": root.write(Array(bytes.dropLast()), as: "stores/one.store")
        case "longer": root.write(Array(bytes + [0]), as: "stores/one.store")
        case "large": try #require(truncate(root.write([1], as: "stores/one.store"), 1 << 40) == 0)
        case "folder": root.makeFolder("stores/one.store")
        case "full folder":
            for name in ["one.store", "one.store.damaged"] {
                root.makeFolder("stores/\(name)")
                root.write([1], as: "stores/\(name)/file")
            }
        case "pipe": try #require(mkfifo(file, 0o600) == 0)
        case "link": try #require(symlink("\(path)/other.store", file) == 0)
        case "loop": try #require(symlink(file, file) == 0)
        default: try #require(mknod(file, S_IFSOCK | 0o600, 0) == 0)
        }
        try serve(besides: what)
        #expect(self.keeper().store(of: "other").value(for: "key") == [1, 2, 3])
    }

    private func serve(besides what: String) throws {
        let keeper = keeper()
        let store = keeper.store(of: "one")
        #expect(store.value(for: "key") == nil)
        #expect(keeper.store(of: "other").value(for: "key") == [1, 2, 3])
        // A link that leads nowhere is no file, and is replaced.
        #expect(lines.texts.count == (what == "loop" ? 0 : 1), "\(lines.texts)")
        try store.set([4], for: "key", expiresAfter: nil)
        for _ in 0..<5 { keeper.flush() }
        #expect(store.value(for: "key") == [4])
        #expect(lines.texts.count <= 2, "\(lines.texts)")
    }

    @Test("A file that can't be put aside is not said to have been")
    func stays() throws {
        try write()
        unlink("\(path)/one.store")
        for name in ["one.store", "one.store.damaged"] {
            root.makeFolder("stores/\(name)")
            root.write([1], as: "stores/\(name)/file")
        }
        _ = keeper().store(of: "one")
        #expect(lines.texts.count == 1 && lines.texts[0].hasSuffix("the file can't be put aside"), "\(lines.texts)")
    }

    @Test("An instance that can't be written is told of once, however often others are, and again when it can be")
    func oneOfTwo() throws {
        let keeper = keeper()
        root.makeFolder("stores/one.store")
        root.write([1], as: "stores/one.store/file")
        root.makeFolder("stores/one.store.damaged")
        root.write([1], as: "stores/one.store.damaged/file")
        let (one, other) = (keeper.store(of: "one"), keeper.store(of: "other"))
        lines.all.withLock { $0 = [] }
        for number in 0..<20 {
            try one.set([UInt8(number)], for: "key", expiresAfter: nil)
            try other.set([UInt8(number)], for: "key", expiresAfter: nil)
            keeper.flush()
        }
        #expect(lines.texts.count == 1, "\(lines.texts)")
        unlink("\(path)/one.store/file")
        rmdir("\(path)/one.store")
        keeper.flush()
        #expect(lines.texts.count == 2 && lines.texts.last == "what one keeps is written again", "\(lines.texts)")
    }

    @Test(
        "A folder that is taken away, or becomes a file, is said once; what is kept stays in memory and is written when it is back"
    )
    func folder() throws {
        let keeper = keeper()
        let store = keeper.store(of: "one")
        let aside = root.path + "/aside"
        try #require(rename(path, aside) == 0)
        for number in 0..<5 {
            try store.set([UInt8(number)], for: "key", expiresAfter: nil)
            keeper.flush()
        }
        root.write([1], as: "stores")
        keeper.flush()
        #expect(lines.texts.count == 1, "\(lines.texts)")
        #expect(store.value(for: "key") == [4])
        unlink(path)
        try #require(rename(aside, path) == 0)
        keeper.flush()
        #expect(lines.texts.last == "what one keeps is written again")
    }

    @Test(
        "Names of instances lead to no other file, whatever they hold",
        arguments: [
            "../one", "a/b", ".", "..", "a\nb", "a\0b", "%2e", "lock", "", String(repeating: "x", count: 5_000),
        ])
    func names(name: String) throws {
        let keeper = keeper()
        try keeper.store(of: name).set([7], for: "key", expiresAfter: nil)
        keeper.flush()
        #expect(lines.texts == [])
        #expect(self.names(in: root.path) == ["stores"] && self.names(in: path).count == 2)
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
