import CLinux
import Glibc
import PluginHost
import TandemKit

/// Something a hook is called with, over and over.
protocol HookSubject {
    /// Makes the value number `index` ready.
    mutating func prepare(_ index: Int)
    /// Calls the hook with it; false when the hook refuses it.
    mutating func call() -> Bool
    /// What is wrong with what the hook has left behind; nil when nothing is.
    mutating func fault() -> String?
}

/// Calls one hook with many hostile values and measures it, in the child process.
struct HookTrial {
    /// Values that belong to one call: an adapter's state goes from one to the next.
    static let valuesPerCall = 16
    /// A hook whose middle call takes longer holds up too many others.
    static let medianLimit = 1_000.0
    /// With fewer values nothing can be said about memory.
    private static let leakCallsMin = 1_000
    /// Bytes by which memory may grow in a quarter of a run, for each value and at all: what is left over between
    /// allocations of many sizes.
    private static let leakLimit = (perValue: 2, least: 8192)

    let order: CheckOrder
    let hook: CheckHook
    let center: ServiceCenter
    let watch: CallWatch
    /// Time that passes for timers from one value to the next, in nanoseconds.
    private static let pace: UInt64 = 10_000_000

    /// Calls the hook of an instance.
    func run(on instance: PluginInstance) -> CheckAnswer {
        switch instance {
        case .adapter(let adapter):
            // With a profile that concerns SDP the kit's own part of the hook runs in any case.
            guard adapter.hooks.contains(hook.adapterHooks) else { return idle }
            var subject = AdapterSubject(adapter, hook: hook, seed: order.seed)
            return run(&subject)
        case .normalizer(let normalizer):
            var subject = NormalizerSubject(normalizer, seed: order.seed)
            return run(&subject)
        case .router(let router):
            var subject = RouterSubject(router, seed: order.seed)
            return run(&subject)
        case .observer(let observer):
            var subject = ObserverSubject(observer, seed: order.seed)
            return run(&subject)
        @unknown default: return idle
        }
    }

    private var idle: CheckAnswer {
        CheckAnswer(
            figures: HookFigures(
                plugin: order.plugin, hook: hook.rawValue, calls: 0, refused: 0, median: 0, p99: 0, grown: 0))
    }

    private func run(_ subject: inout some HookSubject) -> CheckAnswer {
        var findings: [CheckFinding] = []
        // A value is met in the state that the values before it have left, so a run begins where a call does.
        let first = order.first - order.first % Self.valuesPerCall
        let end = order.first + order.messages
        var times = [UInt32](repeating: 0, count: max(1, end - first))
        var refused = 0
        var grown = GrowthMeter(from: first, to: end)
        for index in first..<end {
            if grown.isDue(at: index) {
                // The same value each time, so that its own memory makes no difference.
                subject.prepare(first)
                center.clearStores()
                grown.look()
            }
            subject.prepare(index)
            let (isTaken, time) = watch.call(index + 1) {
                center.clock.advance(by: Self.pace)
                let begun = Self.nanoseconds()
                let isTaken = subject.call()
                return (isTaken, Self.nanoseconds() - begun)
            }
            times[index - first] = UInt32(clamping: time)
            if !isTaken { refused += 1 }
            if isTaken, findings.isEmpty, let fault = subject.fault() {
                findings.append(finding(.badResult, fault, at: index))
            }
        }
        subject.prepare(first)
        center.clearStores()
        grown.look()
        times.sort()
        let figures = HookFigures(
            plugin: order.plugin, hook: hook.rawValue, calls: end - first, refused: refused,
            median: Double(times[times.count / 2]) / 1000, p99: Double(times[times.count * 99 / 100]) / 1000,
            grown: grown.total)
        return CheckAnswer(findings: findings + judge(figures, grown), figures: figures)
    }

    private func judge(_ figures: HookFigures, _ grown: GrowthMeter) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        if figures.median > Self.medianLimit {
            findings.append(
                CheckFinding(
                    .slow, plugin: order.plugin, at: hook.rawValue,
                    "half of the calls take longer than \(Int(figures.median)) µs, and all calls of a shard wait for each",
                    remedy: "keep it below \(Int(Self.medianLimit)) µs: do the work beforehand, in init(settings:)"))
        }
        let calls = figures.calls / 4
        let allowed = max(calls * Self.leakLimit.perValue, Self.leakLimit.least)
        if figures.calls >= Self.leakCallsMin, min(grown.third, grown.fourth) > allowed {
            findings.append(
                CheckFinding(
                    .leak, plugin: order.plugin, at: hook.rawValue,
                    "the last \(calls * 2) calls have left \(figures.grown) bytes behind, and each quarter adds more",
                    remedy: "give what it keeps a bound"))
        }
        return findings
    }

    private func finding(_ code: CheckFinding.Code, _ text: String, at index: Int) -> CheckFinding {
        CheckFinding(
            code, plugin: order.plugin, at: hook.rawValue, "message \(index): \(text)",
            remedy: "see it again with --seed \(order.seed) --first \(index) --messages 1")
    }

    private static func nanoseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000_000_000 + now.tv_nsec
    }
}

/// How much more is allocated after the third and the fourth quarter of a run than before it.
struct GrowthMeter {
    private let marks: [Int]
    private var seen: [Int] = []

    /// The run goes from a value that begins a call to `end`; the quarters, too, begin where calls do.
    init(from first: Int, to end: Int) {
        let quarter = (end - first) / 4 / HookTrial.valuesPerCall * HookTrial.valuesPerCall
        marks = quarter == 0 ? [] : [first + 2 * quarter, first + 3 * quarter]
    }

    func isDue(at index: Int) -> Bool { seen.count < marks.count && index == marks[seen.count] }

    mutating func look() { seen.append(Int(clinux_allocated_bytes())) }

    var third: Int { seen.count == 3 ? seen[1] - seen[0] : 0 }
    var fourth: Int { seen.count == 3 ? seen[2] - seen[1] : 0 }
    var total: Int { third + fourth }
}
