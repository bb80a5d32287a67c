"""The relays that are measured: Tandem's, rtpengine in userspace, the bare C relay."""
import os
import random
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import ng  # noqa: E402

PHONE_PORT = 20000
MEDIA_PORTS = (30000, 39999)
CONTROL_PORT = 22223


def compiled(name, folder):
    """A C program of this folder, compiled into another."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise SystemExit("bench: a C compiler is missing (clang comes with Swift)")
    binary = os.path.join(folder, name)
    subprocess.run([compiler, "-O2", "-o", binary, os.path.join(HERE, name + ".c")], check=True)
    return binary


class Relay:
    """A running relay with calls through it. `phones` are lines for the program of that name."""

    def __init__(self, name, command, folder, lines=None):
        self.name = name
        self.log = open(os.path.join(folder, name + ".log"), "wb")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE if lines else self.log, stderr=self.log)
        self.pid = self.process.pid
        if lines:
            self.process.stdin.write("".join(lines).encode())
            self.process.stdin.close()
            if not self.process.stdout.readline().startswith(b"ready"):
                raise RuntimeError(f"{name} did not start")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def check_alive(self):
        """Raises when the relay has ended: what was measured since then is worth nothing."""
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended with {self.process.returncode}")


def bare(calls, folder):
    """The C relay: ports by agreement, nothing is asked."""
    first = MEDIA_PORTS[0]
    lines = [f"{first + 2 * leg} {PHONE_PORT + 2 * leg}\n" for leg in range(2 * calls)]
    relay = Relay("c", [compiled("relay", folder)], folder, lines)
    phones = [f"{PHONE_PORT + 2 * leg} 127.0.0.1 {first + 2 * leg}\n" for leg in range(2 * calls)]
    return relay, phones


def call_id(source):
    """A session's name as calls have them. A relay spreads sessions over its threads by it."""
    return f"{source.getrandbits(96):024x}@127.0.0.1"


def joined(relay, calls):
    """Sets the calls up through the NG protocol."""
    client = ng.Client(CONTROL_PORT)
    deadline = time.monotonic() + 15
    while True:
        try:
            if client.ask(command="ping").get("result") == "pong":
                break
        except TimeoutError:
            pass
        if time.monotonic() > deadline:
            relay.stop()
            raise RuntimeError(f"{relay.name} does not answer")
    phones = []
    names = random.Random(calls)
    for call in range(calls):
        ports = PHONE_PORT + 4 * call, PHONE_PORT + 4 * call + 2
        for port, (host, number) in zip(ports, client.join(call_id(names), *ports)):
            phones.append(f"{port} {host} {number}\n")
    return relay, phones


def tandem(binary):
    """Tandem's relay as the process that the supervisor starts."""
    def start(calls, folder):
        command = [binary, "relay-process", "--interface", "lo=127.0.0.1", "--ports", "%d-%d" % MEDIA_PORTS,
                   "--ng", f"127.0.0.1:{CONTROL_PORT}"]
        return joined(Relay("tandem", command, folder), calls)
    return start


def rtpengine(calls, folder, ports=MEDIA_PORTS):
    """rtpengine without its kernel module, as many threads as it likes."""
    binary = shutil.which("rtpengine") or "/usr/bin/rtpengine"
    command = [binary, "--foreground", "--table=-1", "--interface=127.0.0.1", f"--listen-ng=127.0.0.1:{CONTROL_PORT}",
               f"--port-min={ports[0]}", f"--port-max={ports[1]}", "--delete-delay=0", "--log-level=3", "--log-stderr",
               "--timeout=3600", "--silent-timeout=3600", "--pidfile=" + os.path.join(folder, "rtpengine.pid")]
    return joined(Relay("rtpengine", command, folder), calls)
