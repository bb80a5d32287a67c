"""An rtpengine of our own for the tests, in userspace, on loopback."""
import os
import socket
import subprocess
import time

START_SECONDS_MAX = 10


class RTPEngine:
    """A running rtpengine: its NG port, its range of media ports."""

    def __init__(self, port, media_ports, folder):
        self.port = port
        with open(os.path.join(folder, "rtpengine.log"), "wb") as log:
            self.process = subprocess.Popen(
                ["rtpengine", "--foreground", "--log-stderr", "--table=-1", "--interface=127.0.0.1",
                 f"--listen-ng=127.0.0.1:{port}", f"--port-min={media_ports.start}", f"--port-max={media_ports.stop - 1}",
                 "--num-threads=1"], stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self._wait()

    def _wait(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            deadline = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    probe.sendto(b"p d7:command4:pinge", ("127.0.0.1", self.port))
                    if b"pong" in probe.recv(1000):
                        return
                except (TimeoutError, ConnectionRefusedError):
                    time.sleep(0.05)
        self.stop()
        raise AssertionError("rtpengine did not start")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
