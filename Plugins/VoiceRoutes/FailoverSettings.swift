import TandemKit

/// When a failed attempt moves on, as an operator writes it.
struct FailoverSettings: PluginSettings {
    var statuses = ["5xx"]
    var onTimeout = true
    var onTransportError = true

    static var fields: [Field<Self>] {
        [
            .strings("statuses", \.statuses, "Final responses that move on: 503, 500-504 or 5xx.") {
                range(of: $0) == nil
                    ? "expected a status from 300 to 699, a range like 500-504, or a class like 5xx, found `\($0)`"
                    : nil
            },
            .bool("on-timeout", \.onTimeout, "Move on when no answer comes in time."),
            .bool("on-transport-error", \.onTransportError, "Move on when the connection is refused or breaks."),
        ]
    }

    /// The kit's form.
    var rule: FailoverRule {
        FailoverRule(
            statuses: statuses.compactMap(Self.range(of:)), onTimeout: onTimeout, onTransportError: onTransportError)
    }

    /// Reads `503`, `500-504` or `5xx`; nil when it is none of them, or no final response but 2xx.
    private static func range(of text: String) -> ClosedRange<UInt16>? {
        let bounds: (UInt16, UInt16)
        if text.count == 3, text.hasSuffix("xx"), let digit = UInt16(text.prefix(1)) {
            bounds = (digit * 100, digit * 100 + 99)
        } else {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard parts.count <= 2, let first = parts.first ?? nil, let last = parts.last ?? nil else { return nil }
            bounds = (first, last)
        }
        guard bounds.0 <= bounds.1, bounds.0 >= 300, bounds.1 <= 699 else { return nil }
        return bounds.0...bounds.1
    }
}
