import Configuration
import TandemKit
import Testing
import Timing
import Trunks

@Suite("Peer names")
struct PeerNamesTests {
    private let start = Timestamp(nanoseconds: 0)
    private let address = IPAddress("192.0.2.1")!

    private func names() throws -> PeerNames {
        let text = """
            listeners: { l: { transport: udp, address: 127.0.0.1 }, m: { transport: udp, address: 127.0.0.2 } }
            trunks:
              a: { listener: l, peer: gw.example.net }
              b: { listener: l, peer: 10.0.0.1 }
              c: { listener: m, peer: GW.example.net }
            """
        let configuration = try ConfigurationFile.parse(Array(text.utf8), file: "t.yaml", environment: [:])
        return PeerNames(configuration.trunks, at: start)
    }

    @Test("Each name is asked once, whatever its case and however many trunks use it")
    func asksOnce() throws {
        var names = try names()
        #expect(names.due(at: start) == ["gw.example.net"])
        #expect(names.due(at: start).isEmpty && names.deadline == nil)
        let (trunks, isChanged) = names.answered("gw.example.net", with: [address], at: start)
        #expect(trunks == [0, 2] && isChanged)
        #expect(names.addresses == [[address], [IPAddress("10.0.0.1")!], [address]])
    }

    @Test("An answer holds a minute; a failure is asked again after ten seconds and keeps the addresses")
    func intervals() throws {
        var names = try names()
        _ = names.due(at: start)
        _ = names.answered("gw.example.net", with: [address], at: start)
        let minute = start + .seconds(60)
        #expect(names.deadline == minute)
        #expect(names.due(at: start + .seconds(59)).isEmpty && names.due(at: minute) == ["gw.example.net"])
        let (_, isChanged) = names.answered("gw.example.net", with: [], at: minute)
        #expect(!isChanged && names.addresses[0] == [address] && names.deadline == minute + .seconds(10))
    }
}
