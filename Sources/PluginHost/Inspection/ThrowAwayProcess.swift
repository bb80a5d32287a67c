import Foundation
import Glibc

/// The whole of a child process that runs code of plugins.
package enum ThrowAwayProcess {
    /// Writes what `make` makes to standard output as JSON and ends the process, without running what a plugin may have
    /// left to run at its end.
    ///
    /// What plugins print goes to standard error, so that it can't be mistaken for the answer.
    /// - Parameter seconds: After these a child that lost its parent ends itself; `make` may set another alarm.
    package static func answer(within seconds: UInt32, _ make: () -> some Encodable) -> Never {
        alarm(seconds)
        var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
        let answerDescriptor = dup(1)
        dup2(2, 1)
        let answer = make()
        guard let text = try? JSONEncoder().encode(answer) else { _exit(70) }
        var written = 0
        text.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = write(answerDescriptor, buffer.baseAddress! + written, buffer.count - written)
                if count <= 0 { break }
                written += count
            }
        }
        _exit(written == text.count ? 0 : 74)
    }
}
