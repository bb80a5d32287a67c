"""The rows about media: CPU of a relay per million packets and per call set up, and of calls with all that they need."""
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
import anchored  # noqa: E402
import load  # noqa: E402
import processes  # noqa: E402
import relays  # noqa: E402

# Bench: calls with speech.
RTP_ROWS = {"relay-rtp-200": 200, "relay-rtp-500": 500, "relay-rtp-1000": 1000}
SETUP_ROW = "relay-setup"
ROWS = [*RTP_ROWS, *anchored.ROWS, SETUP_ROW]
SETUPS = 2000

METHOD = """\
Method: phones -> relay -> phones over UDP on loopback, one socket per phone, G.711: 50 packets of 172 bytes a second each
way, {seconds} s a run, sent and heard by one C program that also takes the delay. CPU = user + system of the relay's whole
process tree while they speak, per million packets that it was sent. Runs of Tandem's relay, rtpengine (userspace) and a
bare C relay (epoll, recvfrom, sendto, nothing looked at) alternate, {rounds} of each; medians; a ratio is the median of the
ratios of neighbouring runs. A round does not count and is made again, at most {rounds} times a row, when the host took more
than {steal:.0%} of the machine away. Lost packets are added up over all rounds, those that do not count included;
beside them stands how many datagrams found a full socket buffer anywhere on the machine.
{setup}: CPU per 1,000 times offer, answer and delete, {setups} in a row by the NG protocol.
anchored: one C program is both parties of each call, its CPU isn't counted: INVITE (SDP) / 100 / 180 / 50 ms / 200 / ACK /
{speech:.0f} s of speech both ways / 500 ms of silence, so that each packet that is missing was lost / BYE / 200; {rate} calls
begin each second, so 500 speak at a time, for {seconds} s. CPU per 1,000 calls (which bring a million packets), from before the first
call until {drain} s after the last, all processes summed: Tandem as in b2bua-* with a media section (supervisor, signalling,
relay) / Kamailio as in b2bua-* with its rtpengine module, and rtpengine (userspace, --delete-delay=0). A round in which the
peer failed calls or lost more than 0.1% of its packets does not count either.
"""


class Run:
    """One run of one relay."""

    def __init__(self, cost, heard, machine, bytes_per_call):
        self.cost = cost
        self.heard = heard
        self.steal, _ = machine.shares()
        self.overflows = machine.overflows()
        self.bytes_per_call = bytes_per_call

    is_clean = True

    @property
    def lost(self):
        return self.heard["sent"] - self.heard["received"] if self.heard else 0

    def describe(self):
        if not self.heard:
            return f"{self.cost:.4f} CPU s per 1,000 set up and deleted"
        return (f"{self.cost:.2f} CPU s per million packets, {self.lost} of {self.heard['sent']} lost, "
                f"{self.overflows} in full buffers, {self.heard['misled']} misled, delay "
                f"p50 {self.heard['p50']} us, p99 {self.heard['p99']} us, {self.bytes_per_call / 1024:.1f} KiB a call")


def speak(start, calls, seconds):
    """Has phones speak through a fresh relay."""
    folder = tempfile.mkdtemp(prefix="tandem-bench-")
    try:
        empty, _ = start(0, folder)
        before = processes.resident_bytes(empty.pid)
        empty.stop()
        program = relays.compiled("phones", folder)
        relay, phones = start(calls, folder)
        try:
            time.sleep(0.3)
            machine = processes.MachineClock()
            spent = processes.cpu_seconds(relay.pid)
            done = subprocess.run([program, str(seconds)], input="".join(phones), text=True, stdout=subprocess.PIPE, check=True)
            heard = json.loads(done.stdout)
            cost = (processes.cpu_seconds(relay.pid) - spent) / heard["sent"] * 1e6
            return Run(cost, heard, machine, (processes.resident_bytes(relay.pid) - before) / calls)
        finally:
            relay.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_up(start):
    """Sets calls up and deletes them, one after the other."""
    folder = tempfile.mkdtemp(prefix="tandem-bench-")
    try:
        relay, _ = start(0, folder)
        try:
            client = relays.ng.Client(relays.CONTROL_PORT)
            machine = processes.MachineClock()
            spent = processes.cpu_seconds(relay.pid)
            for number in range(SETUPS):
                client.join(f"setup-{number}", relays.PHONE_PORT, relays.PHONE_PORT + 2)
                client.ask(command="delete", call_id=f"setup-{number}", from_tag="a", to_tag="b", delete_delay=0)
            spent = processes.cpu_seconds(relay.pid) - spent
            return Run(spent / SETUPS * 1000, None, machine, 0)
        finally:
            relay.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def play(name, start, options):
    """One run of one side of a row."""
    if name == SETUP_ROW:
        return set_up(start)
    if name in anchored.ROWS:
        return anchored.play(start, anchored.ROWS[name], options.seconds)
    return speak(start, RTP_ROWS[name], options.seconds)


