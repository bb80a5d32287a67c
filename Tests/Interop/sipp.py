"""One SIPp that plays one scenario once, and the messages it saw."""
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_SECONDS = 20
# SIPp has no TLS: over TCP it speaks to a stunnel, and its messages say TLS.
TRANSPORTS = {"udp": "u1", "tcp": "t1", "tls": "t1"}
MESSAGE = re.compile(
    r"-{20,} [^\n]*\n(?:UDP|TCP) message (sent|received) [^\n]*:\n\n(.*?)(?=\n-{20,} \d{4}-|\Z)", re.S)


class Place:
    """Where a party of a call sits: its own address and the listener of Tandem that it speaks to."""

    def __init__(self, name, address, port, listener_address, listener_port, transport="udp"):
        self.name = name
        self.address = address
        self.port = port
        self.listener = f"{bracketed(listener_address)}:{listener_port}"
        self.transport = transport


def bracketed(address):
    return f"[{address}]" if ":" in address else address


class Message:
    """A SIP message as text, and whether this party sent or received it."""

    def __init__(self, direction, text):
        self.direction = direction
        self.text = text.replace("\r\n", "\n")
        head, _, self.body = self.text.partition("\n\n")
        self.start_line, *self.lines = head.split("\n")

    def header(self, name):
        """The value of the first header field of this name, or None."""
        for line in self.lines:
            field, colon, value = line.partition(":")
            if colon and field.strip().lower() == name.lower():
                return value.strip()
        return None

    def names(self):
        return [line.partition(":")[0].strip().lower() for line in self.lines if ":" in line]


class Player:
    """A running SIPp. The scenario's @NAME@ places are filled with `values`, its keys given by `keys`.
    With a `rate` it plays that many calls a second, else one after the other."""

    def __init__(self, place, scenario, values, keys, folder, calls, rate=None):
        self.place = place
        self.scenario = scenario
        self.folder = folder
        name = f"{place.name}-{scenario.removesuffix('.xml')}"
        self.log = os.path.join(folder, f"{name}.log")
        self.messages_path = os.path.join(folder, f"{name}.messages")
        self.errors_path = os.path.join(folder, f"{name}.errors")
        filled = os.path.join(folder, f"{name}.xml")
        self._fill(os.path.join(HERE, "scenarios", scenario), filled, values)
        command = [
            "sipp", "-sf", filled, "-i", bracketed(place.address), "-p", str(place.port), "-m", str(calls),
            *(["-r", str(rate), "-l", "10000"] if rate else ["-l", "1"]), "-t", TRANSPORTS[place.transport], "-nostdin", "-timeout", f"{TIMEOUT_SECONDS}s", "-timeout_error",
            "-timer_resol", "1", "-trace_msg", "-message_file", self.messages_path, "-trace_err",
            "-error_file", self.errors_path]
        for key, value in keys.items():
            command += ["-key", key, value]
        if scenario.startswith("caller"):
            command.append(place.listener)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=dict(os.environ, TERM="dumb"))

    def _fill(self, source, target, values):
        with open(source, encoding="utf-8") as file:
            text = file.read()
        if self.place.transport == "tls":
            text = text.replace("[transport]", "TLS")
            if self.scenario.startswith("callee"):
                # Where the stunnel in front of it can be reached.
                text = text.replace("@[local_ip]:[local_port]", f"@{self.place.listener}")
        text = re.sub(r"@([A-Z]+)@", lambda found: str(values.get(found.group(1), ".*")), text)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)

    def wait(self, seconds):
        """SIPp's exit code, or None when it had to be stopped because its call never ended."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            return None

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def messages(self):
        if not os.path.exists(self.messages_path):
            return []
        with open(self.messages_path, encoding="utf-8", errors="replace", newline="") as file:
            text = file.read()
        return [Message(*found.groups()) for found in MESSAGE.finditer(text.replace("\r\n", "\n"))]

    def received(self, start):
        """The messages that came in and whose start line begins with this text."""
        return [message for message in self.messages()
                if message.direction == "received" and message.start_line.startswith(start)]

    def complaint(self):
        """What SIPp itself says went wrong."""
        for path in (self.errors_path, self.log):
            if os.path.exists(path) and os.path.getsize(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    return "".join(file.readlines()[-12:]).strip()
        return "no word from SIPp"
