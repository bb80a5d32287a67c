import CLinux
import Glibc

/// SIGTERM, SIGINT, SIGHUP and SIGCHLD of this process as a descriptor that is readable when one waits.
final class SignalQueue {
    let descriptor: Int32

    deinit { close(descriptor) }

    /// Blocks the signals from now on; nil when the kernel gives no descriptor.
    init?() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let descriptor = signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
    }

    /// The next signal; nil when none waits.
    func next() -> Int32? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        return read(descriptor, &info, size) == size ? Int32(info.ssi_signo) : nil
    }
}
