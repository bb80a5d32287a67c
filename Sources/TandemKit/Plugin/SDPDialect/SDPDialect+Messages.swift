/// Finds out which description is an offer and which an answer (RFC 3264 §4, RFC 6337 §1.2), and applies the dialect.
extension SDPDialect {
    /// A request that the vendor sent.
    func readRequest(_ request: inout SIPRequest, _ memory: inout SDPMemory) throws(AdapterError) {
        if request.method == .invite { memory.peerAwaitsOffer = request.body.isEmpty }
        guard var sdp = try SDPDialect.description(of: request.message) else { return }
        let before = sdp
        if request.method == .ack { readAnswer(&sdp, memory) } else { readOffer(&sdp) }
        if sdp != before { request.sdp = sdp }
    }

    /// A response that the vendor sent.
    func readResponse(_ response: inout SIPResponse, _ memory: SDPMemory) throws(AdapterError) {
        guard var sdp = try SDPDialect.description(of: response.message) else { return }
        let before = sdp
        if response.cseq.method == .invite, memory.awaitsOffer {
            readOffer(&sdp)
        } else {
            readAnswer(&sdp, memory)
        }
        if sdp != before { response.sdp = sdp }
    }

    /// A request that goes to the vendor.
    func writeRequest(_ request: inout SIPRequest, _ memory: inout SDPMemory) throws(AdapterError) {
        if request.method == .invite { memory.awaitsOffer = request.body.isEmpty }
        if !acceptsMultipart { request.message.reduceToSDP() }
        guard var sdp = try SDPDialect.description(of: request.message) else { return }
        let before = sdp
        if request.method == .ack { writeAnswer(&sdp) } else { try writeOffer(&sdp, &memory) }
        if sdp != before { request.sdp = sdp }
    }

    /// A response that goes to the vendor.
    func writeResponse(_ response: inout SIPResponse, _ memory: inout SDPMemory) throws(AdapterError) {
        if !acceptsMultipart { response.message.reduceToSDP() }
        guard var sdp = try SDPDialect.description(of: response.message) else { return }
        let before = sdp
        if response.cseq.method == .invite, memory.peerAwaitsOffer {
            try writeOffer(&sdp, &memory)
        } else {
            writeAnswer(&sdp)
        }
        if sdp != before { response.sdp = sdp }
    }

    private static func description(of message: SIPMessage) throws(AdapterError) -> SessionDescription? {
        do { return try message.readSDP() } catch {
            throw AdapterError(
                "The session description can't be read: \(error)", status: 400, diagnostic: .malformedMessage)
        }
    }
}
