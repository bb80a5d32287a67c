import Foundation
import TandemKit
import Wire

/// What a plugin's process is told of the daemon: how much is logged, and the facts.
struct ServiceNews: Codable {
    let level: PluginLog.Level
    private let facts: Data

    /// What is so now.
    init(of center: ServiceCenter) {
        level = center.level
        var writer = WireWriter()
        writer.put(center.facts)
        facts = Data(writer.bytes)
    }

    /// The facts; those of an earlier time when they can't be read.
    var exchange: ExchangeFacts? {
        facts.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            return try? reader.exchangeFacts()
        }
    }
}

extension WireWriter {
    mutating func put(_ facts: ExchangeFacts) {
        put(facts.trunks) {
            $0.put($1)
            $0.put(facts.condition(ofTrunk: $1.name).rawValue)
        }
        put(facts.listeners) { $0.put($1) }
    }
}

extension WireReader {
    mutating func exchangeFacts() throws(WireError) -> ExchangeFacts {
        var conditions: [String: ExchangeFacts.Condition] = [:]
        let trunks = try list { reader throws(WireError) in
            let trunk = try reader.trunk()
            conditions[trunk.name] = ExchangeFacts.Condition(rawValue: try reader.text()) ?? .unknown
            return trunk
        }
        let listeners = try list { reader throws(WireError) in try reader.listener() }
        return ExchangeFacts(trunks: trunks, listeners: listeners, conditions: conditions)
    }
}
