import Glibc

/// Why a Unix socket can't be listened on.
public struct UnixListenerError: Error, Hashable, Sendable {
    /// What is wrong with the path.
    public enum Problem: Hashable, Sendable {
        /// It is empty, or longer than `UnixSocket.pathLimit`.
        case length
        /// A file is there that is no socket.
        case noSocket
        /// Another process answers there.
        case inUse
        /// The system refuses, with this error number.
        case system(Int32)
    }

    /// The path that was asked for.
    public let path: String
    /// What is wrong with it.
    public let problem: Problem

    init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// One sentence. `name` is what the socket is called, like `control socket`.
    public func message(name: String) -> String {
        switch problem {
        case .length where path.isEmpty: "the \(name) has no path"
        case .length: "the \(name)'s path \(path) is longer than \(UnixSocket.pathLimit) bytes"
        case .noSocket: "\(path) is there and is no socket"
        case .inUse: "another Tandem answers at \(path)"
        case .system(let number): "the \(name) \(path) can't be made (\(UnixSocket.words(number)))"
        }
    }

    /// What to do about it. `setting` is where the path comes from, like `signalling.control-socket`.
    public func remedy(setting: String) -> String {
        switch problem {
        case .length: "choose a shorter one under \(setting)"
        case .noSocket: "remove it, or choose another \(setting)"
        case .inUse: "stop it, or choose another \(setting)"
        case .system(ENOENT): "make the folder first, or choose another \(setting)"
        case .system(EACCES), .system(EPERM), .system(EROFS):
            "let the user that runs Tandem write there, or choose another \(setting)"
        case .system: "choose another \(setting)"
        }
    }
}
