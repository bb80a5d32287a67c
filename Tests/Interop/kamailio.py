"""A Kamailio of our own for the tests, whose rtpengine module uses Tandem's relay."""
import os
import re
import shutil
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
START_SECONDS_MAX = 15
PING = b"p d7:command4:pinge"
OPTIONS = ("OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK-probe\r\n"
           "Max-Forwards: 70\r\nFrom: <sip:p@127.0.0.1>;tag=p\r\nTo: <sip:127.0.0.1>\r\nCall-ID: probe\r\n"
           "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")


class Kamailio:
    """Kamailio, and the relay process that it uses."""

    def __init__(self, tandem, uc, ng, callee, media_ports, folder):
        self.folder = folder
        self.processes = []
        self._start("relay", [tandem, "relay-process", "--interface", "loopback=127.0.0.1", "--ng", f"127.0.0.1:{ng}",
                              "--ports", f"{media_ports.start}-{media_ports.stop - 1}", "--threads", "2"])
        self._wait(ng, lambda own: PING)
        configuration = os.path.join(folder, "kamailio.cfg")
        values = {"UC": uc, "NG": ng, "CALLEE": callee}
        with open(os.path.join(HERE, "kamailio.cfg"), encoding="utf-8") as template, \
                open(configuration, "w", encoding="utf-8") as file:
            file.write(re.sub(r"@([A-Z]+)@", lambda found: str(values[found.group(1)]), template.read()))
        self._start("kamailio", [
            shutil.which("kamailio") or "/usr/sbin/kamailio", "-DD", "-E", "-f", configuration, "-m", "64", "-M", "8",
            "-Y", folder, "-w", folder, "-P", os.path.join(folder, "kamailio.pid")])
        self._wait(uc, lambda own: OPTIONS.format(port=uc, own=own).encode())

    @property
    def process(self):
        """The relay."""
        return self.processes[0]

    def _start(self, name, command):
        with open(os.path.join(self.folder, f"{name}.log"), "wb") as log:
            self.processes.append(subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))

    def _wait(self, port, probe):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.bind(("127.0.0.1", 0))
            asker.settimeout(0.2)
            message = probe(asker.getsockname()[1])
            deadline = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < deadline and self.processes[-1].poll() is None:
                try:
                    asker.sendto(message, ("127.0.0.1", port))
                    asker.recv(65536)
                    return
                except (TimeoutError, ConnectionRefusedError):
                    time.sleep(0.05)
        self.stop()
        raise AssertionError(f"nothing answered on port {port}:\n{self.log_tail()}")

    def log_tail(self):
        """The end of both logs."""
        text = ""
        for name in ("relay", "kamailio"):
            path = os.path.join(self.folder, f"{name}.log")
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += "".join(file.readlines()[-15:])
        return text

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
