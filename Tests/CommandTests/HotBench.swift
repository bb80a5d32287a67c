import BuiltPlugin
import Foundation
import Glibc
import Testing

/// A daemon whose trunk `gateway` has the fixture as adapter, a caller and a gateway: what the tests of plugins that
/// change under live calls begin with.
final class HotBench {
    /// One call of the caller.
    struct Call {
        let name: String
        /// The INVITE that the gateway got.
        let invite: [String]
        /// The answer that the caller got.
        let answer: [String]
    }

    static let file = "plugins/libFixture.so"

    let command: Command
    let caller: SIPSocket
    let gateway: SIPSocket
    private let listeners: TwoListeners

    /// Starts the daemon with a build of the fixture, beside whatever more the configuration says.
    init(
        _ mode: String = "adapter-build-1", instances: String = "acme: { plugin: FixtureAdapter, isolation: none }",
        adapter: String? = "acme", generations: Int = 20,
        more: String = ""
    ) throws {
        listeners = try TwoListeners()
        (caller, gateway) = (try SIPSocket(), try SIPSocket())
        command = try listeners.command(
            """
            plugins:
              folder: plugins
              generations: \(generations)
              instances:
                routes: { plugin: VoiceRoutes, isolation: none, settings: { routes: [{ name: all, pattern: '.', trunks: [gateway] }] } }
                \(instances)
            trunks:
              uc: { listener: uc, peer: "127.0.0.1:\(caller.port)", options-interval: off, router: routes }
              gateway: { listener: pstn, peer: "127.0.0.1:\(gateway.port)", options-interval: off\(adapter.map { ", adapter: \($0)" } ?? "") }

            """ + more)
        try put(mode)
        try command.start()
    }

    /// Puts a build of the fixture into the folder: a whole file in the place of the one before.
    func put(_ mode: String, as file: String = HotBench.file) throws {
        try put(BuiltPlugin.fixture(mode).bytes, as: file)
    }

    /// Puts a file into the folder.
    func put(_ bytes: [UInt8], as file: String = HotBench.file) throws {
        try command.write(".new", bytes: bytes)
        try #require(rename("\(command.folder)/.new", "\(command.folder)/\(file)") == 0)
    }

    func remove(_ file: String = HotBench.file) { unlink("\(command.folder)/\(file)") }

    /// Puts a build into the folder and waits until it serves; what the log says of it.
    @discardableResult
    func swap(to mode: String) throws -> String {
        try put(mode)
        return try command.logged(until: "plugin taken into use")
    }

    /// The first INVITE of a call.
    func invite(_ name: String) {
        caller.send(
            head("INVITE", name, cseq: 1, to: "") + ["Contact: <sip:0199@127.0.0.1:\(caller.port)>"], to: listeners.uc)
    }

    /// A call that both sides have confirmed.
    func call(_ name: String) throws -> Call {
        invite(name)
        return try answer(try gateway.receive("INVITE "), name)
    }

    /// The gateway answers a call of this name, and the caller confirms it.
    func answer(_ invite: [String], _ name: String) throws -> Call {
        gateway.answer(
            invite, "200 OK", tag: "tag-\(name)", more: ["Contact: <sip:0100@127.0.0.1:\(gateway.port)>"],
            to: listeners.pstn)
        let answer = try caller.receive("SIP/2.0 200 ")
        let call = Call(name: name, invite: invite, answer: answer)
        caller.send(head("ACK", name, cseq: 1, to: tag(of: call)), to: listeners.uc)
        _ = try gateway.receive("ACK ")
        return call
    }

    /// The caller hangs up; the BYE that the gateway got.
    func hangUp(_ call: Call) throws -> [String] {
        caller.send(head("BYE", call.name, cseq: 9, to: tag(of: call)), to: listeners.uc)
        let bye = try gateway.receive("BYE ")
        gateway.answer(bye, "200 OK", tag: nil, to: listeners.pstn)
        _ = try caller.receive("SIP/2.0 200 ")
        return bye
    }

    /// The process whose shards serve.
    func signalling() throws -> pid_t {
        let text = try command.run("status", "--json").output
        let status = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return pid_t(try #require(status?["process"] as? Int, "\(text)"))
    }

    /// What the running daemon says of its plugins.
    func plugins() throws -> [[String: Any]] {
        let text = try command.run("plugins", "--running", "--json").output
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]], "\(text)")
    }

    /// The state and the calls of each generation of a plugin: `1 draining 2`.
    func generations(of plugin: String = "FixtureAdapter") throws -> [String] {
        let found = try #require(try plugins().first { $0["name"] as? String == plugin })
        return try #require(found["generations"] as? [[String: Any]]).map {
            "\($0["generation"] ?? "?") \($0["state"] ?? "?") \($0["calls"] ?? "?")"
        }
    }

    /// A request of the caller inside a call, to which nobody waits for an answer.
    func send(_ method: String, in call: Call, cseq: Int) {
        caller.send(head(method, call.name, cseq: cseq, to: tag(of: call)), to: listeners.uc)
    }

    /// A request of the caller inside a call, and what the gateway got of it.
    func request(_ method: String, in call: Call, cseq: Int) throws -> [String] {
        caller.send(head(method, call.name, cseq: cseq, to: tag(of: call)), to: listeners.uc)
        let request = try gateway.receive("\(method) ")
        gateway.answer(request, "200 OK", tag: nil, to: listeners.pstn)
        _ = try caller.receive("SIP/2.0 200 ")
        return request
    }

    private func head(_ method: String, _ name: String, cseq: Int, to tag: String) -> [String] {
        [
            "\(method) sip:0100@127.0.0.1:\(listeners.uc) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:\(caller.port);branch=z9hG4bK-\(name)-\(method)-\(cseq)", "Max-Forwards: 70",
            "From: <sip:0199@127.0.0.1>;tag=a", "To: <sip:0100@127.0.0.1:\(listeners.uc)>\(tag)",
            "Call-ID: \(name)@127.0.0.1", "CSeq: \(cseq) \(method)",
        ]
    }

    private func tag(of call: Call) -> String {
        let to = call.answer.first { $0.hasPrefix("To: ") } ?? ""
        return to.firstIndex(of: ";").map { String(to[$0...]) } ?? ""
    }
}

extension [String] {
    /// The build of the fixture whose hook a message has passed.
    var build: String? { first { $0.hasPrefix("X-Build: ") }.map { String($0.dropFirst(9)) } }
}
