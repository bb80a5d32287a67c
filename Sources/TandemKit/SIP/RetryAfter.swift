/// When to try again (RFC 3261 §20.33): `18000;duration=3600` or `120 (I'm in a meeting)`.
public struct RetryAfter: HeaderValue {
    /// Retry-After.
    public static var headerName: HeaderName { .retryAfter }

    /// After how many seconds.
    public var seconds: UInt32
    /// The comment without its parentheses; nil when absent.
    public var comment: String?
    /// `duration` and others.
    public var parameters: Parameters

    /// A delay in seconds.
    public init(seconds: UInt32) {
        self.seconds = seconds
        parameters = .ofHeader
    }

    /// Reads `seconds (comment);parameters`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        var scanner = ByteScanner(value)
        guard let number = scanner.number(), number <= UInt64(UInt32.max) else {
            throw SIPParseError(offset: 0, expected: "a number of seconds")
        }
        seconds = UInt32(number)
        scanner.skipWhitespace()
        if scanner.current == 0x28 {
            let start = scanner.index + 1
            guard let end = RetryAfter.endOfComment(value, from: start) else {
                throw SIPParseError(offset: start - 1, expected: "a comment with its ')'")
            }
            comment = value.slice(from: start, count: end - start).unfolded
            scanner.index = end + 1
        }
        let rest = value.suffix(from: scanner.index)
        parameters = try Parameters(headerText: rest)
    }

    /// How long the callee will be reachable from then on, in seconds; nil when absent.
    public var duration: UInt32? {
        get { parameters["duration"].flatMap { UInt32($0) } }
        set { parameters["duration"] = newValue.map { String($0) } }
    }

    /// The value as it is written.
    public var description: String {
        let comment = comment.map { " (\($0))" } ?? ""
        return "\(seconds)\(comment)\(parameters)"
    }

    /// The position of the parenthesis that closes a comment; comments nest.
    private static func endOfComment(_ value: Bytes, from start: Int) -> Int? {
        var depth = 1
        var index = start
        while index < value.count {
            switch value.base[index] {
            case 0x28: depth += 1
            case 0x29:
                depth -= 1
                if depth == 0 { return index }
            case 0x5C: index += 1
            default: break
            }
            index += 1
        }
        return nil
    }
}
