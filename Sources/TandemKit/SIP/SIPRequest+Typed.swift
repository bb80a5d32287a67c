/// The parts of a request as typed values, for plugins. Reading copies; writing changes the message only where the value
/// has really changed.
extension SIPRequest {
    /// The Request-URI.
    public var uri: SIPURI {
        get { SIPURI(lenient: requestURI) }
        set { newValue.description.withBytes { setRequestURI($0) } }
        _modify {
            let before = SIPURI(lenient: requestURI)
            var uri = before
            yield &uri
            let text = uri.description
            if text != before.description { text.withBytes { setRequestURI($0) } }
        }
    }

    /// The sender (RFC 3261 §20.20).
    public var from: NameAddr {
        get { headers.address(.from) }
        set { headers.setAddress(.from, newValue) }
        _modify {
            var address = headers.address(.from)
            yield &address
            headers.setAddress(.from, address)
        }
    }

    /// The receiver (RFC 3261 §20.39).
    public var to: NameAddr {
        get { headers.address(.to) }
        set { headers.setAddress(.to, newValue) }
        _modify {
            var address = headers.address(.to)
            yield &address
            headers.setAddress(.to, address)
        }
    }

    /// Begins a request with Max-Forwards 70 and no body.
    public init(method: SIPMethod, uri: SIPURI) {
        self.init(method: method, uri: uri.description)
    }
}

extension SIPResponse {
    /// The sender of the request (RFC 3261 §20.20).
    public var from: NameAddr {
        get { headers.address(.from) }
        set { headers.setAddress(.from, newValue) }
    }

    /// The receiver of the request (RFC 3261 §20.39).
    public var to: NameAddr {
        get { headers.address(.to) }
        set { headers.setAddress(.to, newValue) }
    }
}
