/// Finds out which description is an offer and which an answer (RFC 3264 §4, RFC 6337 §1.2), and applies the dialect.
extension SDPDialect {
    /// A request that the vendor sent.
    func readRequest(_ request: inout SIPRequest, _ memory: inout SDPMemory) throws(AdapterError) {
        if request.method == .invite { memory.peerAwaitsOffer = request.body.isEmpty }
        guard mayRead(request.body, memory), var sdp = try SDPDialect.description(of: request.message) else { return }
        let before = sdp
        if request.method == .ack { readAnswer(&sdp, memory) } else { readOffer(&sdp) }
        if sdp != before { request.sdp = sdp }
    }

    /// A response that the vendor sent.
    func readResponse(_ response: inout SIPResponse, _ memory: SDPMemory) throws(AdapterError) {
        guard mayRead(response.body, memory), var sdp = try SDPDialect.description(of: response.message) else { return }
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
        if request.method != .ack { forgetOffer(&memory, request.body) }
        guard mayWrite(request.body), var sdp = try SDPDialect.description(of: request.message) else { return }
        let before = sdp
        if request.method == .ack { writeAnswer(&sdp) } else { try writeOffer(&sdp, &memory) }
        if sdp != before { request.sdp = sdp }
    }

    /// A response that goes to the vendor.
    func writeResponse(_ response: inout SIPResponse, _ memory: inout SDPMemory) throws(AdapterError) {
        if !acceptsMultipart { response.message.reduceToSDP() }
        let isOffer = response.cseq.method == .invite && memory.peerAwaitsOffer
        if isOffer { forgetOffer(&memory, response.body) }
        guard mayWrite(response.body), var sdp = try SDPDialect.description(of: response.message) else { return }
        let before = sdp
        if isOffer {
            try writeOffer(&sdp, &memory)
        } else {
            writeAnswer(&sdp)
        }
        if sdp != before { response.sdp = sdp }
    }

    /// Whether a description from the vendor may hold something to make canonical.
    private func mayRead(_ body: Bytes, _ memory: SDPMemory) -> Bool {
        if body.isEmpty { return false }
        if !memory.offered.isEmpty || memory.requiredSRTP { return true }
        let found = SDPSpecialties(body)
        return found.hasSecurity || (hold != .asIs && found.hasHold)
    }

    /// Whether a description to the vendor may hold something to rewrite.
    private func mayWrite(_ body: Bytes) -> Bool {
        if body.isEmpty { return false }
        let found = SDPSpecialties(body)
        return found.hasSecurity || srtp == .required || (hold != .asIs && found.hasHold)
    }

    /// A new offer of ours ends what was remembered of the one before.
    private func forgetOffer(_ memory: inout SDPMemory, _ body: Bytes) {
        if body.isEmpty { return }
        memory.offered = []
        memory.requiredSRTP = false
    }

    private static func description(of message: SIPMessage) throws(AdapterError) -> SessionDescription? {
        do { return try message.readSDP() } catch {
            throw AdapterError(
                "The session description can't be read: \(error)", status: 400, diagnostic: .malformedMessage)
        }
    }
}
