import TandemKit

/// Lync wants reliable provisional responses offered, not required: a request with `Require: 100rel` is against
/// [MS-SDPEXT] 3.1.5.13.
enum ReliableProvisional {
    /// Moves `100rel` from Require to Supported.
    static func offerInsteadOfRequire(_ headers: inout HeaderFields) {
        guard let required = headers[.require] else { return }
        let tags = required.split(separator: ",").map { $0.filter { $0 != " " } }
        guard tags.contains(where: { $0.lowercased() == "100rel" }) else { return }
        let kept = tags.filter { $0.lowercased() != "100rel" }
        headers[.require] = kept.isEmpty ? nil : kept.joined(separator: ", ")
        let supported = headers[.supported].map { "\($0), 100rel" } ?? "100rel"
        if headers[.supported]?.lowercased().contains("100rel") != true { headers[.supported] = supported }
    }
}
