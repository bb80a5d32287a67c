public import SIPTransaction

/// Where requests to a trunk's peer go, as DNS has it: by rank, and by weight within a rank (RFC 3263 §4.2, RFC 2782).
public struct HopSet: Hashable, Sendable {
    /// Ways of one rank and weight.
    public struct Group: Hashable, Sendable {
        /// The least is tried first.
        public var rank: Int
        /// Among those of a rank, how often this one comes first.
        public var weight: UInt16
        /// The ways, in the order of trial; the connection is 0 for "any".
        public var flows: [Flow]

        /// Joins the parts.
        public init(rank: Int, weight: UInt16, flows: [Flow]) {
            (self.rank, self.weight, self.flows) = (rank, weight, flows)
        }
    }

    /// The ways to try for one request: the first, and those for when it fails.
    struct Order {
        var first: Flow
        var later: ArraySlice<Flow> = []

        /// Those for when the first has failed; nil when there are none.
        var next: Order? { later.first.map { Order(first: $0, later: later.dropFirst()) } }
    }

    /// The groups, those of the least rank first.
    public let groups: [Group]
    /// All ways, in the order of the groups.
    let flows: [Flow]

    /// Ways in groups; nil when there is none.
    public init?(_ groups: [Group]) {
        let groups = groups.filter { !$0.flows.isEmpty }.sorted { $0.rank < $1.rank }
        guard !groups.isEmpty else { return nil }
        self.groups = groups
        flows = groups.flatMap(\.flows)
    }

    /// One way.
    init(_ flow: Flow) {
        groups = [Group(rank: 0, weight: 0, flows: [flow])]
        flows = [flow]
    }

    /// The ways in the order of trial for one request. Those that `isAvoided` holds of come last.
    ///
    /// - Parameter random: Gives a random number at each call.
    func order(avoiding isAvoided: (Flow) -> Bool, random: () -> UInt64) -> Order {
        if flows.count == 1 { return Order(first: flows[0]) }
        var (good, avoided) = ([Flow](), [Flow]())
        var rest = groups[...]
        while let rank = rest.first?.rank {
            let end = rest.firstIndex { $0.rank != rank } ?? rest.endIndex
            for group in Self.draw(rest[..<end], random) {
                for flow in group.flows { isAvoided(flow) ? avoided.append(flow) : good.append(flow) }
            }
            rest = rest[end...]
        }
        let all = good + avoided
        return Order(first: all[0], later: all[1...])
    }

    /// Draws the groups of a rank one after the other, each as likely as its weight among those that are left; those of
    /// weight 0 stand first, and so are drawn by 0 alone.
    private static func draw(_ groups: ArraySlice<Group>, _ random: () -> UInt64) -> [Group] {
        guard groups.count > 1 else { return Array(groups) }
        var left = groups.sorted { $0.weight < $1.weight }
        var drawn: [Group] = []
        while left.count > 1 {
            let total = left.reduce(0) { $0 + UInt64($1.weight) }
            let wanted = random() % (total + 1)
            var sum: UInt64 = 0
            let place = left.firstIndex { group in
                sum += UInt64(group.weight)
                return sum >= wanted
            }
            drawn.append(left.remove(at: place ?? 0))
        }
        return drawn + left
    }
}
