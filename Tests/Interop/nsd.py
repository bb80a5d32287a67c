"""A DNS server of our own for the tests: Debian's NSD, unprivileged, at a port of the loopback."""
import os
import re
import signal
import socket
import struct
import subprocess
import time

import daemon

HERE = os.path.dirname(os.path.abspath(__file__))
ZONE = "example.net"
START_SECONDS_MAX = 5


class Nameserver:
    """NSD with the zone of Tests/Interop/zones, whose @…@ are filled with `values`."""

    def __init__(self, port, values, folder):
        self.port, self.values, self.folder, self.process = port, dict(values), folder, None
        os.makedirs(folder)
        self.write()
        with open(os.path.join(folder, "nsd.conf"), "w", encoding="utf-8") as file:
            file.write(f"""server:
  ip-address: 127.0.0.1@{port}
  server-count: 1
  username: ""
  chroot: ""
  database: ""
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
remote-control:
  control-enable: no
zone:
  name: {ZONE}
  zonefile: {ZONE}.zone
""")
        self.start()

    def write(self):
        with open(os.path.join(HERE, "zones", f"{ZONE}.zone"), encoding="utf-8") as file:
            text = re.sub(r"@([A-Z_0-9]+)@", lambda found: str(self.values[found.group(1)]), file.read())
        with open(os.path.join(self.folder, f"{ZONE}.zone"), "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        self.process = subprocess.Popen(
            ["/usr/sbin/nsd", "-d", "-c", os.path.join(self.folder, "nsd.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise daemon.NotRunning(f"nsd does not serve:\n{self._log()}")

    def change(self, **values):
        """Other values in the zone, which is read anew."""
        self.values.update(values)
        self.write()
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _answers(self):
        """Whether the address of its own name is told."""
        question = struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\2ns\7example\3net\0" + struct.pack("!2H", 1, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            probe.connect(("127.0.0.1", self.port))
            try:
                probe.send(question)
                return probe.recv(512)[3] & 0xF == 0
            except OSError:
                return False

    def _log(self):
        try:
            with open(os.path.join(self.folder, "nsd.log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""
