import Admin
import PluginHost

extension GenerationReport {
    /// What `tandem plugins --running` shows of one build.
    init(
        _ build: LoadedPlugin, isServing: Bool, isGone: Bool, ledger: PluginLedger, calls: Int, memory: Int,
        clock: WallClock
    ) {
        let state: State
        var reason: String?
        if isServing {
            state = .serving
        } else if let refusal = ledger.refused[build.serial] {
            (state, reason) = (.refused, refusal)
        } else if ledger.rolledBack.contains(build.serial) {
            state = .rolledBack
        } else {
            state = calls > 0 ? .draining : .retained
            if isGone { reason = "its file is gone" }
        }
        self.init(
            generation: build.generation, version: build.version, build: build.hash.description, state: state,
            reason: reason, since: ledger.since[build.serial].map(clock.age), calls: calls, memory: memory)
    }
}
