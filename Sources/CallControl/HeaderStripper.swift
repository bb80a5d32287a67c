import TandemKit

/// The header fields that must not reach a trunk's peer, made ready once: for each message names are compared as bytes.
struct HeaderStripper {
    private let ids: [HeaderID]
    private let names: [[UInt8]]
    private let prefixes: [[UInt8]]

    init(_ profile: GatewayProfile) {
        ids = profile.strippedHeaders.map(\.id).filter { $0 != .other }
        names = profile.strippedHeaders.filter { $0.id == .other }.map { Array($0.description.utf8) }
        prefixes = profile.strippedPrefixes.map { Array($0.utf8) }
    }

    /// Takes them away.
    func strip(_ headers: inout HeaderFields) {
        if ids.isEmpty, names.isEmpty, prefixes.isEmpty { return }
        var index = headers.count - 1
        while index >= 0 {
            if isStripped(headers.id(at: index), headers.nameBytes(at: index)) { headers.remove(at: index) }
            index -= 1
        }
    }

    private func isStripped(_ id: HeaderID, _ name: Bytes) -> Bool {
        if id != .other, ids.contains(id) { return true }
        for wanted in names where wanted.count == name.count && Self.begins(name, with: wanted) { return true }
        for prefix in prefixes where Self.begins(name, with: prefix) { return true }
        return false
    }

    private static func begins(_ name: Bytes, with prefix: [UInt8]) -> Bool {
        guard name.count >= prefix.count else { return false }
        return prefix.withUnsafeBytes { name.prefix(prefix.count).equalsIgnoringCase(Bytes($0)) }
    }
}
