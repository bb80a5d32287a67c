/// The mapping between SIP status codes and Q.850 causes, both ways, as data (RFC 3398 §7.2.4.1 and §8.2.6.1).
public struct CauseTable: Hashable, Sendable, Codable {
    /// The status for each cause.
    public var statuses: [UInt8: UInt16]
    /// The cause for each status.
    public var causes: [UInt16: UInt8]

    /// Joins both directions.
    public init(statuses: [UInt8: UInt16], causes: [UInt16: UInt8]) {
        self.statuses = statuses
        self.causes = causes
    }

    /// The status for a cause. A cause that the table lacks gets the status of its class (RFC 3398 §7.2.4.1): 404, 480,
    /// 503, 500 and so on.
    public func status(for cause: Q850Cause) -> UInt16 {
        if let status = statuses[cause.raw] { return status }
        switch cause.raw >> 4 {
        case 0, 1: return 480
        case 2: return 503
        case 3: return 403
        case 4: return 488
        case 5: return 404
        default: return 500
        }
    }

    /// The cause for a final status that is no success. A status that the table lacks gets 127, interworking.
    public func cause(for status: UInt16) -> Q850Cause {
        causes[status].flatMap(Q850Cause.init) ?? .interworking
    }

    /// The tables of RFC 3398. Where the RFC looks at a Warning header field (488, 606), cause 65 is used.
    public static let rfc3398 = CauseTable(
        statuses: [
            1: 404, 2: 404, 3: 404, 16: 480, 17: 486, 18: 408, 19: 480, 20: 480, 21: 403, 22: 410, 23: 410, 26: 404,
            27: 502, 28: 484, 29: 501, 31: 480, 34: 503, 38: 503, 41: 503, 42: 503, 47: 503, 55: 403, 57: 403, 58: 503,
            65: 488, 70: 488, 79: 501, 87: 403, 88: 503, 102: 504, 111: 500, 127: 500,
        ],
        causes: [
            400: 41, 401: 21, 402: 21, 403: 21, 404: 1, 405: 63, 406: 79, 407: 21, 408: 102, 410: 22, 413: 127,
            414: 127, 415: 79, 416: 127, 420: 127, 421: 127, 423: 127, 480: 18, 481: 41, 482: 25, 483: 25, 484: 28,
            485: 1, 486: 17, 487: 16, 488: 65, 500: 41, 501: 79, 502: 38, 503: 41, 504: 102, 505: 127, 513: 127,
            600: 17, 603: 21, 604: 1, 606: 65,
        ])
}
