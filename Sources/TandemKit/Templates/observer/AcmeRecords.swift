import TandemKit

struct AcmeRecords: CallObserver {
    struct Settings: PluginSettings {
        var attempts = false
        static var fields: [Field<Self>] { [.bool("attempts", \.attempts, "Also log each trunk that is tried")] }
    }
    let settings: Settings
    let services: PluginServices
    let talkTimes: Histogram

    init(settings: Settings, services: PluginServices) throws {
        self.settings = settings
        self.services = services
        talkTimes = try services.metrics.histogram("talk_seconds", "How long answered calls have lasted")
    }

    func observe(_ event: CallEvent) {
        switch event.kind {
        case .attempted(let trunk, let attempt):
            if settings.attempts { services.log.info("tries \(trunk), attempt \(attempt)", call: event.call) }
        case .ended(let failure):
            guard let call = event.summary else { return }
            if let time = call.talkTime { talkTimes.record(time) }
            let caller = call.calling?.text ?? "anonymous"
            services.log.info("\(caller) called \(call.called.text): \(failure)", call: event.call)
        default: break
        }
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(AcmeRecords.self, in: host)
}
