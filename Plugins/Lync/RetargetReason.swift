import TandemKit

/// `History-Info: <sip:L1@med;user=phone>;index=1;ms-retarget-reason=forwarding,…`: why a call was passed on, in a
/// parameter of Lync's own instead of RFC 7044's Reason.
enum RetargetReason {
    /// Moves each reason into the entry's URI, where RFC 7044 §10.2 has it.
    static func makeCanonical(_ headers: inout HeaderFields) {
        guard headers.firstIndex(of: HeaderID.historyInfo) >= 0 else { return }
        var entries = headers.addresses(.historyInfo)
        var isChanged = false
        for index in entries.indices {
            guard let reason = entries[index].parameters["ms-retarget-reason"] else { continue }
            entries[index].parameters.remove("ms-retarget-reason")
            if !entries[index].uri.headers.contains("Reason") {
                entries[index].uri.headers["Reason"] = "SIP;cause=\(cause(of: reason))"
            }
            isChanged = true
        }
        if isChanged { headers.setAddresses(.historyInfo, entries) }
    }

    /// The cause of RFC 4458 for a reason of Lync's; 404, unknown, for one that has none there.
    private static func cause(of reason: String) -> Int {
        switch reason.lowercased() {
        case "forwarding": 302
        case "no-answer", "noanswer": 408
        case "busy": 486
        case "unavailable": 503
        case "transfer", "deflection": 480
        default: 404
        }
    }
}