def counts(one):
    """Whether a round is fit to be quoted. What Tandem fails or loses is no excuse; the sums tell."""
    return all(run.steal <= processes.STEAL_SHARE_MAX and (run.is_clean or side == "tandem") for side, run in one.items())


def measure(name, sides, options, tell):
    """All rounds of a row: as many as it takes until enough of them count, or twice as many as asked for."""
    made = []
    while len(made) < options.rounds * 2 and sum(map(counts, made)) < options.rounds:
        one = {}
        for side, start in sides.items():
            one[side] = play(name, start, options)
            doubt = "  (steal too high)" if one[side].steal > processes.STEAL_SHARE_MAX else ""
            tell(f"{name:<15} {side:<10} {one[side].describe()}, steal {one[side].steal:.1%}{doubt}")
        made.append(one)
    return made


def summary(name, made):
    """The object of `--json`: the ratio to the peer, and `bare` for the ratio to the C relay. `failed` are calls in rows
    that have calls, else packets."""
    good = [one for one in made if counts(one)]
    if not good:
        print(f"bench: {name}: no round was fit to be quoted; all are used, and the result is worth little", file=sys.stderr)
    runs = good or made
    peer = "kamailio" if name in anchored.ROWS else "rtpengine"

    def middle(side):
        return round(statistics.median(one[side].cost for one in runs), 4)

    def ratio(side):
        return round(statistics.median(one["tandem"].cost / one[side].cost for one in runs), 3)

    def over_all(side, what):
        return sum(getattr(one[side], what) for one in made)

    result = {"bench": name, "ratio": ratio(peer), "ours": middle("tandem"), "peer": middle(peer)}
    if name in anchored.ROWS:
        return result | {"failed": over_all("tandem", "failed"), "lost": over_all("tandem", "lost"),
                         "peer-failed": over_all(peer, "failed"), "peer-lost": over_all(peer, "lost")}
    result["failed"] = over_all("tandem", "lost")
    if "c" in runs[0]:
        result |= {"bare": middle("c"), "bare-ratio": ratio("c")}
    return result


def sides_of(name, binary, options):
    """The servers or relays that a row compares."""
    if name in anchored.ROWS:
        return {"tandem": anchored.tandem(binary, options.shards[0]), "kamailio": anchored.kamailio}
    sides = {"tandem": relays.tandem(binary), "c": relays.bare, "rtpengine": relays.rtpengine}
    return {side: start for side, start in sides.items() if name != SETUP_ROW or side != "c"}


def run(names, binary, options, tell):
    """Measures rows and gives their summaries, one at a time."""
    tell(METHOD.format(
        seconds=options.seconds, rounds=options.rounds, setup=SETUP_ROW, setups=SETUPS, steal=processes.STEAL_SHARE_MAX,
        speech=anchored.ROWS["anchored-500"] / anchored.CALLS_PER_SECOND, rate=anchored.CALLS_PER_SECOND,
        drain=load.DRAIN_SECONDS))
    for name in names:
        yield summary(name, measure(name, sides_of(name, binary, options), options, tell))
