import SIPTransaction
import TandemKit

/// Route and Record-Route of a proxy (RFC 3261 §16.4, §16.6; RFC 5658 for the double Record-Route).
///
/// Our Record-Route carries the trunks of both sides and a mark (`OwnRoute`), so that a request inside the dialog finds
/// its way by them even when the next hop is a name, and so that nobody invents one. Where the two sides have different
/// listeners each gets a Record-Route of its own, and both come back in the Route of later requests.
enum RouteProcessing {
    /// Whether a URI names us as a trunk's peer sees us.
    static func names(_ trunk: TrunkContext, _ uri: URIView) -> Bool {
        let port = uri.port == 0 ? trunk.facts.transport.defaultPort : uri.port
        guard port == trunk.facts.advertisedPort else { return false }
        return trunk.viaHost.withUnsafeBytes { uri.host.equalsIgnoringCase(Bytes($0)) }
    }

    /// Our own Record-Route in a URI of a request; nil when it is not ours, or marked for another dialog.
    ///
    /// - Parameter known: A route of the request that was found before: an equal one needs no second look at its mark.
    private static func ownRoute(
        in uri: Bytes, of request: SIPRequest, known: OwnRoute? = nil, engine: CallEngine
    ) -> OwnRoute? {
        guard let route = echoed(in: uri, engine: engine) ?? changed(in: uri, engine: engine),
            // Calls of no other trunk get a Record-Route of ours.
            engine.trunk(at: route.first).mode == .proxy
        else { return nil }
        return route == known || route.isMarked(for: request.callID, engine: engine) ? route : nil
    }

    /// The route in a URI that came back byte for byte as we wrote it, as it does from nearly every peer.
    private static func echoed(in uri: Bytes, engine: CallEngine) -> OwnRoute? {
        var start = uri.count - KeyedHash.Mark.count - 1
        guard start > 0, uri[start] == 0x2E else { return nil }
        while start > 0, uri.count - start <= OwnRoute.longest, uri[start - 1] != 0x3D { start -= 1 }
        guard let route = OwnRoute(uri.suffix(from: start), engine: engine) else { return nil }
        let rest = uri.prefix(start)
        func wrote(_ side: Int) -> Bool { engine.trunk(at: side).route.withUnsafeBytes { Bytes($0) == rest } }
        return wrote(route.first) || wrote(route.second) ? route : nil
    }

    /// The route in a URI whose parameters the peer has put in another order, or to which it has added some.
    private static func changed(in uri: Bytes, engine: CallEngine) -> OwnRoute? {
        guard mayHaveSides(uri), let view = URIView(uri), let text = view.parameter(named: "t"),
            view.parameter(named: "lr") != nil, let route = OwnRoute(text, engine: engine),
            names(engine.trunk(at: route.first), view) || names(engine.trunk(at: route.second), view)
        else { return nil }
        return route
    }

    /// Whether a URI can have a parameter `t` at all: a look at its bytes that spares most URIs the parsing.
    private static func mayHaveSides(_ uri: Bytes) -> Bool {
        var index = uri.firstIndex(of: 0x3B)
        while let found = index, found + 2 < uri.count {
            if uri[found + 1] | 0x20 == 0x74, uri[found + 2] == 0x3D { return true }
            index = uri.firstIndex(of: 0x3B, from: found + 1)
        }
        return false
    }

    /// The URI of the first address in a Route value; nil when there is none.
    static func firstURI(of value: Bytes) -> Bytes? {
        guard !value.isEmpty, value[0] == 0x3C else { return NameAddrView(value)?.uri }
        return value.firstIndex(of: 0x3E).map { value.slice(from: 1, count: $0 - 1) }
    }

