import Foundation
import LookUps
import TandemKit
import Testing
import Timing

/// Python's HTTP server, with a few paths that misbehave.
final class WebServer {
    private let process = Process()
    /// The server ends with it.
    private let lifeline = Pipe()
    let port: Int

    init() throws {
        let script = """
            import http.server, os, sys, threading, time
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def log_message(self, *a): pass
                def do_GET(self):
                    body, status = b"", 200
                    if self.path.startswith("/echo"):
                        n = int(self.headers.get("Content-Length") or 0)
                        body = "\\n".join([self.command, self.path, self.headers.get("Authorization") or "",
                            self.headers.get("X-Own") or "", self.rfile.read(n).decode()]).encode()
                    elif self.path == "/huge": body = b"x" * 70000
                    elif self.path == "/slow": time.sleep(30)
                    elif self.path == "/moved": status = 302
                    elif self.path == "/port": body = str(self.client_address[1]).encode()
                    else: status = 404
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.send_header("X-Thing", "a: b")
                    if status == 302: self.send_header("Location", "/port")
                    self.end_headers()
                    if self.command != "HEAD": self.wfile.write(body)
                do_POST = do_PUT = do_HEAD = do_DELETE = do_GET
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = lifeline
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    deinit { process.terminate() }

    func desk(path: String = "", limit: Int = 8) -> LookUpDesk {
        LookUpDesk([
            LookUpSource(
                name: "lcr",
                kind: .http(
                    address: "http://127.0.0.1:\(port)\(path)", headers: [HTTPField("Authorization", "Bearer x")]),
                time: .seconds(10), limit: limit)
        ])
    }
}

@Suite struct HTTPLookUpTests {
    let server: WebServer

    init() throws { server = try WebServer() }

    @Test("A request carries method, path, query, header fields and body; the answer comes with its own")
    func echo() throws {
        let lookUp = LookUp.http(
            "lcr", method: "POST", path: "/echo", query: ["to": "+49 30&x=1", "from": "ö"],
            headers: [HTTPField("X-Own", "1")], body: Array("{}".utf8))
        let answer = try #require(server.desk(path: "/").find(lookUp).http)
        #expect(answer.status == 200)
        #expect(
            answer.text.split(separator: "\n").map(String.init)
                == ["POST", "/echo?to=%2B49%2030%26x%3D1&from=%C3%B6", "Bearer x", "1", "{}"])
        #expect(answer.header("x-thing") == "a: b")
    }

    @Test("Every method is sent as it is", arguments: ["GET", "PUT", "DELETE", "POST"])
    func methods(method: String) {
        let answer = server.desk().find(.http("lcr", method: method, path: "/echo")).http
        #expect(answer?.text.hasPrefix("\(method)\n/echo\n") == true)
    }

    @Test("A 404 is an answer, and so is a redirection, which is not followed; HEAD has no content")
    func statuses() {
        let desk = server.desk()
        #expect(desk.find(.http("lcr", path: "/none")).http?.status == 404)
        #expect(desk.find(.http("lcr", path: "/moved")).http?.status == 302)
        #expect(desk.find(.http("lcr", method: "HEAD", path: "/port")).http?.body == [])
    }

    @Test("An answer that is too long has failed, and the next is there at once")
    func tooLarge() {
        let desk = server.desk()
        #expect(desk.find(.http("lcr", path: "/huge")).failure?.kind == .tooLarge)
        #expect(desk.find(.http("lcr", path: "/port")).http?.status == 200)
    }

    @Test("A server that hangs costs its look-up no more than its time, and others nothing")
    func hangs() {
        let desk = server.desk()
        let clock = ContinuousClock()
        let time = clock.measure {
            let found = desk.findAndWait(.http("lcr", path: "/slow"), within: .milliseconds(500))
            #expect(found.failure?.kind == .timedOut)
            #expect(found.failure?.sentence.hasPrefix("lcr has not answered in time") == true)
        }
        #expect(time < .milliseconds(1_500))
    }

    @Test("A server that is not there is said so")
    func refused() {
        let desk = LookUpDesk([
            LookUpSource(
                name: "lcr", kind: .http(address: "http://127.0.0.1:1", headers: []), time: .seconds(1), limit: 1)
        ])
        let failure = desk.find(.http("lcr", path: "/")).failure
        #expect(failure?.kind == .unreachable)
        #expect(failure?.sentence.contains("port 1") == true)
    }

    @Test("Requests one after another use one connection")
    func connections() {
        let desk = server.desk()
        let ports = Set((0..<5).compactMap { _ in desk.find(.http("lcr", path: "/port")).http?.text })
        #expect(ports.count == 1)
    }

    @Test("No more requests than allowed are under way; those that wait come to their turn or to their deadline")
    func limit() {
        let desk = server.desk(limit: 1)
        #expect(desk.find(.http("lcr", path: "/slow"), within: .milliseconds(400)) { _ in } == nil)
        let found = desk.findAndWait(.http("lcr", path: "/port"), within: .seconds(10))
        #expect(found.http?.status == 200)
    }

    @Test(
        "What can't be sent is refused before it is tried",
        arguments: [
            LookUp.http("lcr", path: "echo"), .http("lcr", path: "/a b"), .http("lcr", method: "get", path: "/"),
            .http("lcr", path: "/", headers: [HTTPField("X", "a\r\nY: b")]), .http("lcr", path: "/\r\nX: y"),
        ])
    func malformed(lookUp: LookUp) {
        #expect(server.desk().find(lookUp).failure?.kind == .malformed)
    }
}
