/// The gateways that were tried for a call (F14): nearly always one, which needs no memory of its own.
struct GatewaySet {
    private var first: Int?
    private var others: [Int] = []

    func contains(_ gateway: Int) -> Bool { first == gateway || others.contains(gateway) }

    /// Adds a gateway that is not among them.
    mutating func insert(_ gateway: Int) {
        if first == nil {
            first = gateway
        } else {
            others.append(gateway)
        }
    }
}
