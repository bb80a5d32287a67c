"""The servers that are measured: Kamailio, the bare forwarder, Tandem. Each starts on one UDP port of loopback."""
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import load
import processes

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PORT = load.SERVER_PORT
START_SECONDS_MAX = 15

PROBE = (
    "OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK-probe-{count}\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:probe@127.0.0.1:{own}>;tag=probe\r\nTo: <sip:127.0.0.1:{port}>\r\n"
    "Call-ID: probe-{own}-{count}\r\nCSeq: 1 OPTIONS\r\nContact: <sip:probe@127.0.0.1:{own}>\r\n"
    "Content-Length: 0\r\n\r\n")


class Unusable(Exception):
    """Why a server cannot be measured, in one sentence."""


class Server:
    """A running server, and the id of the process at the root of its tree."""

    def __init__(self, name, command, folder, environment=None):
        self.name = name
        self.log_path = os.path.join(folder, "server.log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=dict(os.environ, **(environment or {})))
        self._wait_until_it_answers()

    @property
    def pid(self):
        return self.process.pid

    def _wait_until_it_answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.2)
            own = probe.getsockname()[1]
            deadline = time.monotonic() + START_SECONDS_MAX
            count = 0
            while time.monotonic() < deadline:
                self.check_alive()
                count += 1
                try:
                    probe.sendto(PROBE.format(port=PORT, own=own, count=count).encode(), ("127.0.0.1", PORT))
                    probe.recv(65536)
                    self.check_alive()
                    return
                except (TimeoutError, ConnectionRefusedError):
                    continue
        self.stop()
        raise Unusable(f"{self.name} did not answer on port {PORT} within {START_SECONDS_MAX} s:\n{self.log_tail()}")

    def check_alive(self):
        """Raises when the server has ended: what was measured since then is worth nothing."""
        if self.process.poll() is not None:
            raise Unusable(f"{self.name} has ended with {self.process.returncode}:\n{self.log_tail()}")

    def log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-15:])

    def stop(self):
        """Ends the whole tree: a worker left behind would keep the port and answer for the next server."""
        members = processes.tree(self.pid)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                for member in members[1:]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(member, signal.SIGKILL)


def _fill(template, target, values):
    with open(template, encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"@([A-Z_]+)@", lambda found: str(values[found.group(1)]), text)
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)


def kamailio(kind, pairs, folder, ng_port=None):
    """Kamailio as `job` or as `proxy`, tuned: fm allocators, two UDP workers, no log, enough memory. Media go through the
    rtpengine at `ng_port` if there is one."""
    binary = shutil.which("kamailio") or "/usr/sbin/kamailio"
    if not os.path.exists(binary):
        raise Unusable("kamailio is not installed; run Scripts/setup-packages bench")
    shutil.copytree(os.path.join(HERE, "kamailio", "db"), os.path.join(folder, "db"), dirs_exist_ok=True)
    with open(os.path.join(folder, "dispatcher.list"), "w", encoding="utf-8") as file:
        for index in range(pairs):
            file.write(f"1 sip:{load.callee_address(index)}:{load.CALLEE_PORT}\n")
    configuration = os.path.join(folder, "kamailio.cfg")
    _fill(os.path.join(HERE, "kamailio", f"{kind}.cfg"), configuration, {
        "PORT": PORT, "FOLDER": folder, "CALLEE_PORT": load.CALLEE_PORT, "CALLEES": pairs, "NG_PORT": ng_port})
    return Server(f"Kamailio {kind}", [
        binary, "-DD", "-E", "-f", configuration, "-x", "fm", "-X", "fm", "-m", "512", "-M", "32",
        "-Y", folder, "-w", folder, "-P", os.path.join(folder, "kamailio.pid"), *(["-A", "WITH_MEDIA"] if ng_port else [])], folder)


def forwarder(kind, pairs, folder):
    """The bare C forwarder; `kind` makes no difference to it."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise Unusable("the forwarder needs a C compiler (clang comes with Swift)")
    binary = os.path.join(folder, "forwarder")
    subprocess.run([compiler, "-O2", "-o", binary, os.path.join(HERE, "forwarder.c")], check=True)
    return Server("C forwarder", [
        binary, str(PORT), str(load.FIRST_CALLER_PORT), str(load.CALLEE_PORT), str(pairs)], folder)


def build_tandem():
    """The release build's `tandem`, built now."""
    command = ["swift", "build", "--configuration", "release", "--package-path", ROOT]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run(command + ["--show-bin-path"], check=True, capture_output=True, text=True)
    return os.path.join(shown.stdout.strip(), "tandem")


def tandem(binary, shards, media_ports=None, journal="auto"):
    """What starts Tandem, built at `binary`, with this many shards: as B2BUA for `job`, as proxy for `proxy`. Media go
    through its relay if that has ports. `journal` is signalling.journal: a folder, auto or off."""
    def start(kind, pairs, folder):
        plugins = os.path.join(folder, "plugins")
        os.makedirs(plugins, mode=0o755)
        for name in os.listdir(os.path.join(ROOT, "Plugins")):
            built = os.path.join(os.path.dirname(binary), f"lib{name}.so")
            if os.path.exists(built):
                shutil.copy(built, plugins)
        configuration = os.path.join(folder, "tandem.yaml")
        name = "proxy" if kind == "proxy" else "b2bua"
        _fill(os.path.join(HERE, "tandem", f"{name}.yaml"), configuration, {
            "SHARDS": shards, "FOLDER": folder, "PORT": PORT, "PSTN_PORT": load.PSTN_PORT,
            "CALLER_PORT": load.FIRST_CALLER_PORT, "ROUTES": _routes(pairs), "GATEWAYS": _gateways(pairs),
            "JOURNAL": journal, "MEDIA": _media(media_ports)})
        return Server(f"Tandem {name}", [binary, "run", "--config", configuration], folder)
    return start


def _media(ports):
    """The section that has media go through the relay, with a thread for each core as by default."""
    if not ports:
        return ""
    return f"media:\n  interfaces:\n    lo: {{ address: 127.0.0.1 }}\n  ports: {ports[0]}-{ports[1]}\n"


def _routes(pairs):
    """One route a gateway: the last digit of the number picks it."""
    lines = []
    for index in range(pairs):
        digits = "".join(str(digit) for digit in range(10) if digit % pairs == index)
        lines.append(f"          - {{ name: to {index}, pattern: '[{digits}]$', trunks: [gateway-{index}] }}")
    return "\n".join(lines)


def _gateways(pairs):
    return "".join(
        f"  gateway-{index}:\n    listener: pstn\n"
        f"    peer: {load.callee_address(index)}:{load.CALLEE_PORT}\n    adapter: generic\n    options-interval: off\n"
        for index in range(pairs))
