import Timing

/// Reads and writes lengths of time as the configuration has them: `500ms`, `10s`, `3m`, `4h`.
enum DurationText {
    private static let units: [(suffix: String, nanoseconds: UInt64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The length that a text stands for, or nil when it isn't a whole number followed by a unit.
    static func parse(_ text: String) -> TimeInterval? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = UInt64(digits), let unit = units.first(where: { $0.suffix == text.dropFirst(digits.count) })
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        return overflow ? nil : TimeInterval(nanoseconds: product)
    }

    /// The shortest text of a length: `90s`, `4h`.
    static func format(_ interval: TimeInterval) -> String {
        for unit in units.reversed() where interval.nanoseconds % unit.nanoseconds == 0 && interval.nanoseconds > 0 {
            return "\(interval.nanoseconds / unit.nanoseconds)\(unit.suffix)"
        }
        return "\(interval.wholeMilliseconds)ms"
    }
}
