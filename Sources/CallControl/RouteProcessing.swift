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
        if let sides = echoedSides(of: uri, engine: engine) { return sides }
        guard mayHaveSides(uri), let view = URIView(uri), let text = view.parameter(named: "t"),
            view.parameter(named: "lr") != nil,
            let dot = text.firstIndex(of: 0x2E), let first = text.prefix(dot).decimal,
            let second = text.suffix(from: dot + 1).decimal
        else { return nil }
        let count = UInt64(engine.trunkCount)
        guard first < count, second < count else { return nil }
        let (one, other) = (engine.trunk(at: Int(first)), engine.trunk(at: Int(second)))
        guard one.mode == .proxy else { return nil }  // calls of no other trunk get a Record-Route of ours
        return names(one, view) || names(other, view) ? (Int(first), Int(second)) : nil
    }

    /// The same for a URI that came back byte for byte as we wrote it, as it does from nearly every peer.
    private static func echoedSides(of uri: Bytes, engine: CallEngine) -> (first: Int, second: Int)? {
        let longest = 11  // two indices of five digits and the dot
        var start = uri.count
        while start > 0, uri.count - start <= longest, uri[start - 1] != 0x3D { start -= 1 }
        let text = uri.suffix(from: start)
        guard let dot = text.firstIndex(of: 0x2E), let first = text.prefix(dot).decimal,
            let second = text.suffix(from: dot + 1).decimal
        else { return nil }
        let count = UInt64(engine.trunkCount)
        guard first < count, second < count else { return nil }
        guard engine.trunk(at: Int(first)).mode == .proxy else { return nil }
        let sides = (first: Int(first), second: Int(second))
        let rest = uri.prefix(start)
        func wrote(_ side: Int) -> Bool { engine.trunk(at: side).route.withUnsafeBytes { Bytes($0) == rest } }
        return wrote(sides.first) || wrote(sides.second) ? sides : nil
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

    /// Whether a request inside a dialog was sent to us because of our Record-Route, by one of its two trunks.
    static func isForUs(_ request: SIPRequest, from trunk: TrunkContext, engine: CallEngine) -> Bool {
        guard !request.toTag.isEmpty else { return false }
        let index = request.headers.firstIndex(of: HeaderID.route)
        let top = index < 0 ? nil : firstURI(of: request.headers.valueBytes(at: index))
        let route = top.flatMap { sides(of: $0, engine: engine) }
        guard let found = route ?? sides(of: request.requestURI, engine: engine) else { return false }
        return isParty(trunk, of: found, engine: engine)
    }

    /// Whether a trunk is one of the two that a Record-Route stands for. Anybody can write one down: only they may go
    /// where it leads.
    static func isParty(_ trunk: TrunkContext, of sides: (first: Int, second: Int), engine: CallEngine) -> Bool {
        engine.belongs(trunk, to: engine.trunk(at: sides.first))
            || engine.belongs(trunk, to: engine.trunk(at: sides.second))
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
            guard let top = firstURI(of: value), let own = sides(of: top, engine: engine) else { return found }
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
        if isDouble { record(&request, own: from, from: from, to: to, writer: writer) }
        record(&request, own: to, from: from, to: to, writer: writer)
    }

    private static func record(
        _ request: inout SIPRequest, own side: TrunkContext, from: TrunkContext, to: TrunkContext, writer: ValueWriter
    ) {
        writer.start()
        writer.append("<")
        writer.append(side.route)
        writer.append(decimal: UInt64(from.index))
        writer.append(".")
        writer.append(decimal: UInt64(to.index))
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
