import BuiltPlugin
import Glibc
import Testing

@testable import PluginHost

@Suite struct PluginStoreTests {
    private let folder = Folder()

    @Test("makes its folder so that only this user can enter it")
    func makesItsFolder() throws {
        let store = try PluginStore(folder: "\(folder.path)/cache/plugins")
        var status = stat()
        #expect(stat(store.folder, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test("refuses a folder that others can enter, and a link in its place")
    func refusesOpenFolders() {
        mkdir("\(folder.path)/open", 0o755)
        mkdir("\(folder.path)/private", 0o700)
        symlink("private", "\(folder.path)/link")
        #expect(throws: PluginHostError.self) { try PluginStore(folder: "\(folder.path)/open") }
        #expect(throws: PluginHostError.self) { try PluginStore(folder: "\(folder.path)/link") }
    }

    @Test("each build has a path of its own, and the same build the same")
    func paths() throws {
        let store = try PluginStore(folder: "\(folder.path)/store")
        let one = try store.copy([1], hash: ContentHash(of: [1]), name: "libA.so", of: "libA.so")
        let two = try store.copy([2], hash: ContentHash(of: [2]), name: "libA.so", of: "libA.so")
        #expect(one != two)
        #expect(try store.copy([1], hash: ContentHash(of: [1]), name: "libA.so", of: "libA.so") == one)
        #expect(BuiltPlugin.contents(one) == [1])
        #expect(BuiltPlugin.contents(two) == [2])
    }

    @Test("a copy that was tampered with is written anew")
    func repairs() throws {
        let store = try PluginStore(folder: "\(folder.path)/store")
        let path = try store.copy([1, 2], hash: ContentHash(of: [1, 2]), name: "libA.so", of: "libA.so")
        folder.write([9], as: String(path.dropFirst(folder.path.count + 1)))
        #expect(try store.copy([1, 2], hash: ContentHash(of: [1, 2]), name: "libA.so", of: "libA.so") == path)
        #expect(BuiltPlugin.contents(path) == [1, 2])
    }

    @Test("What lies in the way of one copy is told of that file alone, and a name may be as long as names can be")
    func obstacles() throws {
        let store = try PluginStore(folder: "\(folder.path)/store")
        for (index, way) in ["file", "folder", "pipe"].enumerated() {
            let hash = ContentHash(of: [UInt8(index)])
            let path = "\(store.folder)/\(hash)"
            switch way {
            case "file": folder.write([], as: String(path.dropFirst(folder.path.count + 1)))
            case "folder":
                mkdir(path, 0o700)
                mkdir("\(path)/libA.so", 0o700)
            default:
                mkdir(path, 0o700)
                mkfifo("\(path)/libA.so", 0o600)
            }
            do throws(PluginFileRefusal) {
                _ = try store.copy([UInt8(index)], hash: hash, name: "libA.so", of: "plugins/libA.so")
                #expect(way == "pipe")
            } catch {
                #expect(error.code == .notCopied && way != "pipe")
                #expect(error.description.contains(path) && error.description.contains("director"), "\(error)")
            }
        }
        let long = String(repeating: "a", count: 252) + ".so"
        #expect(try BuiltPlugin.contents(store.copy([7], hash: ContentHash(of: [7]), name: long, of: long)) == [7])
    }

    @Test("keeps a bounded number of builds, and each that is in use")
    func prunes() throws {
        let store = try PluginStore(folder: "\(folder.path)/store")
        let builds = (0..<PluginStore.maximumBuilds + 5).map { [UInt8($0)] }
        for bytes in builds { _ = try store.copy(bytes, hash: ContentHash(of: bytes), name: "libA.so", of: "libA.so") }
        let used = Set(builds.prefix(3).map { ContentHash(of: $0).description })
        store.prune(keeping: used)
        let left = try #require(PluginFolder.names(in: store.folder))
        #expect(left.count == PluginStore.maximumBuilds)
        #expect(used.isSubset(of: left.map(\.text)))
    }

    @Test(
        "the folder is systemd's cache folder, else the user's, else one in /tmp",
        arguments: [
            (["CACHE_DIRECTORY": "/var/cache/tandem", "HOME": "/srv/a"], "/var/cache/tandem/plugins"),
            (["XDG_CACHE_HOME": "/srv/a/.c", "HOME": "/srv/a"], "/srv/a/.c/tandem/plugins"),
            (["HOME": "/srv/a"], "/srv/a/.cache/tandem/plugins"), (["HOME": "/"], "/tmp/tandem-plugins-\(geteuid())"),
        ])
    func defaultFolder(environment: [String: String], expected: String) {
        #expect(PluginStore.defaultFolders { environment[$0] }.first == expected)
    }

    @Test("a folder that cannot be used leaves the next one; when none can, the first one's error counts")
    func fallback() throws {
        folder.write([], as: "file")
        let good = "\(folder.path)/good"
        #expect(try PluginStore(firstUsableOf: ["\(folder.path)/file/a", good]).folder == good)
        let error = #expect(throws: PluginHostError.self) {
            try PluginStore(firstUsableOf: ["\(folder.path)/file/a", "\(folder.path)/file/b"])
        }
        #expect(error?.description.contains("/file/a ") == true)
    }

    @Test("a build is known by the SHA-256 of its bytes")
    func hash() {
        #expect(
            ContentHash(of: Array("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
