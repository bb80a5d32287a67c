import CallControl
import Configuration
import Timing

extension SessionSettings {
    /// The values of the configuration.
    init(_ settings: SessionTimerSettings) {
        self.init(
            use: settings.use.map { $0 == .off ? .off : $0 == .require ? .require : .accept },
            interval: settings.interval.map { UInt32(clamping: $0.nanoseconds / 1_000_000_000) },
            minimum: settings.minimum.map { UInt32(clamping: $0.nanoseconds / 1_000_000_000) })
    }
}
