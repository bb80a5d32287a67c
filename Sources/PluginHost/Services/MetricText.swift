import TandemKit

/// Metrics in the text format of Prometheus.
enum MetricText {
    /// - Parameter books: Instance, plugin and metrics.
    static func text(_ books: [(instance: String, plugin: String, metrics: [(name: String, entry: MetricBook.Entry)])])
        -> String
    {
        var families: [String: (kind: MetricKind, help: String, lines: [String])] = [:]
        for (instance, plugin, metrics) in books {
            for (name, entry) in metrics {
                // The plugin's name stands in front, so that two plugins can't disagree about a name.
                let full = "tandem_plugin_\(word(plugin))_\(name)"
                var family = families[full] ?? (entry.kind, entry.help, [])
                guard family.kind == entry.kind else { continue }
                family.lines += lines(full, "instance=\"\(label(instance))\"", entry)
                families[full] = family
            }
        }
        return families.sorted { $0.key < $1.key }.map { name, family in
            "# HELP \(name) \(escaped(family.help))\n# TYPE \(name) \(family.kind)\n"
                + family.lines.joined(separator: "\n") + "\n"
        }
        .joined()
    }

    private static func lines(_ name: String, _ labels: String, _ entry: MetricBook.Entry) -> [String] {
        let all = [entry.figures.values] + entry.remotes.map(\.values)
        switch entry.kind {
        case .counter: return ["\(name){\(labels)} \(all.reduce(0) { $0 &+ $1[0] })"]
        case .gauge: return ["\(name){\(labels)} \(number(all.reduce(0) { $0 + Double(bitPattern: $1[0]) }))"]
        case .histogram:
            var counts = [UInt64](repeating: 0, count: Figures.wordCount)
            for values in all { for index in values.indices { counts[index] &+= values[index] } }
            var sum: UInt64 = 0
            var lines: [String] = []
            for (index, bound) in Histogram.bounds.enumerated() {
                sum &+= counts[index]
                lines.append("\(name)_bucket{\(labels),le=\"\(number(bound))\"} \(sum)")
            }
            sum &+= counts[Histogram.bounds.count]
            lines.append("\(name)_bucket{\(labels),le=\"+Inf\"} \(sum)")
            lines.append("\(name)_sum{\(labels)} \(number(Double(counts[Figures.wordCount - 1]) / 1e9))")
            lines.append("\(name)_count{\(labels)} \(sum)")
            return lines
        @unknown default: return []
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func word(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func label(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}
