"""The NG protocol from the client's side: a SIP server that asks a relay for ports."""
import itertools
import re
import socket


def encode(value):
    """A value in bencode."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    return b"d" + b"".join(encode(key) + encode(value[key]) for key in sorted(value)) + b"e"


def decode(data, at=0):
    """The value that begins at a place, and where it ends. Byte strings become text."""
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        values, at = [], at + 1
        while data[at:at + 1] != b"e":
            value, at = decode(data, at)
            values.append(value)
        return (values if kind == b"l" else dict(zip(values[::2], values[1::2]))), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1:end].decode("utf-8", "replace"), end


class Client:
    """Sends commands and waits for their answers, asking twice like any client."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((host, port))
        self.socket.settimeout(1)
        # Relays remember their answers by the cookie, some of them whoever asks.
        self.prefix = b"%d-" % self.socket.getsockname()[1]
        self.cookies = itertools.count()

    def ask(self, **command):
        """The answer to a command. Keys are written with `_` for `-`."""
        cookie = self.prefix + b"%d" % next(self.cookies)
        message = cookie + b" " + encode({key.replace("_", "-"): value for key, value in command.items()})
        for _ in range(5):
            try:
                self.socket.send(message)
                while True:
                    answer = self.socket.recv(65536)
                    if answer.startswith(cookie + b" "):
                        return decode(answer, len(cookie) + 1)[0]
            except (TimeoutError, ConnectionRefusedError):
                continue
        raise TimeoutError(f"no answer to {command.get('command')}")

    def join(self, call, caller_port, callee_port, host="127.0.0.1"):
        """Sets a call up; gives the relay's place for the caller and for the callee."""
        offer = self.ask(command="offer", call_id=call, from_tag="a", sdp=description(host, caller_port))
        answer = self.ask(
            command="answer", call_id=call, from_tag="a", to_tag="b", sdp=description(host, callee_port))
        for result in (offer, answer):
            if result.get("result") != "ok":
                raise RuntimeError(f"the relay refused: {result}")
        return place(answer["sdp"]), place(offer["sdp"])


def description(host, port):
    """What a phone says of itself."""
    return (f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-15\r\na=ptime:20\r\n")


def place(sdp):
    """Where a description wants its audio."""
    return (re.search(r"^c=IN IP4 (\S+)", sdp, re.M)[1], int(re.search(r"^m=audio (\d+)", sdp, re.M)[1]))
