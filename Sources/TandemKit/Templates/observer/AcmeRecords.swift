import TandemKit

struct AcmeRecords: CallObserver {
    struct Settings: PluginSettings {
        var attempts = false
        static var fields: [Field<Self>] { [.bool("attempts", \.attempts, "Also print each trunk that is tried")] }
    }
    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func observe(_ event: CallEvent) {
        switch event.kind {
        case .attempted(let trunk, let attempt):
            if settings.attempts { print("\(event.call) tries \(trunk), attempt \(attempt)") }
        case .answered(let trunk): print("\(event.call) is answered on \(trunk)")
        case .ended(let failure): print("\(event.call) is over: \(failure)")
        default: break
        }
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(AcmeRecords.self, in: host)
}
