"""SIP messages broken on purpose. The seed decides everything, so a run can be played again."""
import os
import random
import re

HERE = os.path.dirname(os.path.abspath(__file__))
BLOCK = re.compile(r"<!\[CDATA\[\n(.*?)\n {4}\]\]>", re.S)
VALUES = {
    "local_ip": "127.0.0.1", "local_port": "{port}", "remote_ip": "127.0.0.1", "transport": "UDP",
    "branch": "z9hG4bK-{unique}", "branch-4": "z9hG4bK-{unique}", "branch-7": "z9hG4bK-{unique}",
    "call_id": "{unique}@fuzz", "pid": "1", "call_number": "{unique}", "caller": "+14255551001", "called": "0100",
    "next_url": "sip:0100@127.0.0.1", "len": "{len}", "$2": " <sip:a@b>;tag=x", "$3": " <sip:c@d>",
    "last_Via:": "Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-{unique}",
    "last_From:": "From: <sip:a@127.0.0.1>;tag=f{unique}", "last_To:": "To: <sip:b@127.0.0.1>;tag=t{unique}",
    "last_Call-ID:": "Call-ID: {unique}@fuzz", "last_CSeq:": "CSeq: 1 INVITE",
}
INTERESTING = [
    b"", b"\0", b"\xff\xfe", b"\r\n", b"\r\n ", b"\r\n\r\n", b"99999999999999999999", b"-1", b"4294967296", b"0",
    b";", b",", b"<", b">", b"\"", b"\\", b"%", b"%00", b"[::1", b"@", b":", b"=", b"sip:", b"sips:", b"tel:+1",
    b"SIP/2.0", b"z9hG4bK", b"tag=", b"Content-Length: 4294967295", b"Via: SIP/2.0/UDP [", b"A" * 300, b";a" * 100,
    b"\r\nVia: SIP/2.0/UDP x" * 80, b"\r\nX: y" * 300,
]


def whole(block, port):
    """A scenario's message with its keys filled in, as SIPp would send it."""
    text = re.sub(r"^\[(routes|last_Record-Route:)\]\n", "", block, flags=re.M).replace("To:];tag=[pid]g", "To:]g")
    text = re.sub(r"\[([^\]\n]+)\]", lambda key: VALUES.get(key.group(1), key.group(0)), text)
    text = text.replace("@STATUS@", "486").replace("@REASON@", "Busy Here").replace("{port}", str(port))
    head, _, body = text.replace("\n", "\r\n").partition("\r\n\r\n")
    return (head.replace("{len}", str(len(body))) + "\r\n\r\n" + body).encode()


def seeds(port):
    """The messages of the SIPp scenarios and, where they are in the tree, the torture messages of RFC 4475."""
    found = []
    scenarios = os.path.join(HERE, "scenarios")
    for name in sorted(os.listdir(scenarios)):
        with open(os.path.join(scenarios, name), encoding="utf-8") as file:
            found += [whole(block, port) for block in BLOCK.findall(file.read())]
    for parent, _, names in os.walk(os.path.dirname(HERE)):
        for name in sorted(names):
            if name.endswith(".dat"):
                with open(os.path.join(parent, name), "rb") as file:
                    found.append(file.read(60000))
    return found


class Mutator:
    """Makes one broken message after another out of the seeds."""

    def __init__(self, seed, port):
        self.random = random.Random(seed)
        self.seeds = seeds(port)
        self.count = 0

    def next(self):
        """The next message; about one in fifty is left whole, so that real calls are begun as well."""
        self.count += 1
        message = bytearray(self.random.choice(self.seeds).replace(b"{unique}", b"%d" % (self.count >> 3)))  # eight share a call
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3, 5, 9)) if self.random.random() < 0.98 else 0):
            self._mutate(message)
        return bytes(message[:60000])

    def _mutate(self, message):
        pick = self.random
        size = len(message) or 1
        at = pick.randrange(size)
        kind = pick.randrange(8)
        if kind == 0 and message:
            message[at] = pick.randrange(256)
        elif kind == 1 and message:
            message[at] ^= 1 << pick.randrange(8)
        elif kind == 2:
            del message[at:at + pick.randrange(1, 40)]
        elif kind == 3:
            message[at:at] = pick.choice(INTERESTING)
        elif kind == 4:
            end = min(size, at + pick.randrange(1, 120))
            message[at:at] = message[at:end] * pick.randrange(1, 4)
        elif kind == 5:
            del message[at:]
        elif kind == 6:
            other = pick.choice(self.seeds)
            message[at:] = other[pick.randrange(len(other) or 1):]
        else:
            lines = bytes(message).split(b"\r\n")
            pick.shuffle(lines)
            message[:] = b"\r\n".join(lines)
