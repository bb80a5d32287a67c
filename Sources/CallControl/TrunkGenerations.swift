/// Which plugin generations the calls of a trunk run through, by the numbers that the shell gives them. Opaque here.
public struct TrunkGenerations: Hashable, Sendable {
    /// That of the adapter, which a call from the trunk and to it runs through; nil when there is none.
    public var adapter: Int?
    /// Those of normalizers and routers, which a call from the trunk has run through.
    public var deciding: [Int]

    /// Joins the numbers.
    public init(adapter: Int? = nil, deciding: [Int] = []) {
        self.adapter = adapter
        self.deciding = deciding
    }
}
