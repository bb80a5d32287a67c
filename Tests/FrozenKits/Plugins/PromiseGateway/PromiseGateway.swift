import TandemKit

/// A gateway whose every hook leaves a mark that a test sees on the wire.
struct PromiseGateway: GatewayAdapter {
    enum Plus: String, CaseIterable, Sendable { case kept, removed }

    struct Settings: PluginSettings {
        var group = "none"
        var hidesCaller = false
        var plus = Plus.kept
        var added: [String: String] = [:]
        static var fields: [Field<Self>] {
            [
                .string("group", \.group, "The trunk group that the gateway is told"),
                .bool("hides-caller", \.hidesCaller, "Send no asserted identity"),
                .choice("plus", \.plus, "What becomes of the + of the called number"),
                .map("added", \.added, "Header fields of INVITEs that begin a call"),
            ]
        }
    }

    struct Unwilling: Error, CustomStringConvertible {
        var words: String
        var description: String { words }
    }

    /// Messages of a call, in the order of the hooks: request in, response in, request out, response out.
    struct CallState: CallStateValue {
        var counts = [0, 0, 0, 0]
        var first: PhoneNumber?
    }

    let settings: Settings

    init(settings: Settings) throws {
        guard settings.group != "refused" else { throw Unwilling(words: "there is no trunk group of that name") }
        self.settings = settings
    }

    var profile: GatewayProfile {
        GatewayProfile {
            $0.acceptsREFER = false
            $0.holdStyle = .inactive
            $0.identity = .pAssertedIdentity
            $0.strippedPrefixes = ["X-Private-"]
        }
    }

    static func selfTest() throws {
        guard let uri = SIPURI("sip:0100@example.com;user=phone"), uri.parameters["user"] == "phone" else {
            throw Unwilling(words: "a URI's parameters can't be read")
        }
    }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        state.counts[0] += 1
        if state.first == nil { state.first = PhoneNumber(request.uri.user ?? "") }
        if request.headers.contains("X-Forbidden") {
            throw AdapterError("the caller is not wanted", status: 403, cause: Q850Cause(21))
        }
        if request.headers.firstValue(of: .userAgent).equalsIgnoringCase("vendor") {
            request.headers.remove(.userAgent)
        }
    }

    func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        state.counts[1] += 1
        if response.status == 183, response.sdp == nil { response.setStatus(180) }
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        state.counts[2] += 1
        request.headers["X-Promise-State"] = words(state)
        guard request.method == .invite, request.toTag.isEmpty else { return }
        request.uri.parameters["user"] = "phone"  // RFC 3261 §19.1.1
        if settings.plus == .removed, let user = request.uri.user, user.hasPrefix("+") {
            request.uri.user = String(user.dropFirst())
        }
        request.headers["X-Promise-Group"] = "\(settings.group);trunk=\(leg.trunk.name);attempt=\(leg.attempt)"
        for (name, value) in settings.added.sorted(by: { $0.key < $1.key }) {
            if let name = HeaderName(name) { request.headers.append(name, value) }
        }
        if settings.hidesCaller { request.headers.remove(.pAssertedIdentity) }
        if var description = request.sdp {
            description.session.setAttribute("promise", to: settings.group)
            request.sdp = description
        }
    }

    func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        state.counts[3] += 1
        response.headers["X-Promise-State"] = words(state)
    }

    private func words(_ state: CallState) -> String {
        state.counts.map(String.init).joined(separator: "-") + (state.first.map { ";first=\($0.text)" } ?? "")
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(PromiseGateway.self, in: host)
}
