public import TandemKit

/// What one message says of the session timer (RFC 4028): whether its sender knows the extension, the interval, who
/// refreshes, and the least interval.
public struct SessionTerms: Hashable, Sendable {
    /// Who sends the refreshes, seen from the request that the message is or answers.
    @frozen public enum Refresher: UInt8, Hashable, Sendable {
        /// The side that sent the request.
        case uac
        /// The side that received the request.
        case uas
    }

    /// Whether `timer` stands in Supported or Require.
    public var isSupported = false
    /// Session-Expires in seconds; nil when there is none, or none that can be read.
    public var interval: UInt32?
    /// The `refresher` of Session-Expires; nil when it leaves that to the other side.
    public var refresher: Refresher?
    /// Min-SE in seconds; 0 when there is none.
    public var minimum: UInt32 = 0

    /// Nothing said.
    public init() {}

    /// Reads the fields of a message.
    public init(of headers: HeaderFields) {
        isSupported = headers.lists(.supported, "timer") || headers.lists(.require, "timer")
        minimum = Self.seconds(headers.firstValue(of: .minSE)) ?? 0
        let value = headers.firstValue(of: .sessionExpires)
        guard !value.isEmpty, let seconds = Self.seconds(value) else { return }
        interval = seconds
        var start = value.firstIndex(of: 0x3B)
        while let from = start {
            start = value.firstIndex(of: 0x3B, from: from + 1)
            let parameter = value.slice(from: from + 1, count: (start ?? value.count) - from - 1)
            guard let equals = parameter.firstIndex(of: 0x3D),
                parameter.prefix(equals).trimmed.equalsIgnoringCase("refresher")
            else { continue }
            let name = parameter.suffix(from: equals + 1).trimmed
            if name.equalsIgnoringCase("uac") { refresher = .uac }
            if name.equalsIgnoringCase("uas") { refresher = .uas }
        }
    }

    /// `delta-seconds`, up to a parameter; a number beyond 32 bits counts as the largest.
    private static func seconds(_ value: Bytes) -> UInt32? {
        let number = value.prefix(value.firstIndex(of: 0x3B) ?? value.count).trimmed
        return number.decimal.map { UInt32(clamping: $0) }
    }
}

extension HeaderFields {
    /// Whether a token stands in one of the lists of a kind, such as Supported; compared without case.
    public func lists(_ id: HeaderID, _ token: StaticString) -> Bool {
        var index = firstIndex(of: id)
        while index >= 0 {
            let value = valueBytes(at: index)
            var start = 0
            while start <= value.count {
                let end = value.firstIndex(of: 0x2C, from: start) ?? value.count
                if value.slice(from: start, count: end - start).trimmed.equalsIgnoringCase(token) { return true }
                start = end + 1
            }
            index = nextIndex(of: id, after: index)
        }
        return false
    }
}
