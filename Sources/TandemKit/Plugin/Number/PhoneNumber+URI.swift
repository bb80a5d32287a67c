extension PhoneNumber {
    /// Reads the number out of a `sip`, `sips` or `tel` URI, or `urn:service:sos` (RFC 5031).
    ///
    /// - Returns: nil when the URI is malformed, of another scheme, or has no user.
    public init?(uri bytes: Bytes) {
        guard let uri = URIView(bytes) else { return nil }
        self.init(uri: uri)
    }

    init?(uri: URIView) {
        if uri.isTel {
            let tail = uri.parameters.isEmpty ? "" : ";\(uri.parameters.string)"
            self.init(userPart: uri.user.string + tail, isPhone: true)
        } else if uri.isSIP || uri.isSIPS {
            guard !uri.user.isEmpty else { return nil }
            let isPhone = uri.parameter(named: "user")?.equalsIgnoringCase("phone") ?? false
            self.init(userPart: uri.user.string, isPhone: isPhone)
        } else if uri.scheme.equalsIgnoringCase("urn"), uri.user.string.lowercased().hasPrefix("service:sos") {
            self.init(received: "urn:\(uri.user.string)", kind: .emergency)
        } else {
            return nil
        }
    }

    /// The number as it goes to a peer with this profile: without `+` where the peer can't take one, which is recorded
    /// as a step.
    public func onWire(to profile: GatewayProfile) -> PhoneNumber {
        guard profile.removesPlus else { return self }
        var number = self
        number.removePlus()
        return number
    }

    /// A SIP URI for a peer with this profile: `sip:+14255550100@gw.example.net:5080;user=phone`.
    ///
    /// - Parameter host: Host, with brackets and port where needed.
    public func sipURI(at host: String, profile: GatewayProfile) -> String {
        String(atMost: sipURISizeMax(at: host)) { writeSIPURI(at: host, profile: profile, to: &$0) }
    }

    /// The bytes that `writeSIPURI` writes at most.
    func sipURISizeMax(at host: String) -> Int {
        PercentCoding.encodedSizeMax(storage.text.utf8.count) + host.utf8.count + 16
    }

    /// Writes what `sipURI` gives.
    func writeSIPURI(at host: String, profile: GatewayProfile, to writer: inout TextWriter) {
        writer.put("sip:")
        storage.text.withTextBytes { text in
            let losesPlus = profile.removesPlus && !text.isEmpty && text[0] == UInt8(ascii: "+")
            let user = text.suffix(from: losesPlus ? 1 : 0)
            guard !user.isEmpty else { return }  // RFC 3261 §25.1: a URI without a user has no @ either
            PercentCoding.writeEncoded(user, to: &writer) { ByteClass.isURIUser($0) }
            writer.put(byte: UInt8(ascii: "@"))
        }
        writer.put(host)
        if profile.addsUserPhone && isDialable { writer.put(";user=phone") }
    }
}
