"""Telephones that speak over TLS: the same as the others, with a certificate, connections to and from Tandem, and a note of
which message came over which."""
import re
import select
import socket
import ssl
import time

import telephones

SECONDS_MAX = 5


class Connection:
    """A TLS connection, its place among those of its telephones, and what came over it."""

    def __init__(self, stream, number):
        self.stream, self.number, self.buffer, self.methods = stream, number, b"", []
        self.certificate = stream.getpeercert(True)

    def messages(self):
        """The messages that are whole by now; raises at the end of the stream."""
        data = self.stream.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            found = re.search(rb"^Content-Length: *(\d+)", head, re.M | re.I)
            length = int(found.group(1)) if found else 0
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            yield telephones.Message((head + b"\r\n\r\n" + rest[:length]).decode())


class SecureTelephones(telephones.Telephones):
    """The calls of one TLS port, under the name NAME.example.net."""

    def __init__(self, name, port, tandem_port, certificates):
        self.connections, self.current = [], None
        self.server, self.client = (self._context(certificates, name, kind) for kind in
                                    (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT))
        self.listener = socket.create_server(("127.0.0.1", port))
        super().__init__(name, port, tandem_port)

    @staticmethod
    def _context(certificates, name, kind):
        context = ssl.SSLContext(kind)
        context.load_cert_chain(certificates.path(f"{name}.pem"), certificates.path(f"{name}.key"))
        context.load_verify_locations(certificates.path("authority.pem"))
        if kind == ssl.PROTOCOL_TLS_SERVER:
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def close(self):
        super().close()
        self.listener.close()
        self.cut()

    def cut(self):
        """Ends all connections, without a word to the calls."""
        with self.lock:
            for connection in self.connections:
                connection.stream.close()
            self.current = None

    def came_over(self, method):
        """The numbers of the connections over which requests of this method came, in their order."""
        with self.lock:
            return [one.number for one in self.connections for found in one.methods if found == method]

    def _send(self, text):
        text = text.replace(f"SIP/2.0/UDP 127.0.0.1:{self.port}", f"SIP/2.0/TLS 127.0.0.1:{self.port}")
        text = text.replace(f"Contact: <sip:{self.name}@127.0.0.1:{self.port}>",
                            f"Contact: <sip:{self.name}@{self.name}.example.net:{self.port};transport=tls>")
        if self.current is None:
            raw = socket.create_connection(self.tandem, SECONDS_MAX)
            self._add(self.client.wrap_socket(raw, server_hostname="tandem.example.net"))
        self.current.stream.sendall(text.encode())

    def _add(self, stream):
        stream.settimeout(SECONDS_MAX)
        self.current = Connection(stream, len(self.connections))
        self.connections.append(self.current)

    def _repeat(self, now):
        """Over TLS nothing is sent again."""

    def _serve(self):
        while self._is_open:
            streams = [one.stream for one in self.connections if one.stream.fileno() >= 0]
            ready = select.select([self.listener, *streams], [], [], 0.05)[0]
            for one in ready:
                with self.lock:
                    self._accept() if one is self.listener else self._read(one)

    def _accept(self):
        raw, _ = self.listener.accept()
        raw.settimeout(SECONDS_MAX)
        try:
            self._add(self.server.wrap_socket(raw, server_side=True))
        except OSError:
            raw.close()

    def _read(self, stream):
        connection = next(one for one in self.connections if one.stream is stream)
        try:
            for message in connection.messages():
                self.current = connection
                if message.is_request:
                    connection.methods.append(message.method)
                self._take(message)
        except (OSError, EOFError):
            stream.close()
            if self.current is connection:
                self.current = None


def wait_for(test, complaint):
    deadline = time.monotonic() + SECONDS_MAX
    while not test():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.02)
