import Configuration
import SIPTransaction
import SIPTransport
import Trunks

/// Tells which trunk's identity a peer's certificate proves. Never changed, shared by all shards.
final class PeerIdentities: Sendable {
    private struct Wanted {
        let trunk: Int
        let identity: PeerIdentity
        let match: TrunkMatch
    }

    private let table: TrunkTable
    /// By listener.
    private let wanted: [[Wanted]]

    init(_ settings: TandemConfiguration, _ table: TrunkTable) {
        self.table = table
        wanted = settings.listeners.indices.map { listener in
            settings.trunks.enumerated().compactMap { index, trunk in
                guard trunk.listener == listener, let tls = trunk.tls else { return nil }
                return Wanted(trunk: index, identity: PeerIdentity(tls.identity), match: tls.match)
            }
        }
    }

    /// The number for `Flow.identity` of a trunk; 0 is nobody's.
    static func number(of trunk: Int) -> UInt16 { UInt16(trunk + 1) }

    /// The number of the trunk whose identity the names prove: rather that of the flow's source than another, rather one
    /// that is known by its certificate alone than one that isn't. 0 when they prove none's.
    func identity(of names: CertificateNames?, on flow: Flow) -> UInt16 {
        guard let names, Int(flow.listener) < wanted.count else { return 0 }
        let proved = wanted[Int(flow.listener)].filter { names.prove($0.identity) }
        let source = table.trunk(bySource: flow)
        let found =
            proved.first { $0.trunk == source } ?? proved.first { $0.match == .certificate } ?? proved.first
        return found.map { Self.number(of: $0.trunk) } ?? 0
    }
}
