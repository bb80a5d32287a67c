import TandemKit

/// Finds pairs of trunks between which a request, or an operator, could not tell.
enum TrunkTies {
    static func check(_ trunks: [TrunkSettings], _ drafts: [TrunkDraft], _ problems: ProblemList) {
        checkTuples(trunks, problems)
        checkSources(trunks, drafts, problems)
    }

    /// F01: a trunk is the tuple of listener and peer host, port and transport; no tuple occurs twice.
    private static func checkTuples(_ trunks: [TrunkSettings], _ problems: ProblemList) {
        struct Tuple: Hashable {
            let listener: Int
            let peer: PeerAddress
        }
        var seen: [Tuple: TrunkSettings] = [:]
        for trunk in trunks {
            let tuple = Tuple(listener: trunk.listener, peer: trunk.peer)
            guard let earlier = seen.updateValue(trunk, forKey: tuple) else { continue }
            problems.add(
                at: trunk.position, path: "trunks.\(trunk.name)",
                "the trunk \"\(earlier.name)\" in line \(earlier.position.line) has the same listener and peer",
                remedy: "give one of them another listener or peer port, or remove it")
        }
    }

    /// A request belongs to the longest prefix of its listener; equal prefixes on one listener would be a tie.
    private static func checkSources(_ trunks: [TrunkSettings], _ drafts: [TrunkDraft], _ problems: ProblemList) {
        struct Claim: Hashable {
            let listener: Int
            let source: String
        }
        var seen: [Claim: (trunk: String, line: Int)] = [:]
        for trunk in trunks {
            let draft = drafts.first { $0.name == trunk.name }
            for (source, position) in claims(trunk, draft) {
                let claim = Claim(listener: trunk.listener, source: source)
                guard let earlier = seen.updateValue((trunk.name, position.line), forKey: claim) else { continue }
                let owner = earlier.trunk == trunk.name ? "this trunk" : "the trunk \"\(earlier.trunk)\""
                problems.add(
                    at: position, path: "trunks.\(trunk.name).sources",
                    "requests from \(source) on this listener belong to \(owner) already, by line \(earlier.line)",
                    remedy:
                        "give the trunks different listeners or sources; sources: [] for one that only takes calls from us"
                )
            }
        }
    }

    /// What a trunk claims, with the place that says so. A name that has to be resolved counts by its text.
    private static func claims(_ trunk: TrunkSettings, _ draft: TrunkDraft?) -> [(String, SourcePosition)] {
        if trunk.tls?.match == .certificate { return [] }
        if let sources = draft?.sources { return sources.map { ($0.value.description, $0.position) } }
        let place = draft?.peer?.position ?? trunk.position
        switch trunk.peer.host {
        case .address(let address): return [(AddressPrefix(address).description, place)]
        case .name(let name): return [(name, place)]
        }
    }
}
