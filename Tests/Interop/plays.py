"""A case while it is played: the players of both sides, and the lines that say how it went."""
import time

import sipp

BIND_SECONDS_MAX = 5
# The ports for audio that a callee is offered and a caller is answered.
OWN_PORTS = {"OFFERED": "49152", "ANSWERED": "16384"}
RELAYED_PORTS = {"OFFERED": "22[0-9][0-9][0-9]", "ANSWERED": "22[0-9][0-9][0-9]"}


class Play:
    """One case while it runs: the players of both sides. With a relay, calls that aren't proxied pass it."""

    def __init__(self, case, places, folder, has_relay=False):
        self.case = case
        self.has_relay = has_relay and case.caller.place != "uc-proxy"
        self.callees = []
        self.caller = None
        try:
            for party in case.callees:
                self.callees.append(self._player(party, places, folder))
            for player in self.callees:
                wait_until_bound(player)
            self.caller = self._player(case.caller, places, folder)
            self.codes = [player.wait(sipp.TIMEOUT_SECONDS + 5) for player in [self.caller] + self.callees]
        finally:
            self.stop()

    def _player(self, party, places, folder):
        values = dict(party.values, EXPECTED=party.expected)
        values.update(RELAYED_PORTS if self.has_relay else OWN_PORTS)
        return sipp.Player(places[party.place], party.scenario, values,
                           {"called": self.case.called, "caller": self.case.calling}, folder, self.case.calls)

    def stop(self):
        for player in self.callees + ([self.caller] if self.caller else []):
            player.stop()

    def judge(self):
        """Raises AssertionError with what went wrong."""
        for player, code in zip([self.caller] + self.callees, self.codes):
            assert code == 0, f"{player.place.name} ({player.scenario}) ended with {code}:\n{player.complaint()}"
        for check in self.case.checks:
            check(self)


def wait_until_bound(player):
    """SIPp does not say when it listens; the kernel's tables do."""
    port = f":{player.place.port:04X} "
    deadline = time.monotonic() + BIND_SECONDS_MAX
    while time.monotonic() < deadline and player.process.poll() is None:
        for table in ("udp", "udp6", "tcp", "tcp6"):
            with open(f"/proc/net/{table}", encoding="ascii") as file:
                if any(port in line and bound_here(line, player.place.address) for line in file):
                    return
        time.sleep(0.01)


def bound_here(line, address):
    """Whether a line of /proc/net/{udp,tcp} is a socket bound to this IPv4 address (IPv6: any)."""
    local = line.split()[1].partition(":")[0]
    if ":" in address:
        return len(local) == 32
    return local == "".join(f"{int(part):02X}" for part in reversed(address.split(".")))


class Report:
    """Prints a line a case and counts."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, title, action):
        try:
            action()
        except AssertionError as error:
            self.failed += 1
            print(f"FAILED: {title}\n    " + str(error).replace("\n", "\n    "), flush=True)
        else:
            self.passed += 1
            print(f"passed: {title}", flush=True)
