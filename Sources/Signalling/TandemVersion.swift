public import Admin
import TandemKit

/// Which Tandem this is.
public enum TandemVersion {
    /// The version of the daemon.
    public static let current = "0.1.0"

    /// The versions that matter to somebody who builds plugins.
    public static var report: VersionReport {
        VersionReport(tandem: current, kit: "\(KitVersion.current)", swift: swift)
    }

    private static var swift: String {
        #if compiler(>=6.4)
            "6.4"
        #else
            "6.3"
        #endif
    }
}
