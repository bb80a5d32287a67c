/// Where the control socket is when nobody says.
public enum ControlSocketPath {
    /// The longest path that `sockaddr_un` holds on Linux, without its closing zero.
    public static let byteLimit = 107

    /// `$XDG_RUNTIME_DIR/tandem.sock`, or `/run/tandem/control.sock` without that variable.
    public static func standard(_ environment: [String: String]) -> String {
        guard let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") else {
            return "/run/tandem/control.sock"
        }
        return folder + "/tandem.sock"
    }
}
