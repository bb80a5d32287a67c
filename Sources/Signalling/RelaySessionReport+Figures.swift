public import Admin
public import RelayControl

extension RelaySessionReport {
    /// What one party's figures say.
    public init(_ figures: MediaFigures, of session: String) {
        self.init()
        self.session = session
        party = figures.party
        media = figures.media
        port = Int(figures.port)
        place = figures.place
        packets = figures.packets
        controlPackets = figures.controlPackets
        lost = figures.lost
        jitter = Double(figures.jitter) / 1_000
        foreign = figures.foreign
        silence = figures.silence.map { Double($0) / 1_000 }
    }
}
