import Foundation
import LookUps
import TandemKit
import Testing
import Timing

/// A server that answers each request with what its path names, byte by byte as a peer that means harm would.
final class HostileServer {
    private let process = Process()
    /// The server ends with it.
    private let lifeline = Pipe()
    let port: Int

    init() throws {
        let script = #"""
            import gzip, os, socket, struct, sys, threading, time, zlib
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            OK = b"HTTP/1.1 200 OK\r\n"
            def for_ever(block, pause=0):
                def play(s):
                    while True:
                        s.sendall(block)
                        if pause: time.sleep(pause)
                return play
            def bomb():
                packer = zlib.compressobj(9, zlib.DEFLATED, 31)
                return b"".join([packer.compress(bytes(10 << 20)) for _ in range(4)]) + packer.flush()
            BOMB = bomb()
            CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
            PLAYS = {
                "/endless-headers": (OK, for_ever(b"X-N: abcdefgh\r\n" * 100)),
                "/endless-folds": (OK + b"X-N: a\r\n", for_ever(b" b\r\n" * 1000)),
                "/endless-names": (OK, for_ever(b"nonsense\r\n" * 100)),
                "/endless-line": (OK + b"X-N: ", for_ever(b"a" * 10000)),
                "/endless-status": (b"", for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)),
                "/endless-hints": (b"", for_ever(b"HTTP/1.1 103 Early Hints\r\nX-N: a\r\n\r\n" * 1000)),
                "/long-header": (OK + b"X-N: " + b"a" * 10_000_000 + b"\r\n\r\n", None),
                "/wild-header": (OK + b"X-N: " + b"\xff" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n", None),
                "/content-bomb": (OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB, None),
                "/transfer-bomb": (OK + b"Transfer-Encoding: gzip\r\n\r\n" + BOMB, None),
                "/transfer-layers": (OK + b"Transfer-Encoding: " + b"gzip, " * 5000 + b"gzip\r\n\r\n" + BOMB, None),
                "/endless-body": (OK + b"\r\n", for_ever(b"x" * 10000)),
                "/endless-chunks": (CHUNKED, for_ever(b"1\r\nx\r\n" * 1000)),
                "/endless-extension": (CHUNKED + b"1;", for_ever(b"a" * 10000)),
                "/endless-trailers": (CHUNKED + b"0\r\n", for_ever(b"X-N: abcdefgh\r\n" * 100)),
                "/slow-body": (OK + b"Content-Length: 1000\r\n\r\n", for_ever(b"x", 0.05)),
                "/slow-headers": (OK, for_ever(b"X", 0.05)),
                "/chunk-negative": (CHUNKED + b"-5\r\nhello\r\n", None),
                "/chunk-huge": (CHUNKED + b"FFFFFFFFFFFFFFFFFF\r\nhello", None),
                "/chunk-most": (CHUNKED + b"7FFFFFFFFFFFFFFF\r\nhello", None),
                "/chunk-none": (CHUNKED + b"hello\r\n", None),
                "/length-more": (OK + b"Content-Length: 100\r\n\r\nhello", None),
                "/length-twice": (OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello", None),
                "/length-negative": (OK + b"Content-Length: -5\r\n\r\nhello", None),
                "/length-huge": (OK + b"Content-Length: 99999999999999999999\r\n\r\nhello", None),
                "/old": (b"hello\r\n", None),
                "/version": (b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", None),
                "/status-none": (b"HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n", None),
                "/status-large": (b"HTTP/1.1 99999 OK\r\nContent-Length: 0\r\n\r\n", None),
                "/switch": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", for_ever(b"\0" * 100)),
                "/nothing": (b"", None),
                "/zero-bytes": (OK + b"X-\0N: a\0b\r\nContent-Length: 0\r\n\r\n", None),
                "/file": (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", None),
                "/circle": (b"HTTP/1.1 302 Found\r\nLocation: /circle\r\nContent-Length: 0\r\n\r\n", None),
                "/two-answers": (OK + b"Content-Length: 2\r\n\r\nok" + OK + b"Content-Length: 5\r\n\r\nwrong", "stay"),
                "/good": (OK + b"Content-Length: 4\r\n\r\ngood", "stay"),
            }
            def serve(s):
                try:
                    while True:
                        head = b""
                        while b"\r\n" not in head:
                            got = s.recv(1)
                            if not got: return
                            head += got
                        path = head.split(b" ")[1].decode("latin-1").split("?")[0]
                        if path == "/early":
                            s.sendall(OK + b"Content-Length: 5\r\nConnection: close\r\n\r\nearly")
                            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                            return
                        while b"\r\n\r\n" not in head: head += s.recv(65536)
                        if path == "/target":
                            line = head.split(b"\r\n")[0]
                            s.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(line) + line)
                            continue
                        first, then = PLAYS[path]
                        s.sendall(first)
                        if then != "stay": break
                    if then: then(s)
                except (OSError, KeyError, IndexError): pass
                finally: s.close()
            server = socket.create_server(("127.0.0.1", 0), backlog=512)
            print(server.getsockname()[1], flush=True)
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
            """#
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = lifeline
        process.standardOutput = pipe
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    deinit { process.terminate() }

    func source(_ name: String = "lcr", limit: Int = 8) -> LookUpSource {
        LookUpSource(
            name: name, kind: .http(address: "http://127.0.0.1:\(port)", headers: []), time: .seconds(10), limit: limit)
    }
}
