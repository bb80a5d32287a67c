import CLinux
import Glibc

/// The kernel's word of what happens in a folder (inotify). Without it, where the kernel has none left to give, nothing
/// is told.
struct FolderWatch: ~Copyable {
    /// Readable when something has happened; -1 when nothing ever will be.
    let descriptor: Int32
    private let folder: String
    private var watch: Int32 = -1
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    init(folder: String) {
        self.folder = folder
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Watches the folder that has the name now: it may be another one.
    mutating func renew() {
        let mask = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB
        let found = inotify_add_watch(descriptor, folder, UInt32(mask))
        if watch >= 0, found >= 0, found != watch { inotify_rm_watch(descriptor, watch) }
        watch = found
    }

    /// Takes all that was told, and gives the names of files that somebody has begun (true) or ended to write.
    mutating func writers() -> [(name: String, isWritten: Bool)] {
        var found: [(String, Bool)] = []
        let header = MemoryLayout<inotify_event>.size
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= header else { return found }
            var offset = 0
            while offset + header <= count {
                let event = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self) }
                let name = buffer[(offset + header)..<min(count, offset + header + Int(event.len))].prefix { $0 != 0 }
                found.append((String(decoding: name, as: UTF8.self), event.mask & UInt32(IN_MODIFY) != 0))
                offset += header + Int(event.len)
            }
        }
    }
}
