"""Whether a daemon answers, asked many times a second."""
import socket
import threading
import time


class Pulse(threading.Thread):
    """Asks the daemon every 20 ms whether it is there; the longest time without an answer. Its port decides which shard is asked."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.02)
        self.port, self.is_on, self.longest, self.answers = port, True, 0, 0

    def run(self):
        own, number, last = self.socket.getsockname()[1], 0, time.monotonic()
        while self.is_on:
            number += 1
            text = (f"OPTIONS sip:127.0.0.1:{self.port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bKp{number}\r\n"
                    f"Max-Forwards: 70\r\nFrom: <sip:pulse@127.0.0.1>;tag=p\r\nTo: <sip:127.0.0.1>\r\nCall-ID: pulse{number}-{own}\r\n"
                    f"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
            begun = time.monotonic()
            try:
                self.socket.sendto(text.encode(), ("127.0.0.1", self.port))
                if self.socket.recv(4096).startswith(b"SIP/2.0 200"):
                    self.answers += 1
                    self.longest = max(self.longest, time.monotonic() - last)
                    last = time.monotonic()
            except (TimeoutError, ConnectionRefusedError):
                pass
            time.sleep(max(0, 0.02 - (time.monotonic() - begun)))

    def stop(self):
        self.is_on = False
        self.join()
        self.socket.close()
        assert self.answers > 100, f"only {self.answers} answers"
        return self.longest
