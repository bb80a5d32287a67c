"""Plays calls through a server with pairs of SIPp, and reads afterwards what became of them."""
import csv
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CALLER_ADDRESS = "127.0.0.1"
PORTS_NEEDED = 60


def free_ports():
    """The first of a run of ports that nobody uses on loopback: another server's answers must not pass for ours."""
    first = 25000 + os.getpid() % 70 * 100
    for base in list(range(first, 32000, 100)) + list(range(25000, first, 100)):
        try:
            for port in range(base, base + PORTS_NEEDED):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind(("0.0.0.0", port))
            return base
        except OSError:
            continue
    raise OSError("no run of free UDP ports between 25000 and 32000")


FIRST_PORT = free_ports()
SERVER_PORT = FIRST_PORT
PSTN_PORT = FIRST_PORT + 10
CALLEE_PORT = FIRST_PORT + 20
FIRST_CALLER_PORT = FIRST_PORT + 30
SOCKET_BUFFER_BYTES = 8 << 20
# Long enough for every call that is still up, and for the transactions that linger 5 s after it.
DRAIN_SECONDS = 6


def callee_address(index):
    """Each callee has an address of its own, for trunks are told apart by it."""
    return f"127.0.0.{2 + index}"


def wait_for_the_machine():
    """One measurement at a time on a machine. Keep what is returned: the lock goes with it."""
    lock = open(os.path.join(tempfile.gettempdir(), "tandem-bench.lock"), "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another measurement is running on this machine; waiting for its end", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


class Outcome:
    """What SIPp counted over one run."""

    def __init__(self, successful, failed, retransmitted, messages, seconds):
        self.successful = successful
        self.failed = failed
        self.retransmitted = retransmitted
        self.messages = messages
        self.seconds = seconds

    @property
    def retransmission_share(self):
        return self.retransmitted / self.messages if self.messages else 0.0


class Callees:
    """The gateways: one SIPp a pair, each on its address, answering for as long as they are up."""

    def __init__(self, pairs, folder):
        self.folder = folder
        self.processes = []
        for index in range(pairs):
            self.processes.append(_sipp(
                folder, f"callee{index}", "callee.xml", callee_address(index), CALLEE_PORT, []))

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGUSR1)
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def retransmitted(self):
        return sum(_last_row(self.folder, f"callee{index}").get("Retransmissions(C)", 0)
                   for index in range(len(self.processes)))


def place_calls(server_port, pairs, rate, seconds, folder, seconds_max=None):
    """Places rate × seconds calls from `pairs` callers at once and waits for the last of them to end, at most so long."""
    callers = []
    started = time.monotonic()
    for index in range(pairs):
        share = rate // pairs + (1 if index < rate % pairs else 0)
        callers.append(_sipp(folder, f"caller{index}", "caller.xml", CALLER_ADDRESS, FIRST_CALLER_PORT + index, [
            "-r", str(share), "-m", str(share * seconds), "-l", str(share * 20),
            "-inf", os.path.join(HERE, "sipp", "numbers.csv"), f"127.0.0.1:{server_port}"]))
    limit = time.monotonic() + (seconds_max or seconds * 3 + 60)
    for process in callers:
        try:
            process.wait(timeout=max(1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    rows = [_last_row(folder, f"caller{index}") for index in range(pairs)]
    placed = rate * seconds
    successful = int(sum(row.get("SuccessfulCall(C)", 0) for row in rows))
    return Outcome(
        successful=successful,
        failed=placed - successful,
        retransmitted=int(sum(row.get("Retransmissions(C)", 0) for row in rows)),
        messages=placed * 6,
        seconds=time.monotonic() - started)


def _sipp(folder, name, scenario, address, port, more):
    command = [
        "sipp", "-sf", os.path.join(HERE, "sipp", scenario), "-i", address, "-p", str(port),
        "-timer_resol", "1", "-buff_size", str(SOCKET_BUFFER_BYTES), "-nostdin", "-skip_rlimit",
        "-trace_stat", "-stf", os.path.join(folder, f"{name}.csv"), "-fd", "1"] + more
    with open(os.path.join(folder, f"{name}.log"), "wb") as log:
        return subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env=dict(os.environ, TERM="dumb"))


def _last_row(folder, name):
    """The last row of SIPp's statistics as numbers, empty when SIPp wrote none."""
    path = os.path.join(folder, f"{name}.csv")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", errors="replace") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    if not rows:
        return {}
    return {key: float(value) for key, value in rows[-1].items() if key and _is_number(value)}


def _is_number(text):
    try:
        float(text)
        return True
    except (TypeError, ValueError):
        return False
