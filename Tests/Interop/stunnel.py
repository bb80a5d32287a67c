"""Certificates made for one run, and stunnel, which puts TLS around a SIPp."""
import os
import shutil
import socket
import subprocess
import time

START_SECONDS_MAX = 10


class Certificates:
    """An authority and whom it has signed for, in a folder: NAME.pem and NAME.key."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, mode=0o700)
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", "/CN=Test Authority", "-keyout", self.path("authority.key"),
                      "-out", self.path("authority.pem"))
        self.make("tandem", "DNS:tandem.example.net")
        self.make("gw", "DNS:gw.example.net")
        self.make("uc", "URI:sip:uc.example.net")

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, alternatives, days=2):
        """A certificate for these names; one that was there before is replaced as a whole."""
        request, extensions = self.path(f"{name}.csr"), self.path(f"{name}.ext")
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", self.path(f"{name}.key"), "-out", request)
        with open(extensions, "w", encoding="ascii") as file:
            file.write(f"subjectAltName={alternatives}\n")
        self._openssl("x509", "-req", "-in", request, "-CA", self.path("authority.pem"),
                      "-CAkey", self.path("authority.key"), "-CAcreateserial", "-days", str(days),
                      "-extfile", extensions, "-out", self.path(f"{name}.new"))
        os.replace(self.path(f"{name}.new"), self.path(f"{name}.pem"))

    @staticmethod
    def _openssl(*words):
        made = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
        assert made.returncode == 0, f"openssl {words[0]} failed: {made.stderr}"


class Stunnel:
    """A running stunnel of one service; it accepts as soon as this is made."""

    def __init__(self, certificates, name, accept, lines):
        self.log = certificates.path(f"stunnel-{name}.log")
        configuration = certificates.path(f"stunnel-{name}.conf")
        text = ["foreground = yes", "pid =", "debug = notice", f"[{name}]", f"accept = {accept}",
                f"cert = {certificates.path(name + '.pem')}", f"key = {certificates.path(name + '.key')}",
                f"CAfile = {certificates.path('authority.pem')}", "TIMEOUTclose = 0", *lines]
        with open(configuration, "w", encoding="ascii") as file:
            file.write("\n".join(text) + "\n")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [shutil.which("stunnel4") or "/usr/bin/stunnel4", configuration], stdout=log,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self._wait(accept)

    def _wait(self, accept):
        host, _, port = accept.rpartition(":")
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            if listens(host, int(port)):
                return
            time.sleep(0.02)
        self.stop()
        with open(self.log, encoding="utf-8", errors="replace") as file:
            raise AssertionError(f"stunnel does not listen on {accept}:\n{file.read()[-2000:]}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def listens(host, port):
    """Whether somebody listens there, by the kernel's table: a connection would be passed on."""
    place = "".join(f"{part:02X}" for part in reversed(socket.inet_aton(host))) + f":{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as file:
        return any(line.split()[1] == place and line.split()[3] == "0A" for line in file.readlines()[1:])


def client(certificates, name, accept, target, *lines):
    """Takes plain connections at `accept`, and carries them by TLS to `target`; shows the certificate `name`."""
    return Stunnel(certificates, name, accept, [
        "client = yes", f"connect = {target}", "verifyChain = yes", "checkHost = tandem.example.net", *lines])


def server(certificates, name, accept, place, *lines):
    """Takes TLS connections at `accept`, and carries them plain to where a SIPp sits."""
    return Stunnel(certificates, name, accept, [f"connect = {place.address}:{place.port}", *lines])
