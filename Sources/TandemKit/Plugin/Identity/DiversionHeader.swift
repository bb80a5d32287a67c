/// The Diversion header field (RFC 5806): the latest diversion stands first.
enum DiversionHeader {
    /// The most diversions that are read from one request.
    static var countMax: Int { 20 }

    /// The diversions of a request, first diversion first.
    static func read(_ headers: HeaderFields) -> [DiversionEntry] {
        var entries: [DiversionEntry] = []
        headers.forEachAddress(.diversion) { view in
            guard entries.count < countMax, let uri = URIView(view.uri), let number = PhoneNumber(uri: uri) else {
                return
            }
            let reason = view.parameter(named: "reason").flatMap { DiversionEntry.Reason(token: $0.string) }
            let privacy = view.parameter(named: "privacy")
            entries.append(
                DiversionEntry(
                    number: number, host: uri.host.string, displayName: DisplayName.plain(view.displayName),
                    reason: reason ?? .unknown, isPrivate: privacy.map { !$0.equalsIgnoringCase("off") } ?? false,
                    count: view.parameter(named: "counter")?.decimal.map { Int(clamping: $0) } ?? 1))
        }
        return entries.reversed()
    }

    /// Adds the diversions to a request.
    static func write(
        _ entries: [DiversionEntry], to headers: inout HeaderFields, trunk: TrunkFacts, profile: GatewayProfile
    ) {
        for entry in entries.reversed() {
            let counter = entry.count > 1 ? ";counter=\(entry.count)" : ""
            let privacy = entry.isPrivate ? "full" : "off"
            headers.append(
                .diversion,
                "\(entry.address(trunk: trunk, profile: profile));reason=\(entry.reason.rawValue);privacy=\(privacy)\(counter)"
            )
        }
    }
}

extension DiversionEntry.Reason {
    /// The reason of a Diversion header field, in quotes or not and in any case; nil when it is none of RFC 5806.
    init?(token: String) {
        let plain = token.filter { $0 != "\"" }.lowercased()
        self.init(rawValue: plain)
    }
}

extension DiversionEntry {
    /// `"Bob" <sip:+14255550100@host;user=phone>`.
    func address(trunk: TrunkFacts, profile: GatewayProfile, uriParameters: String = "") -> String {
        AddressText(
            displayName: displayName, number: number, host: trunk.domain(of: number, host: host),
            uriParameters: uriParameters, profile: profile
        ).string
    }
}

extension TrunkFacts {
    /// The host behind a number: ours, because a number belongs to whoever serves it, and because an address of the
    /// other side stays there. Only a user that is no number keeps its domain.
    func domain(of number: PhoneNumber, host: String) -> String {
        number.isDialable || host.isEmpty || IPAddress(host) != nil ? uriDomain : host
    }
}
