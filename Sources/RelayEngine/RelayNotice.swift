public import Sockets

/// What the relay has to tell its operator while it runs.
public enum RelayNotice: Hashable, Sendable, CustomStringConvertible {
    /// The file of its socket was gone or another's; it has made it anew at this path.
    case socketRestored(path: String)
    /// The file of its socket is gone or another's, and can't be made anew now. It is tried again every second; this is
    /// told once.
    case socketMissing(UnixListenerError)

    /// One sentence.
    public var description: String {
        switch self {
        case .socketRestored(let path): "the file of the relay's socket \(path) was gone; it has been made anew"
        case .socketMissing(let error):
            "the file of the relay's socket is gone, and \(error.message(name: "relay's socket")); "
                + "\(error.remedy(setting: "media.socket"))"
        }
    }
}
