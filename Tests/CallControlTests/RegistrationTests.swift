import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import CallControl

@Suite("Trunks that register at their peer")
struct RegistrationTests {
    private func bench(required: Bool = true, password: String = "secret") -> EngineBench {
        let servers = [UInt32(2), 2].map { low in
            Flow(
                listener: 1, transport: .udp,
                remote: Endpoint(address: IPAddress(ipv4: 0xC000_0200 + low), port: 5060))
        }
        let order = TrunkRegistration(
            settings: RegistrationSettings(
                address: "sip:tandem@provider.example", expires: 3600, isRequired: required),
            contactUser: "tandem")
        let credentials = DigestCredentials(user: "tandem", password: password)
        let hops = HopSet([HopSet.Group(rank: 0, weight: 0, flows: servers)])
        let bench = EngineBench(
            choices: [TrunkChoice(trunk: "out")], hops: hops.map { ["out": $0] } ?? [:],
            digests: ["out": DigestClient(credentials, hashes: .ofOpenSSL)], registrations: ["out": order])
        return bench
    }

    private func register(_ bench: EngineBench) throws -> Sent {
        bench.engine.register(at: bench.now)
        return try #require(bench.drain().first("REGISTER"))
    }

    /// The registrar's 200: the binding of our Contact among others.
    private func granted(_ request: Sent, _ seconds: Int = 3600, extra: String = "") -> String {
        let contact = "Contact: <sip:other@192.0.2.9>;expires=5, \(request.field("Contact")!);expires=\(seconds)\r\n"
        return Party.response(200, to: request, extra: contact + extra, contact: nil)
    }

