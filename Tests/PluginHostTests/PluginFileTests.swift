import Glibc
import Testing

@testable import PluginHost

@Suite struct PluginFileTests {
    private let folder = Folder()

    private func refusal(of path: String) -> PluginFileRefusal? {
        do throws(PluginFileRefusal) {
            _ = try PluginFile(path: path)
            return nil
        } catch { return error }
    }

    @Test("an ordinary file is read whole")
    func reads() throws {
        let path = folder.write([1, 2, 3], as: "a.so")
        #expect(try PluginFile(path: path).bytes == [1, 2, 3])
    }

    @Test("a link to a file is followed")
    func link() throws {
        folder.write([1, 2, 3], as: "a.so.1")
        symlink("a.so.1", "\(folder.path)/a.so")
        #expect(try PluginFile(path: "\(folder.path)/a.so").bytes == [1, 2, 3])
    }

    @Test("links that lead in a circle are told as such")
    func loop() {
        symlink("b.so", "\(folder.path)/a.so")
        symlink("a.so", "\(folder.path)/b.so")
        #expect(refusal(of: "\(folder.path)/a.so")?.code == .linkLoop)
    }

    @Test("a link to nothing is unreadable")
    func dangling() {
        symlink("gone", "\(folder.path)/a.so")
        #expect(refusal(of: "\(folder.path)/a.so")?.code == .unreadable)
    }

    @Test("a folder and a named pipe are not files, and the pipe does not hold the start up")
    func notFiles() {
        mkdir("\(folder.path)/dir.so", 0o755)
        mkfifo("\(folder.path)/pipe.so", 0o644)
        #expect(refusal(of: "\(folder.path)/dir.so")?.code == .notAFile)
        #expect(refusal(of: "\(folder.path)/pipe.so")?.code == .notAFile)
    }

    @Test("a file that others may write is refused with the command that closes it")
    func worldWritable() throws {
        let path = folder.write([1], as: "a.so", mode: 0o646)
        let refusal = try #require(self.refusal(of: path))
        #expect(refusal.code == .writableByOthers)
        #expect(refusal.remedy == "run 'chmod go-w \(path)'")
    }

    @Test("a file in a folder that others may write is refused, also behind a link")
    func writableFolder() {
        mkdir("\(folder.path)/open", 0o755)
        chmod("\(folder.path)/open", 0o777)
        let path = folder.write([1], as: "open/a.so")
        symlink("open/a.so", "\(folder.path)/a.so")
        #expect(refusal(of: path)?.code == .writableByOthers)
        #expect(refusal(of: "\(folder.path)/a.so")?.code == .writableByOthers)
    }

    @Test("a file of a user who is neither root nor the daemon's is refused")
    func foreignOwner() {
        var status = stat()
        status.st_mode = S_IFREG | 0o644
        status.st_uid = geteuid() + 1
        #expect(FilePermissions.breach(of: status, called: "a.so")?.code == .foreignOwner)
        status.st_uid = 0
        #expect(FilePermissions.breach(of: status, called: "a.so") == nil)
    }

    @Test("a group that is not the daemon's counts as others")
    func foreignGroup() {
        var status = stat()
        status.st_mode = S_IFREG | 0o664
        status.st_uid = geteuid()
        status.st_gid = getegid()
        #expect(FilePermissions.breach(of: status, called: "a.so") == nil)
        status.st_gid = getegid() + 1
        #expect(FilePermissions.breach(of: status, called: "a.so")?.code == .writableByOthers)
    }
}
