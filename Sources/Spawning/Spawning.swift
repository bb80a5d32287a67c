import CLinux
import Glibc

/// Starts a program as a child: in a process group of its own, so that what it starts ends with it, with no signal blocked,
/// and with those of our descriptors alone that it is given.
public enum Spawning {
    /// Starts `executable` and gives its number.
    ///
    /// - Parameters:
    ///   - arguments: Those behind the program's name.
    ///   - environment: All of its environment, `NAME=value`.
    ///   - descriptors: What each of its descriptors is: our `from` becomes its `to`. Those from 0 to 2 that are not named
    ///     stay ours, all others are closed.
    /// - Throws: What the kernel says.
    public static func start(
        _ executable: String, _ arguments: [String], environment: [String], descriptors: [(from: Int32, to: Int32)]
    ) throws(SpawnError) -> pid_t {
        // Above those that they become, so that none takes another's place.
        let above = (descriptors.map(\.to).max() ?? 2) + 1
        let copies = descriptors.map { fcntl($0.from, F_DUPFD_CLOEXEC, above) }
        defer { for copy in copies where copy >= 0 { close(copy) } }
        guard !copies.contains(where: { $0 < 0 }) else { throw SpawnError(code: errno) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (copy, descriptor) in zip(copies, descriptors) {
            posix_spawn_file_actions_adddup2(&actions, copy, descriptor.to)
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, max(above, 3))
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child = pid_t()
        let code = posix_spawn(&child, executable, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw SpawnError(code: code) }
        return child
    }
}

/// Why a child could not be started.
public struct SpawnError: Error, Hashable, Sendable {
    /// An `errno` value.
    public let code: Int32

    /// Wraps an `errno` value.
    public init(code: Int32) { self.code = code }
}