    @Test("F72 in part: REGISTER at the start, answered challenge, refresh in time, the same Call-ID and rising CSeq")
    func life() throws {
        let bench = bench()
        var reports: [RegistrationReport] = []
        bench.engine.observeRegistration = { reports.append($1) }
        let first = try register(bench)
        #expect(first.startLine == "REGISTER sip:provider.example SIP/2.0")
        #expect(first.field("To") == "<sip:tandem@provider.example>")
        #expect(first.field("From")?.hasPrefix("<sip:tandem@provider.example>;tag=") == true)
        #expect(first.field("Contact")?.hasPrefix("<sip:tandem@198.51.100.2:5060;rinstance=") == true)
        #expect(first.field("Expires") == "3600")
        let peer = ChallengingPeer(isProxy: false)
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("REGISTER"))
        #expect(peer.admits(second))
        #expect(second.field("CSeq") == "2 REGISTER")
        bench.receive(granted(second, 1800), from: 1)
        #expect(reports.map(\.state) == [.registered])
        let refreshed = bench.wait(milliseconds: 1_199_000)
        #expect(refreshed.isEmpty)
        let third = try #require(bench.wait(milliseconds: 2_000).first("REGISTER"))
        #expect(third.field("CSeq") == "3 REGISTER")
        #expect(third.field("Call-ID") == first.field("Call-ID"))
        #expect(third.field("Contact") == first.field("Contact"))
        #expect(peer.admits(third), "the nonce is used again")
    }

    @Test("F72 in part: a trunk that is not registered takes no calls where that is required, and the caller hears why")
    func required() throws {
        let bench = bench()
        let request = try register(bench)
        let refusal = try #require(bench.receive(Party.invite(), from: 0).to(0).last)
        #expect(refusal.startLine.hasPrefix("SIP/2.0 503"))
        #expect(bench.endedWith?.diagnostic == .notRegistered)
        #expect(bench.endedWith?.detail == "out is not registered: no answer yet")
        bench.receive(granted(request), from: 1)
        let sent = bench.receive(Party.invite(branch: "z9hG4bKb", tag: "b", callID: "b"), from: 0)
        #expect(sent.first("INVITE")?.field("Contact") == request.field("Contact"))
    }

    @Test("A trunk that need not be registered takes calls all the same")
    func notRequired() throws {
        let bench = bench(required: false)
        _ = try register(bench)
        #expect(bench.receive(Party.invite(), from: 0).first("INVITE") != nil)
    }

    @Test("F72 in part: another server after no answer, then a pause, and the reason is told")
    func silence() throws {
        let bench = bench()
        var reports: [RegistrationReport] = []
        bench.engine.observeRegistration = { reports.append($1) }
        _ = try register(bench)
        let second = bench.wait(milliseconds: 33_000)
        #expect(second.filter { $0.startLine.hasPrefix("REGISTER") }.last?.field("CSeq") == "2 REGISTER")
        bench.wait(milliseconds: 33_000)
        #expect(reports == [RegistrationReport(state: .failed, reason: "no answer to REGISTER")])
        #expect(bench.wait(milliseconds: 31_000).contains { $0.startLine.hasPrefix("REGISTER") })
    }

    @Test("F72 in part: wrong credentials are told as such, and not tried over and over")
    func refused() throws {
        let bench = bench(password: "wrong")
        var reports: [RegistrationReport] = []
        bench.engine.observeRegistration = { reports.append($1) }
        let first = try register(bench)
        let peer = ChallengingPeer(isProxy: false)
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("REGISTER"))
        #expect(!peer.admits(second))
        #expect(bench.receive(peer.challenge(second), from: 1).isEmpty)
        #expect(reports.map(\.reason) == ["answered REGISTER with 401, and the credentials were refused"])
        #expect(bench.wait(milliseconds: 14_000).isEmpty)
    }

    @Test("F72 in part: the registration is taken back at the end")
    func farewell() throws {
        let bench = bench()
        let request = try register(bench)
        bench.receive(granted(request), from: 1)
        bench.engine.unregister(at: bench.now)
        let farewell = try #require(bench.drain().first("REGISTER"))
        #expect(farewell.field("Expires") == "0")
        #expect(farewell.field("Contact") == request.field("Contact"))
        #expect(bench.engine.registrationCount == 1)
        bench.receive(Party.response(200, to: farewell, contact: nil), from: 1)
        #expect(bench.engine.registrationCount == 0)
        bench.wait(milliseconds: 40_000)
        #expect(bench.isEmpty)
    }

    @Test("Registering again leaves what holds as it is")
    func again() throws {
        let bench = bench()
        bench.receive(granted(try register(bench)), from: 1)
        bench.engine.exchange(configuration: bench.configuration)
        bench.engine.register(at: bench.now)
        #expect(bench.drain().isEmpty)
        #expect(bench.receive(Party.invite(), from: 0).first("INVITE") != nil)
    }

    @Test("F72 in part: a call to the registered Contact is for whom P-Called-Party-ID or To names")
    func called() throws {
        let bench = bench()
        let request = try register(bench)
        bench.receive(granted(request), from: 1)
        let contact = String(request.field("Contact")!.dropFirst().dropLast())
        var numbers: [String] = []
        for extra in ["", "P-Called-Party-ID: <sip:+4930222@provider.example>\r\n"] {
            bench.events = []
            let mark = "\(extra.count)"
            bench.receive(
                Party.invite(
                    branch: "z9hG4bK\(mark)", tag: mark, callID: mark, to: "<sip:+4930111@provider.example>",
                    uri: contact, extra: extra), from: 1)
            for case .began(_, let called, _) in bench.events { numbers.append(called.text) }
        }
        #expect(numbers == ["+4930111", "+4930222"])
    }

    @Test("Service-Routes are taken by requests to the peer (RFC 3608)")
    func serviceRoute() throws {
        let bench = bench()
        let request = try register(bench)
        bench.receive(granted(request, extra: "Service-Route: <sip:edge.provider.example;lr>\r\n"), from: 1)
        let invite = bench.receive(Party.invite(), from: 0).first("INVITE")
        #expect(invite?.field("Route") == "<sip:edge.provider.example;lr>")
    }

    @Test("What another shard learned counts here too")
    func otherShard() {
        let bench = bench()
        bench.engine.setRegistration(RegistrationReport(state: .registered, reason: ""), trunk: 1)
        #expect(bench.receive(Party.invite(), from: 0).first("INVITE") != nil)
        bench.engine.setRegistration(RegistrationReport(state: .failed, reason: "answered 403"), trunk: 1)
        bench.receive(Party.invite(branch: "z9hG4bKb", tag: "b", callID: "b"), from: 0)
        #expect(bench.endedWith?.detail == "out is not registered: answered 403")
    }
}
