import TandemKit
import Timing

extension TimeInterval {
    /// The length that a text like `500ms`, `10s` or `4h` stands for; nil when it is none.
    init?(text: String) {
        guard let (seconds, attoseconds) = DurationText.parse(text)?.components else { return nil }
        self.init(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
    }
}
