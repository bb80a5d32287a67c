import Glibc

/// Where a child process is: one number in memory that it shares with its parent, so that the parent still knows it when
/// the child has crashed.
final class CheckProgress {
    private let memory: UnsafeMutablePointer<UInt64>
    private static let size = 8

    /// Opens the file, which holds at least 8 bytes.
    init?(file: String) {
        let descriptor = open(file, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            memory != MAP_FAILED
        else { return nil }
        self.memory = memory.assumingMemoryBound(to: UInt64.self)
    }

    deinit { munmap(memory, Self.size) }

    /// The number of the step or message that is being worked on, from 1; 0 before the first.
    var step: Int {
        get { Int(truncatingIfNeeded: memory.pointee) }
        set { memory.pointee = UInt64(truncatingIfNeeded: newValue) }
    }
}
