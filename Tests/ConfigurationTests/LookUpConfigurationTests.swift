import Configuration
import TandemKit
import Testing
import Timing

@Suite("Sources of look-ups")
struct LookUpConfigurationTests {
    private func parse(_ lookUps: String, _ environment: [String: String] = [:]) throws -> [LookUpSettings] {
        let whole = """
            listeners: { uc: { transport: udp, address: 127.0.0.1 } }
            trunks: { t: { listener: uc, peer: 127.0.0.1 } }
            lookups: \(lookUps)
            """
        return try ConfigurationFile.parse(Array(whole.utf8), file: "/etc/t.yaml", environment: environment).lookUps
    }

    private func problem(_ lookUps: String) -> String {
        do {
            _ = try parse(lookUps)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("A database has its path beside the file and is read only; a server has an address and header fields")
    func sources() throws {
        let found = try parse(
            "{ customers: { sqlite: c.db }, lcr: { http: 'http://127.0.0.1:8080/v1/', timeout: 300ms, connections: 2, "
                + "headers: { Authorization: { environment: TOKEN }, X-Key: 12 } } }", ["TOKEN": "geheim"])
        guard case .sqlite("/etc/c.db", isWritable: false) = found[0].place,
            case .http("http://127.0.0.1:8080/v1/", let headers) = found[1].place
        else {
            Issue.record("\(found)")
            return
        }
        #expect(found.map(\.name) == ["customers", "lcr"])
        #expect(found.map(\.timeout) == [.seconds(10), .milliseconds(300)])
        #expect(found.map(\.connections) == [16, 2])
        #expect(headers.map(\.name) == ["Authorization", "X-Key"])
        #expect(headers.map { $0.value.reveal() } == ["geheim", "12"])
        #expect(!"\(found)".contains("geheim"))
    }

    @Test(
        "What is wrong is said with its place and remedy",
        arguments: [
            ("{ a: {} }", "lookups.a: this names nothing that could be asked; add sqlite: with a path, or http:"),
            ("{ a: { sqlite: a, http: 'http://h' } }", "lookups.a.http: a source is a database or a server"),
            ("{ a: { sqlite: a, headers: {} } }", "lookups.a.headers: this is about HTTP servers; remove it"),
            ("{ a: { http: 'http://h', writable: true } }", "lookups.a.writable: this is about SQLite databases"),
            ("{ a: { http: 'ftp://h' } }", "\"ftp://h\" is no address of an HTTP server"),
            ("{ a: { http: 'http://u:p@h/' } }", "the address holds a user or password"),
            ("{ a: { http: 'http://h/?a' } }", "has a query"),
            ("{ a: { http: 'http://h', headers: { 'a b': 1 } } }", "lookups.a.headers.a b: this is no header field"),
            ("{ a: { http: 'http://h', headers: { a: \"b\\nc\" } } }", "this is no header field that could be sent"),
            ("{ a: { sqlte: a } }", "lookups.a.sqlte: unknown key; did you mean \"sqlite\"?"),
            ("{ a: { sqlite: a, timeout: 1h } }", "lookups.a.timeout"),
        ])
    func problems(text: String, expected: String) {
        #expect(problem(text).contains(expected), "\(problem(text))")
    }
}
