import CallControl
import Configuration
import Timing

extension TrunkMedia {
    /// What the configuration says of a trunk's media.
    init(_ settings: TrunkMediaSettings) {
        self.init()
        bypasses = settings.mode == .bypass
        interface = settings.interface
        latching =
            switch settings.latching {
            case .strict: .strict
            case .known: .known
            case .any: .any
            }
        passes = Set(settings.passes.map(\.rawValue))
        timeout = settings.timeout ?? .seconds(0)
        sendsRTCPWhenActive = settings.rtcpActiveCalls
        sendsRTCPOnHold = settings.rtcpCallsOnHold
    }
}
