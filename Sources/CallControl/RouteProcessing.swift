import SIPTransaction
import TandemKit

/// Route and Record-Route of a proxy (RFC 3261 §16.4, §16.6; RFC 5658 for the double Record-Route).
///
/// Our Record-Route carries the trunks of both sides (`t=2.0`), so that a request inside the dialog finds its way by
/// them even when the next hop is a name. Where the two sides have different listeners each gets a Record-Route of its
/// own, and both come back in the Route of later requests.
enum RouteProcessing {
    /// Whether a URI names us as a trunk's peer sees us.
    static func names(_ trunk: TrunkContext, _ uri: URIView) -> Bool {
        let port = uri.port == 0 ? trunk.facts.transport.defaultPort : uri.port
        guard port == trunk.facts.advertisedPort else { return false }
        return trunk.viaHost.withUnsafeBytes { uri.host.equalsIgnoringCase(Bytes($0)) }
    }

    /// The trunks of our own Record-Route in a URI; nil when it is not ours.
    static func sides(of uri: Bytes, engine: CallEngine) -> (first: Int, second: Int)? {
        guard let view = URIView(uri), let text = view.parameter(named: "t"), view.parameter(named: "lr") != nil,
            let dot = text.firstIndex(of: 0x2E), let first = text.prefix(dot).decimal,
            let second = text.suffix(from: dot + 1).decimal
        else { return nil }
        let count = UInt64(engine.trunkCount)
        guard first < count, second < count else { return nil }
        let (one, other) = (engine.trunk(at: Int(first)), engine.trunk(at: Int(second)))
        return names(one, view) || names(other, view) ? (Int(first), Int(second)) : nil
    }

    /// Whether a request inside a dialog was sent to us because of our Record-Route.
    static func isForUs(_ request: SIPRequest, engine: CallEngine) -> Bool {
        guard !request.toTag.isEmpty else { return false }
        let index = request.headers.firstIndex(of: HeaderID.route)
        if index >= 0, let top = NameAddrView(request.headers.valueBytes(at: index)),
            sides(of: top.uri, engine: engine) != nil
        {
            return true
        }
        return sides(of: request.requestURI, engine: engine) != nil
    }

    /// Takes our own entries off the top of Route and undoes what a strict router did to the Request-URI (§16.4).
    /// Returns the trunks of the entries taken; nil when there were none.
    static func removeOwnRoutes(_ request: inout SIPRequest, engine: CallEngine) -> (first: Int, second: Int)? {
        var found: (first: Int, second: Int)?
        if let own = sides(of: request.requestURI, engine: engine) {
            found = own
            restoreRequestURI(&request)
        }
        while true {
            let index = request.headers.firstIndex(of: HeaderID.route)
            guard index >= 0 else { return found }
            let value = request.headers.valueBytes(at: index)
            guard let top = NameAddrView(value), let own = sides(of: top.uri, engine: engine) else { return found }
            found = own
            let rest = AddressValues.afterFirst(value)
            rest.isEmpty ? request.headers.remove(at: index) : request.headers.replaceValue(at: index, rest)
        }
    }

    /// A strict router has put our Record-Route into the Request-URI and the target at the end of Route.
    private static func restoreRequestURI(_ request: inout SIPRequest) {
        var last = -1
        var index = request.headers.firstIndex(of: HeaderID.route)
        while index >= 0 {
            last = index
            index = request.headers.nextIndex(of: HeaderID.route, after: index)
        }
        guard last >= 0 else { return }
        let value = request.headers.valueBytes(at: last)
        let start = AddressValues.startOfLast(value)
        guard let target = NameAddrView(value.suffix(from: start)) else { return }
        request.setRequestURI(target.uri)
        let kept = request.headers.valueBytes(at: last).prefix(start).trimmed
        if kept.isEmpty {
            request.headers.remove(at: last)
        } else {
            request.headers.replaceValue(at: last, kept.prefix(kept.count - 1))
        }
    }

    /// Adds our Record-Route for a request that goes from one trunk to another: one for each listener, that of the
    /// next hop on top.
    static func record(_ request: inout SIPRequest, from: TrunkContext, to: TrunkContext, writer: ValueWriter) {
        let isDouble =
            from.nextHop.listener != to.nextHop.listener || from.viaHost != to.viaHost
            || from.facts.transport != to.facts.transport
        for side in isDouble ? [from, to] : [to] {
            writer.start()
            writer.append("<sip:")
            writer.append(side.viaHost)
            writer.append(":")
            writer.append(decimal: UInt64(side.facts.advertisedPort))
            if side.facts.transport != .udp { writer.append(";transport=\(side.facts.transport)") }
            writer.append(";lr;t=")
            writer.append(decimal: UInt64(from.index))
            writer.append(".")
            writer.append(decimal: UInt64(to.index))
            writer.append(">")
            request.headers.insert(
                .recordRoute, writer.bytes, at: max(request.headers.firstIndex(of: HeaderID.recordRoute), 0))
        }
    }
}

/// The addresses of one header value, separated by commas.
enum AddressValues {
    /// What follows the first address.
    static func afterFirst(_ value: Bytes) -> Bytes {
        guard let comma = separator(in: value, from: 0) else { return Bytes() }
        return value.suffix(from: comma + 1).trimmed
    }

    /// Where the last address begins.
    static func startOfLast(_ value: Bytes) -> Int {
        var start = 0
        while let comma = separator(in: value, from: start) { start = comma + 1 }
        return start
    }

    /// The next comma that is not inside quotes or angle brackets.
    static func separator(in value: Bytes, from start: Int) -> Int? {
        var isQuoted = false
        var isBracketed = false
        var index = start
        while index < value.count {
            switch value[index] {
            case 0x5C where isQuoted: index += 1
            case 0x22 where !isBracketed: isQuoted.toggle()
            case 0x3C where !isQuoted: isBracketed = true
            case 0x3E where !isQuoted: isBracketed = false
            case 0x2C where !isQuoted && !isBracketed: return index
            default: break
            }
            index += 1
        }
        return nil
    }
}
