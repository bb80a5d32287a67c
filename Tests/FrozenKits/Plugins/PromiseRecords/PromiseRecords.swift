import Glibc
import TandemKit

/// Writes a line about each thing that happens to a call into a file, where a test reads it; counts the calls that have
/// ended, in the store and as a metric, and logs how many.
struct PromiseRecords: CallObserver {
    struct Settings: PluginSettings {
        var file = ""
        static var fields: [Field<Self>] { [.string("file", \.file, "Where the lines go")] }
    }

    let settings: Settings
    let services: PluginServices
    let ends: Counter

    init(settings: Settings, services: PluginServices) throws {
        self.settings = settings
        self.services = services
        ends = try services.metrics.counter("ends_total", "Calls that have ended")
    }

    func observe(_ event: CallEvent) {
        if case .ended = event.kind { count(event.call) }
        guard let words = words(event.kind), let file = fopen(settings.file, "a") else { return }
        fputs("\(event.call) \(words)\n", file)
        fclose(file)
    }

    private func count(_ call: CallNumber) {
        ends.add()
        do {
            let count = try services.store.add(1, to: "ends")
            services.log.notice("ends in the store: \(count)", call: call)
        } catch { services.log.error("\(error)") }
    }

    private func words(_ kind: CallEvent.Kind) -> String? {
        switch kind {
        case .began(let trunk, let called, let calling):
            "began \(trunk) \(called.received)>\(called.text) \(calling?.text ?? "none")"
        case .recovered(let trunk, let called, _): "recovered \(trunk) \(called.text)"
        case .attempted(let trunk, let attempt): "attempted \(trunk) \(attempt)"
        case .progressed(let trunk, let status, _): "progressed \(trunk) \(status)"
        case .attemptFailed(let trunk, let failure): "failed \(trunk) \(failure.status)"
        case .answered(let trunk): "answered \(trunk)"
        case .held(let isHeld): "held \(isHeld)"
        case .ended(let failure): "ended \(failure.status) \(failure.effectiveCause)"
        @unknown default: nil
        }
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(PromiseRecords.self, in: host)
}