    /// The Record-Route of ours because of which a request inside a dialog was sent to us, by one of its two trunks;
    /// nil when there is none.
    static func routeToUs(in request: SIPRequest, from trunk: TrunkContext, engine: CallEngine) -> OwnRoute? {
        guard !request.toTag.isEmpty else { return nil }
        let index = request.headers.firstIndex(of: HeaderID.route)
        let top = index < 0 ? nil : firstURI(of: request.headers.valueBytes(at: index))
        let route = top.flatMap { ownRoute(in: $0, of: request, engine: engine) }
        guard let found = route ?? ownRoute(in: request.requestURI, of: request, engine: engine) else { return nil }
        return isParty(trunk, of: found, engine: engine) ? found : nil
    }

    /// Whether a request says that a Record-Route of ours leads it, rightly or not.
    static func claimsRoute(_ request: SIPRequest, engine: CallEngine) -> Bool {
        let index = request.headers.firstIndex(of: HeaderID.route)
        let top = index < 0 ? nil : firstURI(of: request.headers.valueBytes(at: index))
        return [top, request.requestURI].contains { uri in
            guard let uri, mayHaveSides(uri), let view = URIView(uri), view.parameter(named: "t") != nil else {
                return false
            }
            return engine.trunks.contains { names($0, view) }
        }
    }

    /// Whether a trunk is one of the two that a Record-Route stands for: only they may go where it leads.
    static func isParty(_ trunk: TrunkContext, of route: OwnRoute, engine: CallEngine) -> Bool {
        engine.belongs(trunk, to: engine.trunk(at: route.first))
            || engine.belongs(trunk, to: engine.trunk(at: route.second))
    }

    /// Takes the entries off the top of Route by which a request that begins something was sent to us (§16.4): who has
    /// us for an outbound proxy writes them.
    static func removePreloadedRoutes(_ request: inout SIPRequest, to trunk: TrunkContext) {
        while true {
            let index = request.headers.firstIndex(of: HeaderID.route)
            guard index >= 0 else { return }
            let value = request.headers.valueBytes(at: index)
            guard let view = firstURI(of: value).flatMap({ URIView($0) }), names(trunk, view) else { return }
            let rest = AddressValues.afterFirst(value)
            rest.isEmpty ? request.headers.remove(at: index) : request.headers.replaceValue(at: index, rest)
        }
    }

    /// Takes our own entries off the top of Route and undoes what a strict router did to the Request-URI (§16.4).
    /// Returns the last entry taken; nil when there were none.
    ///
    /// - Parameter known: What `routeToUs` has found.
    static func removeOwnRoutes(
        _ request: inout SIPRequest, known: OwnRoute? = nil, engine: CallEngine
    ) -> OwnRoute? {
        var found: OwnRoute?
        if let own = ownRoute(in: request.requestURI, of: request, known: known, engine: engine) {
            found = own
            restoreRequestURI(&request)
        }
        while true {
            let index = request.headers.firstIndex(of: HeaderID.route)
            guard index >= 0 else { return found }
            let value = request.headers.valueBytes(at: index)
            guard let top = firstURI(of: value),
                let own = ownRoute(in: top, of: request, known: known, engine: engine)
            else { return found }
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
    static func record(_ request: inout SIPRequest, from: TrunkContext, to: TrunkContext, engine: CallEngine) {
        let isDouble =
            from.nextHop.listener != to.nextHop.listener || from.viaHost != to.viaHost
            || from.facts.transport != to.facts.transport
        let route = OwnRoute(from: from, to: to, callID: request.callID, engine: engine)
        if isDouble { record(&request, route, own: from, writer: engine.writer) }
        record(&request, route, own: to, writer: engine.writer)
    }

    private static func record(
        _ request: inout SIPRequest, _ route: OwnRoute, own side: TrunkContext, writer: ValueWriter
    ) {
        writer.start()
        writer.append("<")
        writer.append(side.route)
        writer.append(decimal: UInt64(route.first))
        writer.append(".")
        writer.append(decimal: UInt64(route.second))
        writer.append(".")
        writer.append(mark: route.mark)
        writer.append(">")
        request.headers.insert(
            .recordRoute, writer.bytes, at: max(request.headers.firstIndex(of: HeaderID.recordRoute), 0))
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
