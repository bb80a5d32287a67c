import TandemKit
import Testing

@Suite("Look-ups as values")
struct LookUpTests {
    private let lookUp = LookUp.http("lcr", path: "/route?v=1", query: ["to": "+49 30/&ü", "empty": ""])

    @Test("A query is escaped and put behind the path; equal parts make an equal look-up")
    func http() throws {
        guard case .http(let question) = lookUp.question else { throw LookUpFailure(.malformed, "no question") }
        #expect(question.target == "/route?v=1&to=%2B49%2030%2F%26%C3%BC&empty=")
        #expect(lookUp == .http("lcr", path: "/route?v=1", query: ["to": "+49 30/&ü", "empty": ""]))
        #expect(lookUp != .http("lcr", path: "/route?v=1", query: ["to": "+49 30/&ü", "empty": ""], body: [1]))
        #expect(LookUp.http("lcr", path: "/").description == "lcr: GET /")
        #expect(LookUp.sql("db", "SELECT a\n  FROM b").description == "db: SELECT a FROM b")
        #expect(LookUp.sql("db", String(repeating: "x", count: 200)).description.count == 84)
    }

    @Test("A deadline lies between 1 ms and 10 s")
    func deadline() {
        #expect(LookUp.sql("db", "SELECT 1").deadline == .milliseconds(500))
        #expect(LookUp.sql("db", "SELECT 1", deadline: .seconds(60)).deadline == .seconds(10))
        #expect(LookUp.sql("db", "SELECT 1", deadline: .seconds(-1)).deadline == .milliseconds(1))
    }

    @Test("What can't be asked says why; what can has no fault")
    func faults() {
        #expect(lookUp.fault == nil)
        #expect(LookUp.http("lcr", path: "route").fault?.kind == .malformed)
        #expect(LookUp.sql("db", " \n").fault?.sentence == "the statement is empty")
        let long = LookUp.sql("db", "SELECT ?", [.text(String(repeating: "x", count: LookUp.byteCountMax))])
        #expect(long.fault?.kind == .tooLarge)
    }

    @Test(
        "A path that a dialled number could turn into another one is not sent",
        arguments: [
            "/route/../admin", "/route/..", "/..", "/./a", "/route/%2e%2E/admin", "/route/.%2e", "/route/..%2Fadmin",
            "/route/..%5cadmin", "/route/..\\admin", "/route/#31#030", "/route/%2e%2e?to=1",
        ])
    func elsewhere(path: String) { #expect(LookUp.http("lcr", path: path).fault?.kind == .malformed) }

    @Test(
        "Dots in names and queries, and escaped marks, are sent",
        arguments: [
            "/v1.2/route", "/.well-known/a", "/a...b/..c", "/route/%2331%23", "/route?to=../..", "//a", "/a//@b:1",
        ])
    func names(path: String) { #expect(LookUp.http("lcr", path: path).fault == nil) }

    @Test(
        "Header fields that belong to the connection are not the plugin's",
        arguments: ["Content-Length", "transfer-encoding", "HOST", "Connection", "Expect", "Upgrade", "TE"])
    func ownFields(name: String) {
        let fault = LookUp.http("lcr", path: "/", headers: [HTTPField(name, "1")]).fault
        #expect(fault?.sentence == "the header field \(name) is not the plugin's to set")
        #expect(LookUp.http("lcr", path: "/", headers: [HTTPField("X-\(name)", "1")]).fault == nil)
    }

    @Test("Findings are found by an equal look-up; the first one stays")
    func findings() {
        var findings = Findings()
        findings.add(.http(HTTPAnswer(status: 200, body: Array("{\"trunk\":\"a\"}".utf8))), for: lookUp)
        findings.add(.rows([]), for: lookUp)
        #expect(findings[lookUp]?.http?.status == 200)
        #expect((try? findings[lookUp]?.http?.decode([String: String].self)) == ["trunk": "a"])
        #expect(findings[.http("lcr", path: "/route")] == nil)
        #expect(findings.count == 1)
        #expect(findings.all[0].lookUp == lookUp)
    }

    @Test("A row gives its values by name, numbers also as text and texts also as numbers")
    func rows() {
        let row = SQLRow(columns: ["a", "b", "c"], values: [.integer(3), .text("12"), .null])
        #expect(row.text("a") == "3" && row.integer("b") == 12 && row.text("c") == nil && row["d"] == nil)
        #expect(SQLRow(columns: ["a"], values: [])["a"] == nil)
        #expect(Finding.rows([row]).description == "1 row")
        #expect(HTTPAnswer(status: 200, headers: [HTTPField("X-A", "b")]).header("x-a") == "b")
    }

    @Test("Look-ups, findings and what carries them are the same after coding")
    func coding() throws {
        var findings = Findings()
        findings.add(.rows([SQLRow(columns: ["a"], values: [.blob([1])])]), for: lookUp)
        let query = RouteQuery(
            call: CallNumber(raw: 1), ingressTrunk: "uc", called: PhoneNumber("1"), calling: nil, identity: Identity(),
            findings: findings)
        #expect(try CompactJSON.decode(RouteQuery.self, from: CompactJSON.encode(query)) == query)
        let decision = RouteDecision.lookUp(lookUp)
        #expect(try CompactJSON.decode(RouteDecision.self, from: CompactJSON.encode(decision)) == decision)
    }
}
