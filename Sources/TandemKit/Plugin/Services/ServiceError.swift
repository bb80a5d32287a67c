/// Why a service was refused. Every bound is for one instance; the others don't notice.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public enum Code: String, Sendable, Codable {
        /// The store, or the list of metrics or timers, is full.
        case full
        /// A key, value or text is too long.
        case tooLong
        /// A name that no metric can have.
        case badName
        /// There is something else under this name: no whole number, a metric of another kind, a value of another type.
        case otherKind
        /// A sum that no `Int` holds.
        case overflow
        /// Nobody does this here, or the daemon gave no answer.
        case unavailable
    }

    /// What was wrong.
    public let code: Code
    /// A sentence for the log.
    public let description: String

    /// Joins both.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static var noHost: ServiceError {
        ServiceError(.unavailable, "this instance was made without services: nothing is kept and no timer runs")
    }
}
