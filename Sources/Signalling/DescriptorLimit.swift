import Glibc

/// The number of file descriptors the process may have (`RLIMIT_NOFILE`), raised as far as it is allowed.
public struct DescriptorLimit: Hashable, Sendable {
    /// The limit now in force.
    public let current: UInt64
    /// The limit asked for.
    public let wanted: UInt64

    /// Whether the process may have as many as wanted.
    public var isEnough: Bool { current >= wanted }

    /// What to tell the operator when it isn't enough; nil when it is.
    ///
    /// - Parameter refused: what there is no room for then.
    public func shortage(refused: String) -> String? {
        guard !isEnough else { return nil }
        return "only \(current) file descriptors are allowed, \(wanted) are wanted: \(refused) beyond that are "
            + "refused; raise it with LimitNOFILE= in the service or `ulimit -n`"
    }

    /// Raises the limit to `wanted`: the soft limit to the hard one, and the hard one where the process may.
    public static func raise(to wanted: UInt64) -> DescriptorLimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return DescriptorLimit(current: 0, wanted: wanted)
        }
        if limit.rlim_cur < wanted {
            var raised = rlimit(rlim_cur: rlim_t(wanted), rlim_max: max(limit.rlim_max, rlim_t(wanted)))
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) != 0 {
                raised = rlimit(rlim_cur: min(limit.rlim_max, rlim_t(wanted)), rlim_max: limit.rlim_max)
                _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
            }
            _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return DescriptorLimit(current: UInt64(limit.rlim_cur), wanted: wanted)
    }
}
