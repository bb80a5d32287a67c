/// A quick look at a body for what a dialect may have to change: hold, keys, SRTP. Most descriptions have none of it and
/// pass without being parsed.
struct SDPSpecialties {
    /// A direction other than `sendrecv`, or the connection address 0.0.0.0 or one that begins like `::`.
    private(set) var hasHold = false
    /// A key, a transport with SRTP, or an attribute of capability negotiation.
    private(set) var hasSecurity = false

    init(_ body: Bytes) {
        var start = 0
        while start < body.count {
            let end = body.firstIndex(of: 0x0A, from: start) ?? body.count
            if end - start > 2, body[start + 1] == 0x3D { look(at: body.slice(from: start, count: end - start)) }
            start = end + 1
        }
    }

    private mutating func look(at line: Bytes) {
        switch line[0] {
        case UInt8(ascii: "a"):
            switch line[2] {
            case UInt8(ascii: "s"): hasHold = hasHold || line.hasPrefix("a=sendonly")
            case UInt8(ascii: "r"): hasHold = hasHold || line.hasPrefix("a=recvonly")
            case UInt8(ascii: "i"): hasHold = hasHold || line.hasPrefix("a=inactive")
            case UInt8(ascii: "c"): hasSecurity = hasSecurity || line.hasPrefix("a=crypto")
            case UInt8(ascii: "t"): hasSecurity = hasSecurity || line.hasPrefix("a=tcap")
            case UInt8(ascii: "p"): hasSecurity = hasSecurity || line.hasPrefix("a=pcfg")
            default: break
            }
            if line.hasPrefix("a=acfg") { hasSecurity = true }
        case UInt8(ascii: "c"):
            hasHold = hasHold || line.hasPrefix("c=IN IP4 0.0.0.0") || line.hasPrefix("c=IN IP6 ::")
        case UInt8(ascii: "m"):
            var index = 2
            while let slash = line.firstIndex(of: UInt8(ascii: "/"), from: index) {
                if line.suffix(from: slash + 1).hasPrefix("SAVP") { hasSecurity = true }
                index = slash + 1
            }
        default: break
        }
    }
}
