public import TandemKit

extension Dialog {
    /// A request inside the dialog with the next CSeq (RFC 3261 §12.2.1.1). Via, and Contact where the method wants
    /// one, are up to the caller, who sends it to `nextHop`.
    public mutating func makeRequest(_ method: SIPMethod) -> SIPRequest {
        makeRequest(methodName: Bytes(method.name))
    }

    /// A request inside the dialog with the next CSeq and a method that has no number.
    public mutating func makeRequest(methodName: Bytes) -> SIPRequest {
        request(methodName, sequence: nextSequence())
    }

    /// Gives a request that was sent before, and refused, the next CSeq: it is sent once more (RFC 3261 §8.1.3.5).
    public mutating func renumber(_ request: inout SIPRequest) {
        request.renumber(nextSequence())
    }

    /// The ACK for the 2xx to an INVITE of ours with this CSeq number (§13.2.2.4). It has a branch of its own.
    public func makeACK(cseq: UInt32) -> SIPRequest { request(Bytes("ACK"), sequence: cseq) }

    private func request(_ method: Bytes, sequence: UInt32) -> SIPRequest {
        var list = AddressList(routes)
        guard let first = list.next() else { return request(method, sequence, uri: remoteTarget, routes: Bytes()) }
        let firstURI = Dialog.uri(of: first)
        if URIView(firstURI)?.parameter(named: "lr") != nil {
            return request(method, sequence, uri: remoteTarget, routes: routes)
        }
        return strictRequest(method, sequence, first: firstURI, rest: list.rest)
    }

    /// The first proxy is an RFC 2543 strict router: it becomes the Request-URI, and the target the last route.
    private func strictRequest(_ method: Bytes, _ sequence: UInt32, first: Bytes, rest: Bytes) -> SIPRequest {
        let target = remoteTarget
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rest.count + target.count + 4) { text in
            var routes = TextBuilder(text)
            if !rest.isEmpty {
                routes.append(rest)
                routes.append(Bytes(", "))
            }
            routes.append(Bytes("<"))
            routes.append(target)
            routes.append(Bytes(">"))
            return request(method, sequence, uri: Dialog.requestURI(of: first), routes: routes.bytes)
        }
    }

    private func request(_ method: Bytes, _ sequence: UInt32, uri: Bytes, routes: Bytes) -> SIPRequest {
        var request = SIPRequest(methodName: method, uri: uri)
        if !routes.isEmpty { request.headers.append(.route, routes) }
        request.headers.append(.from, localParty)
        request.headers.append(.to, remoteParty)
        request.headers.append(.callID, callID)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: method.count + 11) { text in
            var cseq = TextBuilder(text)
            cseq.append(decimal: sequence)
            cseq.append(Bytes(" "))
            cseq.append(method)
            request.headers.append(.cseq, cseq.bytes)
        }
        return request
    }

    /// A URI without the headers that a Request-URI must not have (§19.1.1 table 1).
    private static func requestURI(of uri: Bytes) -> Bytes {
        guard let question = uri.firstIndex(of: 0x3F) else { return uri }
        return uri.prefix(question)
    }
}

extension SIPRequest {
    /// Gives the request another CSeq number.
    public mutating func renumber(_ sequence: UInt32) {
        let method = methodBytes
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: method.count + 11) { text in
            var cseq = TextBuilder(text)
            cseq.append(decimal: sequence)
            cseq.append(Bytes(" "))
            cseq.append(method)
            let index = headers.firstIndex(of: HeaderID.cseq)
            if index >= 0 { headers.replaceValue(at: index, cseq.bytes) }
        }
    }
}

/// Writes text into a buffer that is known to be large enough.
struct TextBuilder {
    private let text: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    init(_ text: UnsafeMutableBufferPointer<UInt8>) { self.text = text }

    /// What was written; valid as long as the buffer.
    var bytes: Bytes { Bytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<count])) }

    mutating func append(_ part: Bytes) {
        precondition(part.count <= text.count - count, "the buffer was computed too small")
        for index in 0..<part.count { text[count + index] = part.base[index] }
        count += part.count
    }

    mutating func append(decimal number: UInt32) {
        if number >= 10 { append(decimal: number / 10) }
        precondition(count < text.count, "the buffer was computed too small")
        text[count] = 0x30 + UInt8(number % 10)
        count += 1
    }
}
