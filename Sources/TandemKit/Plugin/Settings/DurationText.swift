/// Lengths of time as operators write them: `250us`, `1500ms`, `10s`, `3m`, `4h`, `1d`.
public enum DurationText {
    /// The length; nil when the text is none, has no unit, or is too long for 64 bits of nanoseconds.
    public static func parse(_ text: String) -> Duration? {
        let digits = text.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard let count = Int64(Substring(digits)), let unit = units[String(text.dropFirst(digits.count))] else {
            return nil
        }
        let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : .nanoseconds(nanoseconds)
    }

    /// The shortest exact form with a single unit; below a nanosecond rounded down.
    public static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        if nanoseconds == 0 { return "0s" }
        for (name, unit) in [("d", day), ("h", hour), ("m", minute), ("s", second), ("ms", millisecond), ("us", 1000)]
        where nanoseconds % unit == 0 {
            return "\(nanoseconds / unit)\(name)"
        }
        return "\(nanoseconds)ns"
    }

    private static var units: [String: Int64] {
        ["ns": 1, "us": 1000, "ms": millisecond, "s": second, "m": minute, "h": hour, "d": day]
    }
    private static var millisecond: Int64 { 1_000_000 }
    private static var second: Int64 { 1_000_000_000 }
    private static var minute: Int64 { 60 * second }
    private static var hour: Int64 { 60 * minute }
    private static var day: Int64 { 24 * hour }
}
