import TandemKit

/// Which header fields of one side's message may reach the other side of a B2BUA call.
///
/// What belongs to a hop or a dialog is replaced by our own; what tells addresses, tags or Call-IDs of one side, or is
/// a secret between one side and us, stays here. Everything else passes untouched, also fields we don't know.
enum HeaderPolicy {
    /// Whether a field passes as it is. Where ours take the place of a field (Via, From, Contact, Allow, Supported, the
    /// identity, …) it doesn't.
    @inline(__always) static func passes(_ id: HeaderID, _ blocked: (low: UInt64, high: UInt64)) -> Bool {
        let mask = id.raw < 64 ? blocked.low : blocked.high
        return mask & (1 << UInt64(id.raw & 63)) == 0
    }

    /// Whether a field without a number may stay.
    static func passes(named name: Bytes) -> Bool {
        guard name.count > 2, name[0] | 0x20 == 0x70, name[1] == 0x2D else { return true }
        for blocked in blockedNames where name.equalsIgnoringCase(blocked) { return false }
        return true
    }

    private static let blockedNames: [StaticString] = [
        "P-Charging-Function-Addresses", "P-Visited-Network-ID", "P-Profile-Key", "P-User-Database",
    ]
    /// One bit for each field that does not pass.
    static let blocked = blockedFields.reduce(into: (low: UInt64(0), high: UInt64(0))) { masks, id in
        if id.raw < 64 { masks.low |= 1 << UInt64(id.raw) } else { masks.high |= 1 << UInt64(id.raw & 63) }
    }
    private static let blockedFields: [HeaderID] = [
        .callID, .cseq, .from, .to, .maxForwards, .contentLength, .contentType, .via, .contact, .route, .recordRoute,
        .allow, .supported, .require,
        .proxyRequire, .callInfo, .errorInfo, .timestamp, .inReplyTo, .replyTo, .server, .userAgent, .warning,
        .authorization, .proxyAuthorization, .wwwAuthenticate, .proxyAuthenticate, .authenticationInfo, .rSeq, .rAck,
        .sessionExpires, .minSE,
        .referTo, .referredBy, .replaces, .join, .targetDialog, .pAssertedIdentity, .pPreferredIdentity,
        .remotePartyID, .privacy, .diversion, .historyInfo, .path, .serviceRoute, .pAssociatedURI, .pCalledPartyID,
        .pChargingVector, .pAccessNetworkInfo,
    ]
}

extension HeaderFields {
    /// Adds the fields of the other side's message that may pass, in their order. Content-Type comes with the body.
    mutating func carryOver(from other: HeaderFields) {
        let blocked = HeaderPolicy.blocked
        for index in 0..<other.count {
            let id = other.id(at: index)
            if id.raw == HeaderID.other.raw {
                let name = other.nameBytes(at: index)
                if HeaderPolicy.passes(named: name) { insert(name: name, other.valueBytes(at: index), at: count - 1) }
            } else if HeaderPolicy.passes(id, blocked) {
                append(id, other.valueBytes(at: index))
            }
        }
    }

    /// Gives the first field of a kind another value, or adds one.
    mutating func set(_ id: HeaderID, _ value: Bytes) {
        let index = firstIndex(of: id)
        index < 0 ? append(id, value) : replaceValue(at: index, value)
    }
}
