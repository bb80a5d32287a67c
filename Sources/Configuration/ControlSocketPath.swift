import Glibc

/// Where the control socket is when nobody says.
public enum ControlSocketPath {
    /// The longest path that `sockaddr_un` holds on Linux, without its closing zero.
    public static let byteLimit = 107

    /// Where a service has it: no login session, hence no `XDG_RUNTIME_DIR`.
    static let service = "/run/tandem/control.sock"

    /// `$XDG_RUNTIME_DIR/tandem.sock`, or `/run/tandem/control.sock` without that variable.
    public static func standard(_ environment: [String: String]) -> String {
        guard let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") else {
            return service
        }
        return folder + "/tandem.sock"
    }

    /// Where the relay's socket is when nobody says: beside the control socket.
    static func relay(beside control: String) -> String {
        (control.lastIndex(of: "/").map { String(control[...$0]) } ?? "") + "relay.sock"
    }

    /// Where a tool looks for a daemon: an operator has a login session, the service that runs the daemon has none, so
    /// the service's path is meant when only that exists.
    static func ofDaemon(
        _ environment: [String: String], exists: (String) -> Bool = { access($0, F_OK) == 0 }
    ) -> String {
        let own = standard(environment)
        return !exists(own) && exists(service) ? service : own
    }
}
