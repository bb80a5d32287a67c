"""A Tandem between telephones that the test leads, what it says of itself, and a line for each case."""
import collections
import os
import re
import signal
import tempfile
import time

import crowd
import daemon
import telephones

HERE = os.path.dirname(os.path.abspath(__file__))
RATE = 200
MODE = b"good" + bytes(28)
RELAY = "media: { interfaces: { loopback: { address: 127.0.0.1 } }, ports: %d-%d }"


class Bed:
    """A Tandem between telephones."""

    def __init__(self, binary, folder, has_relay=False, journal=None, number=0, within=(), configuration="recovery.yaml",
                 values=None):
        base = daemon.free_port_base(number)
        first = 10000 + os.getpid() % 4 * 5000
        self.journal = journal or os.path.join(folder, "journal")
        self.callers = telephones.Telephones("caller", base + 10, base)
        self.callees = telephones.Telephones("callee", base + 11, base + 1, lambda number: number[0] != "9")
        self.arguments = binary, os.path.join(HERE, configuration), {
            "UC": base, "PSTN": base + 1, "CALLER": base + 10, "CALLEE": base + 11, "JOURNAL": self.journal,
            "MEDIA": RELAY % (first, first + 4999) if has_relay else "", "OBSERVER": "", **(values or {})}
        self.folder, self.within, self.server = folder, within, None
        self.plugins, self.environment = None, {}

    def start(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        self.server = daemon.Daemon(*self.arguments, folder, self.within, self.plugins, self.environment)
        if self.arguments[2]["MEDIA"]:
            # Each shard reaches the relay a moment after it serves; until then it refuses calls.
            wait_until(self.has_relay, 10, lambda: "the shards did not reach the relay")

    def has_relay(self):
        status = self.server.request({"request": "status"})["status"]
        return status["counters"]["relay-connections"] == status["shards"]

    def place(self, count, prefix, rate=RATE):
        """Places calls one after the other; the requests."""
        requests = []
        for index in range(count):
            requests.append(self.callers.place(f"{prefix}{index:05}"))
            time.sleep(1 / rate)
        return requests

    def place_all(self, count, prefix):
        requests = self.place(count, prefix)
        found = telephones.Telephones.wait(requests, 20)
        assert found == {200: count}, f"{count} calls were placed, and answered with {found}"
        return [request.call for request in requests]

    def other(self, call):
        """The callee's side of a caller's call."""
        if not hasattr(self, "_others") or len(self._others) != len(self.callees.calls):
            self._others = {one.number.lstrip("+"): one for one in self.callees.calls.values()}
        return self._others[call.number]

    def counters(self):
        return collections.Counter(self.server.request({"request": "status"})["status"]["counters"])

    def log(self):
        with open(self.server.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def kill_all(self):
        """Ends signalling and who would start it again, without a word."""
        for process in (crowd.signalling(self.server), self.server.process.pid):
            if process:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.server.process.wait()

    def close(self):
        if self.server:
            self.server.stop()
        self.callers.close()
        self.callees.close()


def fixture(build, folder, mode):
    """The fixture in a mode: its file."""
    with open(os.path.join(build, "libFixturePlugin.so"), "rb") as file:
        code = file.read()
    assert code.count(MODE) == 1, "the fixture has no place for its mode"
    path = os.path.join(folder, "libFixturePlugin.so")
    with open(path, "wb") as file:
        file.write(code.replace(MODE, mode.encode().ljust(len(MODE), b"\0")))
    os.chmod(path, 0o644)
    return path


def asked(sides, method, what):
    requests = []
    for phones, call in sides:
        requests.append(phones.ask(call, method))
        time.sleep(1 / RATE)
    found = telephones.Telephones.wait(requests, 20)
    assert found == {200: len(sides)}, f"{what}: of {len(sides)}, {found}"


def wait_until(test, seconds, complaint):
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.05)


def ends(log):
    """How often each call was reported as ended, and how."""
    found = collections.defaultdict(list)
    for line in log.splitlines():
        if "call ended" in line:
            found[re.search(r"\bcall=(\S+)", line).group(1)].append(line)
    return found


def serves(bed, number):
    """A new call goes through."""
    calls = bed.place_all(1, number)
    asked([(bed.callers, calls[0])], "BYE", "BYE of a new call")


class Report:
    """Prints a line a case and counts."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, title, action):
        began = time.monotonic()
        try:
            action()
        except AssertionError as error:
            self.failed += 1
            print(f"FAILED: {title}\n    " + str(error).replace("\n", "\n    "), flush=True)
            return False
        self.passed += 1
        print(f"passed: {title} ({time.monotonic() - began:.1f} s)", flush=True)
        return True
