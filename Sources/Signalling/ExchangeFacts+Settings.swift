import CallControl
import Configuration
import TandemKit
import Trunks

extension ExchangeFacts {
    /// What plugins may know of a configuration.
    init(of settings: TandemConfiguration) {
        let listeners = settings.listeners.map(ListenerFacts.init)
        self.init(
            trunks: settings.trunks.map { TrunkFacts($0, on: settings.listeners[$0.listener], listeners[$0.listener]) },
            listeners: listeners)
    }

    /// Takes note of how the trunks are.
    func with(_ statuses: [TrunkStatus]) -> ExchangeFacts {
        with(
            conditions: Dictionary(
                statuses.map { status -> (String, Condition) in
                    switch status.snapshot.state {
                    case .up: (status.name, .up)
                    case .down: (status.name, .down)
                    case .unknown: (status.name, .unknown)
                    }
                }
            ) { $1 })
    }
}

extension ListenerFacts {
    /// What plugins may know of a listener.
    convenience init(_ listener: ListenerSettings) {
        self.init(
            name: listener.name, address: listener.bind.address, port: listener.bind.port, transport: listener.transport
        )
    }
}

extension TrunkFacts {
    /// What plugins may know of a trunk.
    convenience init(_ trunk: TrunkSettings, on listener: ListenerSettings, _ facts: ListenerFacts) {
        // Without brackets: whoever writes the address into a URI adds them.
        let host =
            switch listener.advertise.host {
            case .address(let address): "\(address)"
            case .name(let name): name
            }
        self.init(
            name: trunk.name, advertisedHost: host, advertisedPort: listener.advertise.port,
            transport: listener.transport, domain: trunk.domain, listener: facts)
    }
}
