"""The row about calls with speech through a SIP server and its relay: Tandem beside Kamailio with rtpengine."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import load  # noqa: E402
import processes  # noqa: E402
import relays  # noqa: E402
import servers  # noqa: E402

# Bench: calls that are up at a time.
ROWS = {"anchored-500": 500}
CALLS_PER_SECOND = 50
GATEWAYS = 3
# Below the ports of phones, signalling and the range from which Linux gives ports to any program.
MEDIA_PORTS = (10000, 19999)


class Run:
    """One run of one side: CPU seconds per 1,000 calls, and what became of calls and packets."""

    def __init__(self, cost, heard, machine, resident):
        self.cost = cost
        self.heard = heard
        self.steal, _ = machine.shares()
        self.overflows = machine.overflows()
        self.resident = resident

    @property
    def lost(self):
        return self.heard["sent"] - self.heard["received"]

    @property
    def failed(self):
        return self.heard["failed"]

    @property
    def is_clean(self):
        """Whether every call went through and all but a thousandth of the packets."""
        return self.failed == 0 and self.lost * 1000 <= self.heard["sent"]

    def describe(self):
        heard = self.heard
        return (f"{self.cost:.3f} CPU s per 1,000 calls, {heard['failed']} of {heard['calls']} calls failed, "
                f"{heard['repeated']} messages repeated, {heard['up']} up at most, {self.lost} of {heard['sent']} packets "
                f"lost, {self.overflows} in full buffers, {heard['misled']} misled, delay p50 {heard['p50']} us, p99 {heard['p99']} us, {self.resident / 1048576:.0f} MB")


def tandem(binary, shards):
    """Tandem as in the rows `b2bua-*`, with its relay: one tree of supervisor, signalling and relay."""
    def start(folder):
        return [servers.tandem(binary, shards, MEDIA_PORTS)("job", GATEWAYS, folder)]
    return start


def kamailio(folder):
    """Kamailio as in the rows `b2bua-*` with its rtpengine module, and rtpengine in userspace."""
    relay, _ = relays.rtpengine(0, folder, MEDIA_PORTS)
    try:
        return [servers.kamailio("job", GATEWAYS, folder, relays.CONTROL_PORT), relay]
    except BaseException:
        relay.stop()
        raise


def play(start, calls, seconds):
    """Has calls come and go through a fresh side: so many are up for `seconds` seconds."""
    folder = tempfile.mkdtemp(prefix="tandem-bench-")
    running = []
    try:
        agents = relays.compiled("agents", folder)
        running = start(folder)
        time.sleep(0.5)
        speech = calls / CALLS_PER_SECOND
        placed = int(CALLS_PER_SECOND * (speech + seconds))
        machine = processes.MachineClock()
        before = sum(processes.cpu_seconds(one.pid) for one in running)
        done = subprocess.run(
            [agents, *map(str, (servers.PORT, load.FIRST_CALLER_PORT, load.CALLEE_PORT, GATEWAYS, relays.PHONE_PORT,
                                CALLS_PER_SECOND, speech, placed))], text=True, stdout=subprocess.PIPE, check=True)
        time.sleep(load.DRAIN_SECONDS)
        spent = sum(processes.cpu_seconds(one.pid) for one in running) - before
        for one in running:
            one.check_alive()
        resident = sum(processes.resident_bytes(one.pid) for one in running)
        return Run(spent / placed * 1000, json.loads(done.stdout), machine, resident)
    finally:
        for one in running:
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)
