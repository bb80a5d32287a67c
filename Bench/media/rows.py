"""The rows about media: CPU of a relay per million packets, and per call that is set up and deleted."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import processes  # noqa: E402
import relays  # noqa: E402

# Bench: calls with speech.
RTP_ROWS = {"relay-rtp-200": 200, "relay-rtp-500": 500, "relay-rtp-1000": 1000}
SETUP_ROW = "relay-setup"
ROWS = [*RTP_ROWS, SETUP_ROW]
SETUPS = 2000

METHOD = """\
Method: phones -> relay -> phones over UDP on loopback, one socket per phone, G.711: 50 packets of 172 bytes a second each
way, {seconds} s a run, sent and heard by one C program that also takes the delay. CPU = user + system of the relay's whole
process tree while they speak, per million packets that it was sent. Runs of Tandem's relay, rtpengine (userspace) and a
bare C relay (epoll, recvfrom, sendto, nothing looked at) alternate, {rounds} of each; medians; a ratio is the median of the
ratios of neighbouring runs. {setup}: CPU per 1,000 times offer, answer and delete, {setups} in a row by the NG protocol.
"""


class Run:
    """One run of one relay."""

    def __init__(self, cost, heard, bytes_per_call):
        self.cost = cost
        self.heard = heard
        self.bytes_per_call = bytes_per_call

    @property
    def lost(self):
        return self.heard["sent"] - self.heard["received"] if self.heard else 0

    def describe(self):
        if not self.heard:
            return f"{self.cost:.4f} CPU s per 1,000 set up and deleted"
        return (f"{self.cost:.2f} CPU s per million packets, {self.lost} of {self.heard['sent']} lost, delay "
                f"p50 {self.heard['p50']} us, p99 {self.heard['p99']} us, {self.bytes_per_call / 1024:.1f} KiB a call")


def speak(start, calls, seconds):
    """Has phones speak through a fresh relay."""
    folder = tempfile.mkdtemp(prefix="tandem-bench-")
    try:
        empty, _ = start(0, folder)
        before = processes.resident_bytes(empty.pid)
        empty.stop()
        relay, phones = start(calls, folder)
        try:
            time.sleep(0.3)
            spent = processes.cpu_seconds(relay.pid)
            done = subprocess.run([relays.compiled("phones", folder), str(seconds)], input="".join(phones), text=True,
                                  capture_output=True, check=True)
            spent = processes.cpu_seconds(relay.pid) - spent
            resident = processes.resident_bytes(relay.pid) - before
        finally:
            relay.stop()
        heard = json.loads(done.stdout)
        return Run(spent / heard["sent"] * 1e6, heard, resident / calls)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_up(start):
    """Sets calls up and deletes them, one after the other."""
    folder = tempfile.mkdtemp(prefix="tandem-bench-")
    try:
        relay, _ = start(0, folder)
        try:
            client = relays.ng.Client(relays.CONTROL_PORT)
            spent = processes.cpu_seconds(relay.pid)
            for number in range(SETUPS):
                client.join(f"setup-{number}", relays.PHONE_PORT, relays.PHONE_PORT + 2)
                client.ask(command="delete", call_id=f"setup-{number}", from_tag="a", to_tag="b", delete_delay=0)
            spent = processes.cpu_seconds(relay.pid) - spent
        finally:
            relay.stop()
        return Run(spent / SETUPS * 1000, None, 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(name, sides, options, tell):
    """All rounds of a row."""
    made = []
    for _ in range(options.rounds):
        one = {}
        for side, start in sides.items():
            if name == SETUP_ROW:
                if side == "c":
                    continue
                one[side] = set_up(start)
            else:
                one[side] = speak(start, RTP_ROWS[name], options.seconds)
            tell(f"{name:<15} {side:<10} {one[side].describe()}")
        made.append(one)
    return made


def summary(name, made):
    """The object of `--json`: the ratio to rtpengine, and `bare` for the ratio to the C relay."""
    def middle(side):
        return round(statistics.median(one[side].cost for one in made), 4)

    def ratio(side):
        return round(statistics.median(one["tandem"].cost / one[side].cost for one in made), 3)

    result = {"bench": name, "ratio": ratio("rtpengine"), "ours": middle("tandem"), "peer": middle("rtpengine"),
              "failed": sum(one["tandem"].lost for one in made)}
    if "c" in made[0]:
        result |= {"bare": middle("c"), "bare-ratio": ratio("c")}
    return result


def run(names, binary, options, tell):
    """Measures rows and gives their summaries, one at a time."""
    sides = {"tandem": relays.tandem(binary), "c": relays.bare, "rtpengine": relays.rtpengine}
    tell(METHOD.format(seconds=options.seconds, rounds=options.rounds, setup=SETUP_ROW, setups=SETUPS))
    for name in names:
        yield summary(name, measure(name, sides, options, tell))
