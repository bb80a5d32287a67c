/// A version of the kit. A plugin built with 0.1 works in every later 0.x, one built with 1.0 in every 1.x.
public struct KitVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Grows when old plugins stop working.
    public let major: UInt8
    /// Grows when something is added.
    public let minor: UInt8

    /// Joins the parts of a version.
    public init(major: UInt8, minor: UInt8) {
        self.major = major
        self.minor = minor
    }

    /// The version of this kit: the one place that says it for code; `Manifest/TandemManifest.swift` repeats it for
    /// the bytes that the host reads before any code runs, and a test compares the two.
    public static var current: KitVersion { KitVersion(major: 0, minor: 2) }

    /// Whether a plugin built with `plugin` works with this kit.
    public func accepts(_ plugin: KitVersion) -> Bool {
        major == plugin.major && minor >= plugin.minor
    }

    /// Orders by major, then minor.
    public static func < (left: KitVersion, right: KitVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// `0.1`.
    public var description: String { "\(major).\(minor)" }
}
